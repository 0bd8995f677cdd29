//! What the fake understands of templates.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{World, world::Refusal};

/// The template as data; YAML tags are ignored, so intrinsic functions must be in long form.
pub(crate) fn parse(body: &str) -> Result<Value, Refusal> {
    let value: Option<Value> = match body.trim_start().starts_with('{') {
        true => serde_json::from_str(body).ok(),
        false => serde_saphyr::from_str(body).ok(),
    };
    let value = value.filter(|value| value["Resources"].is_object());
    value.ok_or_else(|| Refusal::validation("Template format error: unsupported structure."))
}

/// The logical ids of a template's resources, in its order.
pub(crate) fn logical_ids(template: &Value) -> Vec<String> {
    let resources = template["Resources"].as_object();
    resources.into_iter().flat_map(|map| map.keys().cloned()).collect()
}

/// What a resource is told to do wrong: `Metadata: {Fake: {Fail: create}}`.
pub(crate) fn told(template: &Value, logical_id: &str, what: &str) -> bool {
    let fail = &template["Resources"][logical_id]["Metadata"]["Fake"]["Fail"];
    match fail {
        Value::Array(all) => all.iter().any(|one| one == what),
        one => one == what,
    }
}

/// The reason for it: `Metadata: {Fake: {Reason: text}}`.
pub(crate) fn reason(template: &Value, logical_id: &str) -> String {
    let reason = &template["Resources"][logical_id]["Metadata"]["Fake"]["Reason"];
    reason.as_str().unwrap_or("Told to fail").to_owned()
}

/// The parameters' values for a template: what is given, else what was, else the default.
pub(crate) fn parameters(
    template: &Value,
    given: &BTreeMap<String, Option<String>>,
    previous: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Refusal> {
    let declared = template["Parameters"].as_object().cloned().unwrap_or_default();
    let unknown: Vec<_> =
        given.keys().filter(|key| !declared.contains_key(*key)).cloned().collect();
    if !unknown.is_empty() {
        let unknown = unknown.join(", ");
        let message = format!("Parameters: [{unknown}] do not exist in the template");
        return Err(Refusal::validation(message));
    }
    let mut values = BTreeMap::new();
    for (key, declaration) in &declared {
        let value = match given.get(key) {
            Some(Some(value)) => Some(value.clone()),
            Some(None) => previous.get(key).cloned(),
            None => declaration["Default"].as_str().map(str::to_owned),
        };
        let missing = format!("Parameters: [{key}] must have values");
        values.insert(key.clone(), value.ok_or_else(|| Refusal::validation(missing))?);
    }
    Ok(values)
}

/// What intrinsic functions refer to.
pub(crate) struct Scope<'a> {
    pub(crate) world: &'a World,
    pub(crate) parameters: &'a BTreeMap<String, String>,
    /// Physical ids by logical id.
    pub(crate) resources: BTreeMap<String, String>,
}

impl Scope<'_> {
    /// The value with `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::ImportValue` worked out.
    pub(crate) fn resolve(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::Object(map) if map.len() == 1 => {
                let (name, argument) = map.iter().next().expect("it has one entry");
                match name.as_str() {
                    "Ref" => Value::String(self.reference(&text(argument))),
                    "Fn::GetAtt" => Value::String(self.attribute(argument)),
                    "Fn::Sub" => Value::String(self.substitute(&text(argument))),
                    "Fn::ImportValue" => Value::String(self.import(argument)?),
                    _ => Value::Object(
                        [(name.clone(), self.resolve(argument)?)].into_iter().collect(),
                    ),
                }
            }
            Value::Object(map) => {
                let resolve =
                    |(key, value): (&String, &Value)| Ok((key.clone(), self.resolve(value)?));
                Value::Object(map.iter().map(resolve).collect::<Result<_, String>>()?)
            }
            Value::Array(all) => {
                let resolve = |value| self.resolve(value);
                Value::Array(all.iter().map(resolve).collect::<Result<_, String>>()?)
            }
            Value::String(text) => Value::String(self.substitute(text)),
            other => other.clone(),
        })
    }

    fn reference(&self, name: &str) -> String {
        let known = self.parameters.get(name).or_else(|| self.resources.get(name));
        known.cloned().unwrap_or_else(|| match name {
            "AWS::AccountId" => self.world.account.clone(),
            "AWS::Region" => self.world.region.clone(),
            // Of a resource that is not there yet: the same each time it is looked at.
            other => format!("?{other}"),
        })
    }

    fn attribute(&self, argument: &Value) -> String {
        let parts: Vec<_> = argument.as_array().into_iter().flatten().map(text).collect();
        match parts.as_slice() {
            [resource, attribute] => format!("{}/{attribute}", self.reference(resource)),
            _ => text(argument),
        }
    }

    fn substitute(&self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut result = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.split_once('}') {
                Some((name, rest)) => result += &(self.reference(name) + rest),
                None => result += part,
            }
        }
        result
    }

    fn import(&self, argument: &Value) -> Result<String, String> {
        let name = text(&self.resolve(argument)?);
        let export = self.world.exports().find(|(_, export, _)| *export == name);
        let found = export.map(|(_, _, value)| value.to_owned());
        found.ok_or_else(|| format!("No export named {name} found."))
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether the template imports this export.
pub(crate) fn imports(value: &Value, export: &str) -> bool {
    match value {
        Value::Object(map) => map.iter().any(|(key, value)| {
            key == "Fn::ImportValue" && value == export || imports(value, export)
        }),
        Value::Array(all) => all.iter().any(|value| imports(value, export)),
        _ => false,
    }
}
