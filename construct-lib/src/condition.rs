//! Conditions: what exists and which value is taken, decided when the stack is deployed.
//!
//! ```
//! # use construct_lib::prelude::*;
//! # let yaml = construct_lib::testing::template(|stack| {
//! let stage = Parameter::new(stack, "Stage", ParameterProps {
//!     default: Some("dev".into()),
//!     allowed_values: vec!["dev".into(), "prod".into()],
//!     ..ParameterProps::string()
//! });
//! let is_prod = Condition::new(stack, "IsProd", equals(&stage, "prod"));
//! Topic::new(stack, "Alerts", TopicProps {
//!     display_name: Some(when(&is_prod, "Production", "Development")),
//!     ..default()
//! });
//! # });
//! # assert!(yaml.contains("IsProd: !Equals"));
//! ```

use crate::intrinsic::call;
use crate::scope::Scope;
use crate::tree::{Body, NodeId};
use crate::value::{IntoVal, Target, Text, Val, Value};

/// A named condition of a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    node: NodeId,
}

/// Label of a test: true or false when the stack is deployed.
#[derive(Clone, Copy, Debug)]
pub struct Test;

impl Condition {
    /// Adds a condition to the stack.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, test: impl IntoVal<Test>) -> Condition {
        let body = Body::Condition(test.into_val().into());
        Condition { node: scope.tree.add(scope.cursor, id, body) }
    }

    pub(crate) fn name(&self) -> Value {
        Value::Name(Target::Node(self.node))
    }
}

#[diagnostic::do_not_recommend]
impl IntoVal<Test> for &Condition {
    fn into_val(self) -> Val<Test> {
        Val::from_value(Value::Call(Text::Borrowed("Condition"), Box::new(self.name())))
    }
}

/// `Fn::Equals`.
pub fn equals(left: impl IntoVal<String>, right: impl IntoVal<String>) -> Val<Test> {
    call("Fn::Equals", Value::List(vec![left.into_val().into(), right.into_val().into()]))
}

/// `Fn::And` of 2 to 10 tests.
pub fn all_of<V: IntoVal<Test>>(tests: impl IntoIterator<Item = V>) -> Val<Test> {
    call("Fn::And", Value::List(tests.into_iter().map(|test| test.into_val().into()).collect()))
}

/// `Fn::Or` of 2 to 10 tests.
pub fn any_of<V: IntoVal<Test>>(tests: impl IntoIterator<Item = V>) -> Val<Test> {
    call("Fn::Or", Value::List(tests.into_iter().map(|test| test.into_val().into()).collect()))
}

/// `Fn::Not`.
pub fn not(test: impl IntoVal<Test>) -> Val<Test> {
    call("Fn::Not", Value::List(vec![test.into_val().into()]))
}
