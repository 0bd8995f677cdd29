//! What a stack is to become, as one hash: change sets are named after it, so that a repeated run
//! finds its own and never touches anybody else's.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::step;
use crate::{
    aws::{Parameter, Stack},
    error::Error,
};

/// What a stack is to become.
#[derive(Clone, Debug)]
pub(crate) struct Goal {
    /// CloudFormation's name for it.
    pub(crate) stack: String,
    /// The template's bytes.
    pub(crate) body: String,
    /// The same as a value, intrinsic functions in long form.
    pub(crate) template: Value,
    /// Where the body lies in S3, when it is too long for a request.
    pub(crate) url: Option<String>,
    /// The parameters whose values are given.
    pub(crate) parameters: BTreeMap<String, String>,
    /// All tags of the stack.
    pub(crate) tags: BTreeMap<String, String>,
    /// Whether it is to refuse to be deleted.
    pub(crate) termination_protection: bool,
}

/// A goal as seen from where the stack is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Values for the template's parameters.
    pub(crate) parameters: BTreeMap<String, Parameter>,
    /// What the user agrees to by deploying the template.
    pub(crate) capabilities: Vec<&'static str>,
    /// The same for the same goal in the same place, whatever state the stack is in.
    pub(crate) description: String,
    /// The same for the same goal from the same state.
    pub(crate) change_set: String,
}

impl Plan {
    /// `place` is the account and the region.
    pub(crate) fn new(goal: &Goal, place: [&str; 2], stack: Option<&Stack>) -> Result<Self, Error> {
        // A stack that has never been completed is as good as none.
        let stack = stack.filter(|stack| {
            !step::is_empty(&stack.status)
                && !matches!(stack.status.as_str(), "CREATE_IN_PROGRESS" | "ROLLBACK_IN_PROGRESS")
        });
        let parameters = parameters(goal, stack.map(|stack| stack.parameters.as_slice()))?;
        let capabilities = capabilities(&goal.template);
        let mut content = Hash::default();
        for text in place.into_iter().chain([goal.stack.as_str(), &goal.body]) {
            content.add(text);
        }
        for (key, value) in &parameters {
            content.add(key);
            match value {
                Parameter::Value(value) => content.add("=").add(value),
                Parameter::Previous => content.add("previous"),
            };
        }
        content.add("tags");
        for (key, value) in &goal.tags {
            content.add(key).add(value);
        }
        let content = content.hex();
        let (id, changed) = stack.map_or(("absent", ""), |stack| (&stack.id, &stack.changed));
        let from_here = hash([content.as_str(), id, changed]);
        Ok(Self {
            parameters,
            capabilities,
            description: format!("synth {content}"),
            change_set: format!("synth-{}", &from_here[..24]),
        })
    }
}

/// The token for executing a change set: events with it are ours.
pub(crate) fn execute_token(change_set: &str) -> String {
    format!("exec-{}", hash([change_set]))
}

/// One hash for all these texts.
pub(crate) fn hash<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Hash::default();
    for text in texts {
        hash.add(text);
    }
    hash.hex()
}

/// Each text with its length, so that no two lists of texts give the same bytes.
#[derive(Default)]
struct Hash(Sha256);

impl Hash {
    fn add(&mut self, text: &str) -> &mut Self {
        self.0.update((text.len() as u64).to_be_bytes());
        self.0.update(text);
        self
    }

    fn hex(&self) -> String {
        let digest = self.0.clone().finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A value for each of the template's parameters; `existing` are those that the stack has already.
fn parameters(
    goal: &Goal,
    existing: Option<&[String]>,
) -> Result<BTreeMap<String, Parameter>, Error> {
    let empty = serde_json::Map::new();
    let declared = goal.template.get("Parameters").and_then(Value::as_object).unwrap_or(&empty);
    let refuse =
        |problem: String, hint: String| Error::Stack { stack: goal.stack.clone(), problem, hint };
    if let Some(unknown) = goal.parameters.keys().find(|key| !declared.contains_key(*key)) {
        let known: Vec<_> = declared.keys().map(String::as_str).collect();
        return Err(refuse(
            format!("has no parameter `{unknown}`"),
            format!("its parameters are: {}", known.join(", ")),
        ));
    }
    let mut values = BTreeMap::new();
    let mut missing = Vec::new();
    for (key, declaration) in declared {
        if let Some(value) = goal.parameters.get(key) {
            values.insert(key.clone(), Parameter::Value(value.clone()));
        } else if existing.is_some_and(|existing| existing.contains(key)) {
            values.insert(key.clone(), Parameter::Previous);
        } else if declaration.get("Default").is_none() {
            missing.push(key.as_str());
        }
    }
    if missing.is_empty() {
        return Ok(values);
    }
    let example: Vec<_> = missing.iter().map(|key| format!("--parameters {key}=…")).collect();
    Err(refuse(
        format!("needs a value for {}", missing.join(", ")),
        format!("pass {}", example.join(" ")),
    ))
}

/// What CloudFormation wants to hear before it deploys the template.
fn capabilities(template: &Value) -> Vec<&'static str> {
    let resources = template.get("Resources").and_then(Value::as_object);
    let mut iam = false;
    let mut named = false;
    for resource in resources.into_iter().flat_map(|resources| resources.values()) {
        let kind = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
        let Some(noun) = kind.strip_prefix("AWS::IAM::") else {
            continue;
        };
        iam = true;
        // A policy's name is not one of an account's: it needs no more than the rest.
        let name =
            resource.get("Properties").and_then(|properties| properties.get(format!("{noun}Name")));
        named |= noun != "Policy" && name.is_some();
    }
    let mut capabilities = Vec::new();
    match (iam, named) {
        (_, true) => capabilities.push("CAPABILITY_NAMED_IAM"),
        (true, false) => capabilities.push("CAPABILITY_IAM"),
        (false, false) => {}
    }
    if has_transform(template) {
        capabilities.push("CAPABILITY_AUTO_EXPAND");
    }
    capabilities
}

fn has_transform(value: &Value) -> bool {
    fn calls_macro(value: &Value) -> bool {
        match value {
            Value::Object(map) => {
                map.contains_key("Fn::Transform") || map.values().any(calls_macro)
            }
            Value::Array(items) => items.iter().any(calls_macro),
            _ => false,
        }
    }
    value.get("Transform").is_some() || calls_macro(value)
}

#[cfg(test)]
mod tests {
    use super::{Goal, Plan, capabilities, parameters};
    use crate::aws::{Parameter, Stack};
    use serde_json::{Value, json};

    fn goal(template: Value, given: &[(&str, &str)]) -> Goal {
        Goal {
            stack: "Jobs".into(),
            body: template.to_string(),
            template,
            url: None,
            parameters: given.iter().map(|&(key, value)| (key.into(), value.into())).collect(),
            tags: Default::default(),
            termination_protection: false,
        }
    }

    fn three() -> Value {
        json!({"Parameters": {"A": {"Type": "String"}, "B": {"Type": "String"}, "C": {"Type": "String", "Default": "c"}}})
    }

    #[test]
    fn all_missing_parameters_are_named_at_once() {
        let error = parameters(&goal(three(), &[]), None).unwrap_err();
        assert_eq!(error.to_string(), "stack Jobs needs a value for A, B");
        assert_eq!(error.hint().unwrap(), "pass --parameters A=… --parameters B=…");
    }

    #[test]
    fn a_value_that_is_not_given_stays_as_it_is() {
        let existing = ["A".to_owned(), "C".to_owned()];
        let values = parameters(&goal(three(), &[("B", "")]), Some(&existing)).unwrap();
        assert_eq!(values["A"], Parameter::Previous);
        assert_eq!(values["B"], Parameter::Value(String::new()));
        assert_eq!(values["C"], Parameter::Previous);
    }

    #[test]
    fn a_parameter_that_the_template_does_not_have_is_refused() {
        let error = parameters(&goal(three(), &[("D", "d")]), None).unwrap_err();
        assert_eq!(error.hint().unwrap(), "its parameters are: A, B, C");
    }

    const PLACE: [&str; 2] = ["000000000000", "eu-west-1"];

    fn plan(place: [&str; 2], status: &str, changed: &str) -> Plan {
        let stack = Stack {
            id: "arn".into(),
            status: status.into(),
            changed: changed.into(),
            ..Stack::default()
        };
        Plan::new(&goal(json!({}), &[]), place, Some(&stack)).unwrap()
    }

    #[test]
    fn a_run_that_follows_an_interrupted_one_has_the_same_plan() {
        let first = Plan::new(&goal(json!({}), &[]), PLACE, None).unwrap();
        assert_eq!(plan(PLACE, "REVIEW_IN_PROGRESS", "1"), first);
        assert_eq!(plan(PLACE, "CREATE_IN_PROGRESS", "1"), first);
        assert_eq!(plan(PLACE, "ROLLBACK_IN_PROGRESS", "1"), first);
    }

    #[test]
    fn a_change_set_is_for_one_state_of_one_stack_in_one_place() {
        let before = plan(PLACE, "UPDATE_COMPLETE", "1");
        let after = plan(PLACE, "UPDATE_COMPLETE", "2");
        assert_ne!(before.change_set, after.change_set);
        assert_eq!(before.description, after.description);
        let elsewhere = plan(["000000000000", "eu-west-2"], "UPDATE_COMPLETE", "1");
        assert_ne!(before.change_set, elsewhere.change_set);
    }

    #[test]
    fn capabilities_are_no_more_than_the_template_needs() {
        let resource = |kind: &str, properties: Value| json!({"Resources": {"R": {"Type": kind, "Properties": properties}}});
        let cases = [
            (resource("AWS::S3::Bucket", json!({})), vec![]),
            (resource("AWS::IAM::Role", json!({})), vec!["CAPABILITY_IAM"]),
            (resource("AWS::IAM::Policy", json!({"PolicyName": "p"})), vec!["CAPABILITY_IAM"]),
            (resource("AWS::IAM::Role", json!({"RoleName": "r"})), vec!["CAPABILITY_NAMED_IAM"]),
            (json!({"Transform": "AWS::Serverless-2016-10-31"}), vec!["CAPABILITY_AUTO_EXPAND"]),
            (
                resource("AWS::S3::Bucket", json!({"Fn::Transform": {"Name": "M"}})),
                vec!["CAPABILITY_AUTO_EXPAND"],
            ),
        ];
        for (template, expected) in cases {
            assert_eq!(capabilities(&template), expected, "{template}");
        }
    }
}
