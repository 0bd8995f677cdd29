//! What a value refers to, and one form for values that mean the same.

use serde_json::{Value, json};

/// The resources whose ids or attributes are in a value, and whether a new resource surely
/// means a new value.
pub(super) fn targets(value: &Value) -> Vec<(&str, bool)> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect<'v>(value: &'v Value, found: &mut Vec<(&'v str, bool)>) {
    match value {
        Value::Object(map) => {
            for (key, argument) in map {
                match (key.as_str(), argument) {
                    ("Ref", Value::String(name)) => found.push((name, true)),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        if let [Value::String(name), attribute] = &parts[..] {
                            found.push((name, identifies(attribute.as_str().unwrap_or_default())));
                        }
                    }
                    ("Fn::Sub", Value::String(text)) => substitutes(text, found),
                    ("Fn::Sub", Value::Array(parts)) => {
                        if let Some(Value::String(text)) = parts.first() {
                            substitutes(text, found);
                        }
                        parts.iter().skip(1).for_each(|it| collect(it, found));
                    }
                    _ => collect(argument, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|it| collect(it, found)),
        _ => {}
    }
}

/// Whether an attribute is another one for each resource.
fn identifies(attribute: &str) -> bool {
    attribute.ends_with("Arn") || attribute.ends_with("Id")
}

fn substitutes<'v>(text: &'v str, found: &mut Vec<(&'v str, bool)>) {
    for part in text.split("${").skip(1) {
        if let Some((name, _)) = part.split_once('}').filter(|(name, _)| !name.starts_with('!')) {
            let (target, attribute) = name.trim().split_once('.').unwrap_or((name.trim(), "Id"));
            found.push((target, identifies(attribute)));
        }
    }
}

/// The same value with `Fn::Sub` and `Fn::Join` in the simplest form: `${A}` is a reference, and
/// a text without names is a text.
pub(super) fn simplify(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(simplify).collect(),
        Value::Object(map) => match map.iter().next() {
            Some((name, argument)) if map.len() == 1 => {
                let argument = simplify(argument);
                simple_function(name, &argument).unwrap_or_else(|| json!({name: argument}))
            }
            _ => map.iter().map(|(key, value)| (key.clone(), simplify(value))).collect(),
        },
        other => other.clone(),
    }
}

fn simple_function(name: &str, argument: &Value) -> Option<Value> {
    match (name, argument) {
        ("Fn::Sub", Value::String(text)) if !text.contains("${") => Some(text.as_str().into()),
        ("Fn::Sub", Value::String(text)) => {
            let name = text.strip_prefix("${")?.strip_suffix('}')?;
            if name.starts_with('!') || name.contains(['{', '}', '$']) {
                return None;
            }
            Some(match name.split_once('.') {
                Some((target, attribute)) => json!({"Fn::GetAtt": [target, attribute]}),
                None => json!({"Ref": name}),
            })
        }
        ("Fn::Join", Value::Array(parts)) => {
            let [Value::String(separator), Value::Array(items)] = &parts[..] else { return None };
            let texts: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
            Some(texts?.join(separator).into())
        }
        _ => None,
    }
}
