//! What is wrong with a template, and where.

use serde_json::{Value, json};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// AWS refuses it.
    Error,
    /// AWS may refuse it, or will one day.
    Warning,
}

impl Severity {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step<K = String> {
    Key(K),
    Index(usize),
}

/// Something that AWS would refuse.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// The kind of rule: `required`, `enum`, …
    pub(crate) rule: &'static str,
    /// From the template's root.
    pub(crate) path: Vec<Step>,
    /// The type of the resource, when it is about one.
    pub(crate) type_name: Option<String>,
    /// A fragment: "64 is below the minimum of 128".
    pub(crate) message: String,
    /// What the template says, when that is a single value.
    pub(crate) given: Option<Value>,
    /// What it could say.
    pub(crate) allowed: Vec<String>,
    /// What to do.
    pub(crate) hint: Option<String>,
}

impl Finding {
    pub(crate) fn new(rule: &'static str, path: Vec<Step>, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            rule,
            path,
            type_name: None,
            message: message.into(),
            given: None,
            allowed: Vec::new(),
            hint: None,
        }
    }

    /// The logical id of the resource that it is about.
    pub(crate) fn resource(&self) -> Option<&str> {
        match &self.path[..] {
            [Step::Key(section), Step::Key(id), ..] if section == "Resources" => Some(id),
            _ => None,
        }
    }

    /// `Job.Properties.Tags[0].Key`: without the section where that is `Resources`.
    pub(crate) fn place(&self) -> String {
        let path = &self.path[usize::from(self.resource().is_some())..];
        place(path)
    }

    /// `Properties.Tags[0].Key`
    pub(crate) fn place_in_resource(&self) -> String {
        place(self.path.get(2..).unwrap_or_default())
    }

    /// The same for programs.
    pub(crate) fn to_json(&self) -> Value {
        let pointer: String = self.path.iter().map(pointer).collect();
        json!({
            "severity": self.severity.name(),
            "rule": self.rule,
            "resource": self.resource(),
            "type": self.type_name,
            "path": pointer,
            "message": self.message,
            "given": self.given,
            "allowed": self.allowed,
            "hint": self.hint,
        })
    }
}

/// `Tags[0].Key`
pub(crate) fn place(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => text.push_str(&format!(".{key}")),
        }
    }
    text
}

fn pointer(step: &Step) -> String {
    match step {
        Step::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Step::Index(index) => format!("/{index}"),
    }
}
