//! Schemas of any shape: whatever is wrong with one, nothing panics or runs for ever.

use std::collections::BTreeMap;

use codegen::{project::project, schema::Schema};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../synth/tests/it/gen/basket.json");

/// What stands in for each part of a schema in turn.
fn mutations() -> Vec<Value> {
    vec![
        Value::Null,
        json!(-1),
        json!(true),
        json!("\u{202e}`\"\\ é\n::"),
        json!([]),
        json!([null, "", {"items": 7}]),
        json!({}),
        json!({"": {"type": "string"}}),
        json!({"$ref": "#"}),
        json!({"$ref": "#/properties"}),
        json!({"$ref": "#/properties/Items"}),
        json!({"$ref": "#/definitions/Item"}),
        json!({"type": "array", "items": {"$ref": "#/properties/Items"}}),
        json!({"type": "object", "additionalProperties": {"$ref": "#/definitions/Limits"}}),
        json!({"type": "object", "properties": {"A": {"$ref": "#"}, "B": {"$ref": "#"}}}),
    ]
}

#[test]
fn no_mutated_schema_panics() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut pointers = Vec::new();
    collect(&schema, String::new(), &mut pointers);
    let (mut written, mut refused) = (0, 0);
    for pointer in &pointers {
        for mutation in mutations() {
            let mut schema = schema.clone();
            *schema.pointer_mut(pointer).unwrap() = mutation;
            match generate(&schema.to_string()) {
                true => written += 1,
                false => refused += 1,
            }
        }
    }
    assert!(written > 500 && refused > 10, "{written} written, {refused} refused");
}

#[test]
fn no_cut_schema_panics() {
    let whole = SCHEMA.trim_end();
    let ends = (0..whole.len()).step_by(7).filter(|end| SCHEMA.is_char_boundary(*end));
    assert!(ends.map(|end| generate(&SCHEMA[..end])).all(|written| !written));
}

#[test]
fn more_required_properties_than_letters_have_a_parameter_each() {
    let names: Vec<String> = (0..60).map(|number| format!("P{number}")).collect();
    let properties: Value = names.iter().map(|it| (it.clone(), json!({}))).collect();
    let schema = json!({"typeName": "A::B::C", "properties": properties, "required": names});
    let schema = Schema::parse(&schema.to_string()).unwrap();
    let text = project(&BTreeMap::from([("A::B::C".into(), schema)])).unwrap().text;
    assert!(text.contains("pub p0: A,") && text.contains(": H2,"), "{text}");
}

/// Whether there is Rust for a text.
fn generate(text: &str) -> bool {
    let Ok(schema) = Schema::parse(text) else {
        return false;
    };
    project(&BTreeMap::from([(schema.type_name().to_owned(), schema)])).is_ok()
}

/// The pointers to all parts of a value.
fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, it)| (key.replace('/', "~1"), it)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(i, it)| (i.to_string(), it)).collect()
        }
        _ => Vec::new(),
    };
    for (key, value) in below {
        collect(value, format!("{pointer}/{key}"), pointers);
    }
    pointers.push(pointer);
}
