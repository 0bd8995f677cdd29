//! Whatever is put into a template comes out of a YAML parser that is not ours.

use construct_lib::prelude::*;
use construct_lib::value::Map;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use saphyr::{LoadableYamlNode, Scalar, Yaml};

const NASTY: &str = include_str!("../nasty-strings.json");

#[test]
fn nasty_strings_are_values() {
    let strings: Vec<String> = serde_json::from_str(NASTY).unwrap();
    assert!(strings.len() > 200);
    for text in strings {
        check(text.as_str().into());
    }
}

#[test]
fn nasty_strings_are_keys() {
    let strings: Vec<String> = serde_json::from_str(NASTY).unwrap();
    let map: Map = strings.into_iter().map(|text| (text.into(), Value::Int(1))).collect();
    check(Value::Map(map));
}

#[test]
fn a_substitution_keeps_literal_dollars() {
    let yaml = construct_lib::testing::template(|stack| {
        let topic = Topic::new(stack, "News", default());
        let text = sub("${!kept} $ ${AWS::Region} ${topic}", [("topic", topic.arn().into())]);
        Output::new(stack, "Text", text);
    });
    assert!(yaml.contains("Value: !Sub ${!kept} $ ${AWS::Region} ${News}"), "{yaml}");
}

/// The same values on every run: what one run finds, the next one has to find too.
#[test]
fn any_value_survives() {
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(config, random).run(&any_value(), |value| {
        check(value);
        Ok(())
    });
    outcome.unwrap();
}

fn any_value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        any::<String>(),
        "[-+0-9._:eExob]{1,8}",
        "[ \t\n#:,\\[\\]{}&*!|>'\"%@`?=<~-]{1,6}",
        "[a-zA-Z]{1,5}",
    ]
    // The parser takes `+-8` and `++8` for numbers, which they are in no YAML.
    .prop_filter("the parser's own", |text| !text.starts_with("+-") && !text.starts_with("++"));
    let leaf = prop_oneof![
        text.clone().prop_map(|text| Value::from(text.as_str())),
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        (-1e9..1e9).prop_map(Value::Float),
    ];
    leaf.prop_recursive(4, 32, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            proptest::collection::vec((text.clone(), inner), 0..5).prop_map(|entries| {
                Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
            }),
        ]
    })
}

/// Renders a template that holds the value, parses it, and compares.
fn check(value: Value) {
    let yaml = construct_lib::testing::template(|stack| {
        stack.add_raw("It", "Test::Of::Yaml", Value::map([("Value", value.clone())]));
    });
    let documents = Yaml::load_from_str(&yaml).unwrap_or_else(|error| panic!("{error}:\n{yaml}"));
    let parsed = &documents[0]["Resources"]["It"]["Properties"]["Value"];
    assert!(same(parsed, &value), "{value:?} is read as {parsed:?} from\n{yaml}");
}

fn same(parsed: &Yaml, value: &Value) -> bool {
    match (parsed, value) {
        (Yaml::Value(Scalar::String(parsed)), Value::Text(text)) => parsed == text,
        (Yaml::Value(Scalar::Integer(parsed)), Value::Int(number)) => parsed == number,
        (Yaml::Value(Scalar::Boolean(parsed)), Value::Bool(boolean)) => parsed == boolean,
        (Yaml::Value(Scalar::FloatingPoint(parsed)), Value::Float(number)) => **parsed == *number,
        (Yaml::Sequence(parsed), Value::List(items)) => {
            parsed.len() == items.len() && parsed.iter().zip(items).all(|(a, b)| same(a, b))
        }
        (Yaml::Mapping(parsed), Value::Map(map)) => {
            parsed.len() == map.len()
                && parsed.iter().zip(map).all(|((parsed_key, parsed), (key, value))| {
                    same(parsed_key, &Value::Text(key.clone())) && same(parsed, value)
                })
        }
        _ => false,
    }
}
