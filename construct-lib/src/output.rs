//! Outputs: what a stack tells whoever deployed it, and other stacks.

use crate::condition::Condition;
use crate::scope::Scope;
use crate::tree::Body;
use crate::value::{Map, Text, Val, Value};

/// An output of a stack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Output;

/// What an output says. A value alone is enough: `Output::new(stack, "Url", queue.url())`.
///
/// ```
/// # use construct_lib::prelude::*;
/// # construct_lib::testing::template(|stack| {
/// let queue = Queue::new(stack, "Jobs", default());
/// Output::new(stack, "JobsUrl", OutputProps {
///     description: Some("Where jobs are sent".into()),
///     ..queue.url().into()
/// });
/// # });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct OutputProps {
    /// The value.
    pub value: Val<String>,
    /// At most 1,024 bytes.
    pub description: Option<Text>,
    /// The name under which other stacks of the account and region can import it. Between the
    /// stacks of one app none is needed: exports are written where a value is used.
    pub export: Option<Val<String>>,
    /// There only where the condition holds.
    pub only_if: Option<Condition>,
}

impl<T> From<Val<T>> for OutputProps {
    fn from(value: Val<T>) -> OutputProps {
        OutputProps { value: value.cast(), description: None, export: None, only_if: None }
    }
}

impl Output {
    /// Adds an output to the stack.
    #[track_caller]
    #[expect(clippy::new_ret_no_self, reason = "nothing can refer to an output")]
    pub fn new(scope: &mut Scope, id: &str, props: impl Into<OutputProps>) {
        let props = props.into();
        let mut section = Map::new();
        if let Some(description) = props.description {
            section.insert("Description".into(), Value::Text(description));
        }
        section.insert("Value".into(), props.value.into());
        if let Some(name) = props.export {
            section.insert("Export".into(), Value::map([("Name", name.into())]));
        }
        if let Some(condition) = props.only_if {
            section.insert("Condition".into(), condition.name());
        }
        scope.tree.add(scope.cursor, id, Body::Output(section));
    }
}
