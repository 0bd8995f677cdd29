//! Templates as text: YAML for people and CloudFormation, JSON for the CDK's tools.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_saphyr::{FlowSeq, Tagged};

use crate::template::substitution;
use crate::value::{Map, Target, Value};

/// The YAML of a template, with short-form functions.
pub(crate) fn yaml(template: &Value) -> String {
    // Folding would change how a long text reads, and where a line of a diff ends.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    serde_saphyr::to_string_with_options(&Short(template), options)
        .expect("a tree of texts, numbers, lists and maps always has a YAML form")
}

/// The JSON of a template, with long-form functions.
pub(crate) fn json(template: &Value) -> serde_json::Value {
    serde_json::to_value(Long(template))
        .expect("a tree of texts, numbers, lists and maps always has a JSON form")
}

struct Short<'a>(&'a Value);

struct Long<'a>(&'a Value);

impl Serialize for Short<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Ref(target) => tag("!Ref", id(target), serializer),
            Value::Attribute(target, name) => {
                tag("!GetAtt", FlowSeq([id(target), name.as_ref()]), serializer)
            }
            Value::Sub(pieces) => {
                let (text, names) = substitution(pieces);
                match names.is_empty() {
                    true => tag("!Sub", text, serializer),
                    false => tag("!Sub", (text, Short(&Value::Map(names))), serializer),
                }
            }
            // Two tags in a row are not YAML, so the outer function takes its long form.
            Value::Call(name, argument) if is_function(argument) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(&**name, &Short(argument))?;
                map.end()
            }
            Value::Call(name, argument) => {
                let short = name.strip_prefix("Fn::").unwrap_or(name);
                tag(&format!("!{short}"), Short(argument), serializer)
            }
            plain => serialize_plain(plain, serializer, Short),
        }
    }
}

impl Serialize for Long<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Ref(target) => function("Ref", id(target), serializer),
            Value::Attribute(target, name) => {
                function("Fn::GetAtt", [id(target), name.as_ref()], serializer)
            }
            Value::Sub(pieces) => {
                let (text, names) = substitution(pieces);
                match names.is_empty() {
                    true => function("Fn::Sub", text, serializer),
                    false => function("Fn::Sub", (text, Long(&Value::Map(names))), serializer),
                }
            }
            Value::Call(name, argument) => function(name, Long(argument), serializer),
            plain => serialize_plain(plain, serializer, Long),
        }
    }
}

fn serialize_plain<'a, S: Serializer, F: Serialize>(
    value: &'a Value,
    serializer: S,
    form: impl Fn(&'a Value) -> F,
) -> Result<S::Ok, S::Error> {
    match value {
        Value::Bool(value) => serializer.serialize_bool(*value),
        Value::Int(number) => serializer.serialize_i64(*number),
        Value::Float(number) => serializer.serialize_f64(*number),
        Value::Text(text) => serializer.serialize_str(text),
        Value::Name(target) => serializer.serialize_str(id(target)),
        Value::List(items) => serializer.collect_seq(items.iter().map(form)),
        Value::Map(map) => serializer.collect_map(entries(map).map(|(key, it)| (key, form(it)))),
        _ => serializer.serialize_unit(),
    }
}

fn entries(map: &Map) -> impl Iterator<Item = (&str, &Value)> {
    map.iter().map(|(key, value)| (&**key, value))
}

fn is_function(value: &Value) -> bool {
    matches!(value, Value::Ref(_) | Value::Attribute(..) | Value::Sub(_) | Value::Call(..))
}

fn tag<S: Serializer>(tag: &str, value: impl Serialize, to: S) -> Result<S::Ok, S::Error> {
    Tagged(value, Some(tag.to_owned())).serialize(to)
}

fn function<S: Serializer>(name: &str, value: impl Serialize, to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(1))?;
    map.serialize_entry(name, &value)?;
    map.end()
}

/// Every target has an id once a template is built.
fn id(target: &Target) -> &str {
    match target {
        Target::Id(id) => id,
        Target::Node(_) => "",
    }
}
