//! Follows an operation on a stack to its end. The stack's status decides, its events explain:
//! that events can't be read changes no outcome.

use std::{collections::HashSet, time::Duration};

use tokio::time::{Instant, sleep};

use super::step;
use crate::{
    aws::{Aws, ResourceEvent, Stack},
    error::Error,
};

/// Waiting ends after this; the operation itself goes on.
const PATIENCE: Duration = Duration::from_secs(4 * 3600);
/// How long nothing may be heard from AWS.
const SILENCE: Duration = Duration::from_secs(10 * 60);
/// What AWS says for so long is no outdated answer.
const CERTAINTY: Duration = Duration::from_secs(60);
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// Something that happened while an operation was followed.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// To a resource, or to the stack itself.
    Resource(ResourceEvent),
    /// The events can't be read, for this reason: only the stack's status is followed.
    EventsUnreadable(String),
    /// AWS does not answer, for this reason: asking goes on.
    LostContact(String),
}

/// An operation on a stack.
#[derive(Debug)]
pub(crate) struct Operation {
    stack_id: String,
    token: String,
    /// What the stack was before, when we began the operation ourselves.
    before: Option<Stack>,
    /// Whether it deletes the stack.
    is_deletion: bool,
    /// Whether there was a sign of it.
    has_begun: bool,
    /// The stack's latest status (none if there is no stack), and since when it is that.
    latest: Option<(Option<String>, Instant)>,
    seen: HashSet<String>,
    ours: Vec<ResourceEvent>,
    events_readable: bool,
}

/// How an operation ended.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    /// The stack as it is now; none if it is gone.
    pub(crate) stack: Option<Stack>,
    /// What happened first of all that failed.
    pub(crate) root_cause: Option<ResourceEvent>,
}

impl Operation {
    /// An operation that is about to begin: what has happened until now is not part of it.
    pub(crate) async fn begin(aws: &Aws, stack: Stack, token: String) -> Self {
        let mut operation = Self::resume(stack.id.clone(), token);
        operation.before = Some(stack);
        operation.has_begun = false;
        if let Ok((past, _)) = aws.events(&operation.stack_id, None).await {
            operation.seen.extend(past.into_iter().map(|event| event.id));
        }
        operation
    }

    /// The same for one that deletes the stack.
    pub(crate) async fn begin_deletion(aws: &Aws, stack: Stack, token: String) -> Self {
        Self { is_deletion: true, ..Self::begin(aws, stack, token).await }
    }

    /// An operation that an earlier run began.
    pub(crate) fn resume(stack_id: String, token: String) -> Self {
        Self {
            stack_id,
            token,
            before: None,
            is_deletion: false,
            has_begun: true,
            latest: None,
            seen: HashSet::new(),
            ours: Vec::new(),
            events_readable: true,
        }
    }

    /// One that deletes the stack and began earlier, or begins right now.
    pub(crate) fn deletion(stack_id: String, token: String) -> Self {
        Self { is_deletion: true, ..Self::resume(stack_id, token) }
    }

    /// The token that the operation was begun with.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Follows it to its end.
    pub(crate) async fn follow(
        mut self,
        aws: &Aws,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Ending, Error> {
        let began = Instant::now();
        let mut heard = began;
        let mut in_contact = true;
        let mut pause = SHORTEST_PAUSE;
        loop {
            match aws.stack(&self.stack_id).await {
                Ok(stack) => {
                    heard = Instant::now();
                    in_contact = true;
                    self.read_events(aws, on_event).await;
                    if self.has_ended(stack.as_ref()) {
                        return Ok(Ending { stack, root_cause: self.root_cause(aws).await });
                    }
                }
                Err(error) if heard.elapsed() > SILENCE => return Err(self.out_of_contact(&error)),
                Err(error) if in_contact => {
                    in_contact = false;
                    on_event(Event::LostContact(error.to_string()));
                }
                Err(_) => {}
            }
            if began.elapsed() > PATIENCE {
                return Err(Error::Stack {
                    stack: self.stack_id,
                    problem: format!(
                        "is still being changed after {} hours",
                        PATIENCE.as_secs() / 3600
                    ),
                    hint:
                        "the operation goes on by itself: run the same command again to follow it"
                            .into(),
                });
            }
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 3 / 2);
        }
    }

    fn out_of_contact(self, error: &Error) -> Error {
        Error::Stack {
            stack: self.stack_id,
            problem: format!(
                "can't be looked at any more after {} minutes: {error}",
                SILENCE.as_secs() / 60
            ),
            hint: "the operation goes on by itself: run the same command again to follow it".into(),
        }
    }

    /// Where the stack itself is the first to fail, its resources have not passed a check.
    async fn root_cause(&self, aws: &Aws) -> Option<ResourceEvent> {
        let cause = root_cause(&self.ours, &self.stack_id)?;
        if cause.physical_id == self.stack_id && cause.status.ends_with("_FAILED") {
            let checks = aws.failed_checks(&self.stack_id, None).await;
            // Not every check says whose operation it was; those of others say so.
            let ours = |event: &ResourceEvent| event.token.is_empty() || event.token == self.token;
            if let Some(check) = checks.into_iter().find(ours) {
                return Some(check);
            }
        }
        Some(cause.clone())
    }

    /// Answers may be outdated: an end must be that of this operation.
    fn has_ended(&mut self, stack: Option<&Stack>) -> bool {
        let status = stack.map(|stack| stack.status.clone());
        let since = match &self.latest {
            Some((latest, since)) if *latest == status => *since,
            _ => Instant::now(),
        };
        self.latest = Some((status, since));
        let Some(stack) = stack else {
            return self.is_deletion || since.elapsed() > CERTAINTY;
        };
        let before = self.before.as_ref();
        let changed = before.is_some_and(|before| before.changed != stack.changed);
        let differs = before.is_some_and(|before| before.status != stack.status);
        self.has_begun |= changed || differs || !self.ours.is_empty();
        let said = self
            .ours
            .iter()
            .any(|event| event.physical_id == self.stack_id && event.status == stack.status);
        match stack.status.as_str() {
            status if step::in_progress(status) || step::is_empty(status) => false,
            "DELETE_COMPLETE" => true,
            status if step::is_terminal(status) => {
                changed || said || self.has_begun && since.elapsed() > CERTAINTY
            }
            _ => since.elapsed() > SILENCE,
        }
    }

    /// Tells what is new, oldest first.
    async fn read_events(&mut self, aws: &Aws, on_event: &mut dyn FnMut(Event)) {
        match self.new_events(aws).await {
            Ok(events) => {
                for event in events.into_iter().rev() {
                    self.seen.insert(event.id.clone());
                    if event.token == self.token {
                        on_event(Event::Resource(event.clone()));
                        self.ours.push(event);
                    }
                }
                self.events_readable = true;
            }
            Err(error) => {
                if std::mem::take(&mut self.events_readable) {
                    on_event(Event::EventsUnreadable(error.to_string()));
                }
            }
        }
    }

    /// The events since the last time, newest first: pages back to what is known.
    async fn new_events(&self, aws: &Aws) -> Result<Vec<ResourceEvent>, Error> {
        let mut new: Vec<ResourceEvent> = Vec::new();
        let mut from = None;
        loop {
            let (page, next) = aws.events(&self.stack_id, from).await?;
            for event in page {
                if self.seen.contains(&event.id) {
                    return Ok(new);
                }
                if !new.iter().any(|other| other.id == event.id) {
                    new.push(event);
                }
            }
            from = next;
            if from.is_none() {
                return Ok(new);
            }
        }
    }
}

/// The first failure, in time, that is not the consequence of another.
fn root_cause<'a>(events: &'a [ResourceEvent], stack_id: &str) -> Option<&'a ResourceEvent> {
    let failed = |event: &&ResourceEvent| event.status.ends_with("_FAILED");
    let cancelled = |event: &ResourceEvent| {
        event
            .reason
            .as_deref()
            .is_some_and(|reason| reason.to_ascii_lowercase().contains("cancelled"))
    };
    let of_stack = |event: &ResourceEvent| event.physical_id == stack_id;
    let failures = || events.iter().filter(failed);
    failures()
        .find(|event| !cancelled(event) && !of_stack(event))
        .or_else(|| failures().next())
        .or_else(|| events.iter().find(|event| of_stack(event) && event.reason.is_some()))
}

/// What CloudFormation wraps around a service's answer says nothing to a reader.
pub(crate) fn readable(reason: &str) -> String {
    let inner = reason
        .strip_prefix("Resource handler returned message: \"")
        .and_then(|rest| rest.rsplit_once("\" (RequestToken: "));
    let Some((message, tail)) = inner else {
        return reason.to_owned();
    };
    let code = tail.split_once("HandlerErrorCode: ").map(|(_, code)| code.trim_end_matches(')'));
    // The service's own wrapping: "message (Service: Sqs, Status Code: 400, Request ID: …)".
    let message = message.split_once(" (Service: ").map_or(message, |(message, _)| message);
    match code {
        Some(code) if !code.is_empty() => format!("{message} ({code})"),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation, readable, root_cause};
    use crate::aws::{ResourceEvent, Stack};

    fn event(logical_id: &str, status: &str, reason: &str) -> ResourceEvent {
        ResourceEvent {
            logical_id: logical_id.into(),
            physical_id: if logical_id == "Jobs" { "arn:stack".into() } else { String::new() },
            status: status.into(),
            reason: (!reason.is_empty()).then(|| reason.into()),
            ..ResourceEvent::default()
        }
    }

    #[test]
    fn the_root_cause_is_the_first_failure_that_no_other_explains() {
        let events = [
            event("Jobs", "CREATE_IN_PROGRESS", "User Initiated"),
            event("Topic", "CREATE_FAILED", "Resource creation cancelled"),
            event("Queue", "CREATE_FAILED", "Value 999999 is invalid"),
            event("Function", "CREATE_FAILED", "Role is missing"),
            event("Jobs", "ROLLBACK_IN_PROGRESS", "The following resources failed"),
        ];
        assert_eq!(root_cause(&events, "arn:stack").unwrap().logical_id, "Queue");
        assert_eq!(root_cause(&events[..2], "arn:stack").unwrap().logical_id, "Topic");
        assert_eq!(root_cause(&events[..1], "arn:stack").unwrap().logical_id, "Jobs");
    }

    #[test]
    fn reasons_lose_their_wrapping() {
        assert_eq!(
            readable(
                "Resource handler returned message: \"Value 999999 is invalid (Service: Sqs, Status Code: 400, \
                 Request ID: 1-2)\" (RequestToken: 3-4, HandlerErrorCode: InvalidRequest)"
            ),
            "Value 999999 is invalid (InvalidRequest)"
        );
        assert_eq!(readable("Resource creation cancelled"), "Resource creation cancelled");
    }

    fn stack(status: &str, changed: &str) -> Stack {
        Stack { status: status.into(), changed: changed.into(), ..Stack::default() }
    }

    fn begun_at(before: Stack) -> Operation {
        let mut operation = Operation::resume("arn".into(), "token".into());
        operation.before = Some(before);
        operation.has_begun = false;
        operation
    }

    #[test]
    fn a_status_from_before_the_operation_is_not_its_end() {
        let mut operation = begun_at(stack("UPDATE_COMPLETE", "1"));
        assert!(!operation.has_ended(Some(&stack("UPDATE_COMPLETE", "1"))));
        assert!(!operation.has_ended(Some(&stack("UPDATE_IN_PROGRESS", "2"))));
        assert!(!operation.has_ended(Some(&stack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "2"))));
        // Outdated again.
        assert!(!operation.has_ended(Some(&stack("UPDATE_COMPLETE", "1"))));
        assert!(!operation.has_ended(None));
        assert!(!operation.has_ended(Some(&stack("SOMETHING_NEW", "2"))));
        assert!(operation.has_ended(Some(&stack("UPDATE_COMPLETE", "2"))));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_said_for_a_minute_is_true() {
        let mut resumed = Operation::resume("arn".into(), "token".into());
        let mut gone = Operation::resume("arn".into(), "token".into());
        assert!(!resumed.has_ended(Some(&stack("UPDATE_ROLLBACK_COMPLETE", "1"))));
        assert!(!gone.has_ended(None));
        tokio::time::advance(super::CERTAINTY * 2).await;
        assert!(resumed.has_ended(Some(&stack("UPDATE_ROLLBACK_COMPLETE", "1"))));
        assert!(gone.has_ended(None));
    }

    #[test]
    fn an_event_of_ours_that_says_so_is_the_end() {
        let mut operation = begun_at(stack("DELETE_FAILED", "1"));
        let mut end = event("Jobs", "DELETE_FAILED", "");
        end.physical_id = "arn".into();
        assert!(!operation.has_ended(Some(&stack("DELETE_FAILED", "1"))));
        operation.ours.push(end);
        assert!(operation.has_ended(Some(&stack("DELETE_FAILED", "1"))));
    }
}
