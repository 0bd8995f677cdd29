//! Everything that the fake remembers, and what it answers.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    cloudformation::{Execution, Stack},
    query::Query,
    s3::Bucket,
    xml::Xml,
};

/// An account in one region.
#[derive(Clone, Debug)]
pub struct World {
    /// Twelve digits.
    pub account: String,
    /// Like `eu-west-1`.
    pub region: String,
    /// All that there ever were, oldest first; nested ones too.
    pub stacks: Vec<Stack>,
    /// By name.
    pub buckets: BTreeMap<String, Bucket>,
    /// All change sets that were executed, in order.
    pub executions: Vec<Execution>,
    /// The stack's ARN and the name of all change sets that were deleted, in order.
    pub removed_change_sets: Vec<(String, String)>,
    /// Since the beginning.
    pub(crate) now: Duration,
    pub(crate) page: Page,
    serial: u64,
}

impl World {
    pub(crate) fn new(account: &str, region: &str) -> Self {
        Self {
            account: account.into(),
            region: region.into(),
            stacks: Vec::new(),
            buckets: BTreeMap::new(),
            executions: Vec::new(),
            removed_change_sets: Vec::new(),
            now: Duration::ZERO,
            page: Page::default(),
            serial: 0,
        }
    }

    /// A number that was never there.
    pub(crate) fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    pub(crate) fn uuid(&mut self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.serial())
    }

    pub(crate) fn caller_identity(&self, query: &Query) -> Answer {
        let result = Xml::default()
            .text("Arn", format!("arn:aws:iam::{}:user/tester", self.account))
            .text("UserId", "AIDATESTER")
            .text("Account", &self.account);
        Answer::of(query, result)
    }
}

/// How lists are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    size: usize,
    overlap: usize,
    mixed: bool,
}

impl Default for Page {
    fn default() -> Self {
        Self { size: 5, overlap: 0, mixed: false }
    }
}

impl Page {
    pub(crate) fn shifted() -> Self {
        Self { size: 3, overlap: 1, ..Self::default() }
    }

    pub(crate) fn mixed() -> Self {
        Self { mixed: true, ..Self::default() }
    }

    /// The entries of the page that the token names, and the token of the next one.
    pub(crate) fn cut<'a, T>(self, all: &'a [T], token: &str) -> (Vec<&'a T>, Option<String>) {
        let start = token.parse().unwrap_or(0).min(all.len());
        let end = (start + self.size).min(all.len());
        let mut page: Vec<_> = all[start..end].iter().collect();
        if self.mixed {
            page.reverse();
            page.extend(page.first().copied());
        }
        let next = (end < all.len()).then(|| (end - self.overlap.min(end)).to_string());
        (page, next)
    }
}

/// An answer as it goes over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// What the query protocol wraps around a result.
    pub(crate) fn of(query: &Query, result: Xml) -> Self {
        let action = query.text("Action");
        let body = Xml::default().element(
            &format!("{action}Response"),
            Xml::default()
                .element(&format!("{action}Result"), result)
                .element("ResponseMetadata", Xml::default().text("RequestId", "request")),
        );
        Self::body(body)
    }

    pub(crate) fn body(body: Xml) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.into_string() }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    pub(crate) fn with_unknown_statuses(mut self) -> Self {
        for name in ["StackStatus", "Status", "ExecutionStatus", "ResourceStatus"] {
            let (open, close) = (format!("<{name}>"), format!("</{name}>"));
            let parts: Vec<_> = self.body.split(&open).map(str::to_owned).collect();
            let replace = |part: &String| match part.split_once(&close) {
                Some((_, rest)) => format!("SOMETHING_NEW{close}{rest}"),
                None => part.clone(),
            };
            let rest = parts.iter().skip(1).map(replace);
            let all: Vec<_> = parts.first().cloned().into_iter().chain(rest).collect();
            self.body = all.join(&open);
        }
        self
    }
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Like `ValidationError`.
    pub code: String,
    /// For people.
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    pub(crate) fn throttled() -> Self {
        Self::new(400, "Throttling", "Rate exceeded")
    }

    pub(crate) fn internal() -> Self {
        Self::new(500, "InternalFailure", "We encountered an internal error")
    }

    pub(crate) fn denied(action: &str) -> Self {
        let message = format!(
            "User: arn:aws:iam::111111111111:user/tester is not authorized to perform: {action}"
        );
        Self::new(403, "AccessDenied", message)
    }

    pub(crate) fn expired() -> Self {
        let message = "The security token included in the request is expired";
        Self::new(403, "ExpiredToken", message)
    }

    pub(crate) fn answer(self, is_s3: bool, action: &str) -> Answer {
        let error = Xml::default().text("Code", &self.code).text("Message", &self.message);
        let body = match is_s3 {
            // An answer to HEAD has no body.
            true if action.starts_with("Head") => Xml::default(),
            true => Xml::default().element("Error", error),
            false => Xml::default().element(
                "ErrorResponse",
                Xml::default().element("Error", error).text("RequestId", "request"),
            ),
        };
        Answer { status: self.status, headers: Vec::new(), body: body.into_string() }
    }
}
