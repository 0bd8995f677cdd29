//! What a template's value is before AWS has resolved its functions.

use serde_json::{Map, Value};

/// Whether there will be something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Absent,
    Present,
    /// Under a condition.
    Maybe,
}

/// A function with its argument: `{"Fn::If": […]}`, `{"Ref": …}`.
pub(crate) fn function(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    let (name, argument) = map.iter().next()?;
    let is_function = name.starts_with("Fn::") || (name == "Ref" && argument.is_string());
    is_function.then_some((name, argument))
}

/// The two values of `Fn::If`.
pub(crate) fn branches(value: &Value) -> Option<[&Value; 2]> {
    match function(value)? {
        ("Fn::If", Value::Array(arguments)) => match &arguments[..] {
            [_, then, otherwise] => Some([then, otherwise]),
            _ => None,
        },
        _ => None,
    }
}

/// `{"Ref": "AWS::NoValue"}`: as if it were not there.
pub(crate) fn is_no_value(value: &Value) -> bool {
    matches!(function(value), Some(("Ref", Value::String(name))) if name == "AWS::NoValue")
}

/// Whether a mapping has entries that AWS writes: `Fn::Transform`, `Fn::ForEach::…`.
pub(crate) fn is_generated(map: &Map<String, Value>) -> bool {
    map.keys().any(|key| is_generator(key))
}

/// Whether a key stands for entries that AWS writes.
pub(crate) fn is_generator(key: &str) -> bool {
    key == "Fn::Transform" || key.starts_with("Fn::ForEach")
}

/// Whether a value will be there.
pub(crate) fn presence(value: Option<&Value>) -> Presence {
    let Some(value) = value.filter(|value| !is_no_value(value)) else {
        return Presence::Absent;
    };
    let Some([then, otherwise]) = branches(value) else {
        return Presence::Present;
    };
    match (presence(Some(then)), presence(Some(otherwise))) {
        (one, other) if one == other => one,
        _ => Presence::Maybe,
    }
}

/// A scalar as CloudFormation compares it: `1` is `"1"`.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// A number, also one that is written as text.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|it: &f64| it.is_finite()),
        _ => None,
    }
}
