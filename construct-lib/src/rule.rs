//! Rules: what the parameters of a stack must satisfy together, checked before anything is
//! created.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>

use crate::condition::Test;
use crate::intrinsic::call;
use crate::scope::Scope;
use crate::tree::Body;
use crate::value::{IntoVal, Map, Val, Value};

/// A rule of a stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule;

impl Rule {
    /// Adds a rule: each assertion must hold, or its text tells the deployer why not. With
    /// `only_if` it applies only where that test holds.
    ///
    /// ```
    /// # use construct_lib::prelude::*;
    /// # let yaml = construct_lib::testing::template(|stack| {
    /// let size = Parameter::new(stack, "Size", ParameterProps::string());
    /// let known = contains(["small", "large"], &size);
    /// Rule::new(stack, "KnownSize", None, [(known, "Size is small or large")]);
    /// # Topic::new(stack, "News", default());
    /// # });
    /// # assert!(yaml.contains("AssertDescription: Size is small or large"), "{yaml}");
    /// ```
    #[track_caller]
    #[expect(clippy::new_ret_no_self, reason = "nothing can refer to a rule")]
    pub fn new<const N: usize>(
        scope: &mut Scope,
        id: &str,
        only_if: Option<Val<Test>>,
        assertions: [(Val<Test>, &str); N],
    ) {
        let mut rule = Map::new();
        if let Some(test) = only_if {
            rule.insert("RuleCondition".into(), test.into());
        }
        let assertions = assertions.map(|(test, text)| {
            Value::map([("Assert", test.into()), ("AssertDescription", text.into())])
        });
        rule.insert("Assertions".into(), Value::List(assertions.into()));
        scope.tree.add(scope.cursor, id, Body::Rule(rule));
    }
}

/// `Fn::Contains`: whether a value is one of several. For rules only.
pub fn contains(values: impl IntoVal<Vec<String>>, value: impl IntoVal<String>) -> Val<Test> {
    call("Fn::Contains", Value::List(vec![values.into_val().into(), value.into_val().into()]))
}

/// `Fn::EachMemberEquals`: whether every item is `value`. For rules only.
pub fn each_member_equals(
    values: impl IntoVal<Vec<String>>,
    value: impl IntoVal<String>,
) -> Val<Test> {
    let arguments = vec![values.into_val().into(), value.into_val().into()];
    call("Fn::EachMemberEquals", Value::List(arguments))
}

/// `Fn::EachMemberIn`: whether every item is one of `allowed`. For rules only.
pub fn each_member_in(
    values: impl IntoVal<Vec<String>>,
    allowed: impl IntoVal<Vec<String>>,
) -> Val<Test> {
    let arguments = vec![values.into_val().into(), allowed.into_val().into()];
    call("Fn::EachMemberIn", Value::List(arguments))
}
