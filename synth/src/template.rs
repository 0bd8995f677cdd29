//! Reads a template, YAML or JSON, into one JSON-like model with intrinsics in long form.
//!
//! Plain scalars are read as YAML 1.2's core schema does, so `2012-10-17` and `on` are strings.

use std::{collections::HashMap, fs, path::Path};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};
use serde_json::{Map, Value};

use crate::error::Error;

/// How deep a template may nest: as deep as `serde_json` goes.
const DEPTH: usize = 128;

/// How many values aliases may stand for, all together: CloudFormation takes 1 MB of text.
const ALIASED: usize = 100_000;

/// The short forms besides `!Ref` and `!Condition`.
const FUNCTIONS: [&str; 24] = [
    "And",
    "Base64",
    "Cidr",
    "Contains",
    "EachMemberEquals",
    "EachMemberIn",
    "Equals",
    "FindInMap",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "RefAll",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
    "ValueOf",
    "ValueOfAll",
];

/// What is wrong with a template's text, with its line where there is one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Problem(String);

/// Reads the template in the file `path`.
pub(crate) fn read(path: &Path) -> Result<Value, Error> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    parse_file(path, &text)
}

/// Reads a template's text, which came from the file `path`.
pub(crate) fn parse_file(path: &Path, text: &str) -> Result<Value, Error> {
    parse(text).map_err(|problem| Error::File {
        path: path.into(),
        problem: problem.to_string(),
        hint: "a CloudFormation template is a YAML or JSON file with a Resources section".into(),
    })
}

/// Reads a template's text.
pub(crate) fn parse(text: &str) -> Result<Value, Problem> {
    let mut value = match text.trim_start().starts_with('{') {
        true => serde_json::from_str(text).map_err(|error| Problem(error.to_string()))?,
        false => parse_yaml(text)?,
    };
    if !value.is_object() {
        return Err(Problem("not a mapping".into()));
    }
    split_attributes(&mut value);
    Ok(value)
}

/// Collections that are open, innermost last, each with its tag.
struct Open {
    value: Value,
    /// The key whose value comes next, in a mapping.
    key: Option<String>,
    tag: Option<Tag>,
    /// The number of its anchor; 0 without one.
    anchor: usize,
}

/// Values with an anchor, for the aliases that stand for them.
#[derive(Default)]
struct Anchors {
    values: HashMap<usize, Value>,
    /// How many values the aliases so far stand for.
    aliased: usize,
}

impl Anchors {
    fn keep(&mut self, anchor: usize, value: &Value) {
        if anchor != 0 {
            self.values.insert(anchor, value.clone());
        }
    }

    fn resolve(&mut self, anchor: usize) -> Result<Value, String> {
        let value = self.values.get(&anchor).ok_or("an alias inside of what it stands for")?;
        self.aliased += size(value);
        match self.aliased {
            0..=ALIASED => Ok(value.clone()),
            _ => Err("aliases stand for too much".to_owned()),
        }
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

fn parse_yaml(text: &str) -> Result<Value, Problem> {
    let mut stack: Vec<Open> = Vec::new();
    let mut root = None;
    let mut anchors = Anchors::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| at(error.marker(), error.info()))?;
        let finished = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref())
                    .map_err(|problem| at(&span.start, &problem))?;
                anchors.keep(anchor, &value);
                value
            }
            Event::SequenceStart(anchor, tag) => {
                open(&mut stack, Value::Array(Vec::new()), tag.as_deref(), anchor, &span.start)?;
                continue;
            }
            Event::MappingStart(anchor, tag) => {
                open(&mut stack, Value::Object(Map::new()), tag.as_deref(), anchor, &span.start)?;
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop() {
                Some(open) => {
                    let value = tagged(open.value, open.tag.as_ref())
                        .map_err(|problem| at(&span.start, &problem))?;
                    anchors.keep(open.anchor, &value);
                    value
                }
                None => continue,
            },
            Event::Alias(anchor) => {
                anchors.resolve(anchor).map_err(|problem| at(&span.start, &problem))?
            }
            Event::DocumentStart(_) if root.is_some() => {
                return Err(at(&span.start, "a second document"));
            }
            _ => continue,
        };
        match stack.last_mut() {
            Some(parent) => parent.add(finished).map_err(|problem| at(&span.start, &problem))?,
            None => root = Some(finished),
        }
    }
    root.ok_or_else(|| Problem("the file is empty".into()))
}

fn open(
    stack: &mut Vec<Open>,
    value: Value,
    tag: Option<&Tag>,
    anchor: usize,
    place: &Marker,
) -> Result<(), Problem> {
    if stack.len() == DEPTH {
        return Err(at(place, "nested too deep"));
    }
    stack.push(Open { value, key: None, tag: tag.cloned(), anchor });
    Ok(())
}

impl Open {
    fn add(&mut self, value: Value) -> Result<(), String> {
        match (&mut self.value, self.key.take()) {
            (Value::Array(items), _) => items.push(value),
            (Value::Object(_), None) => self.key = Some(key(value)?),
            (Value::Object(map), Some(key)) => {
                if map.contains_key(&key) {
                    return Err(format!("the key `{key}` for the second time"));
                }
                map.insert(key, value);
            }
            _ => {}
        }
        Ok(())
    }
}

fn key(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Array(_) | Value::Object(_) => Err("a key that is not a scalar".into()),
        other => Ok(other.to_string()),
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let is_string = tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
    let value = match style == ScalarStyle::Plain && !is_string {
        // A function's text is a name or a pattern, whatever it looks like.
        true if tag.is_none_or(Tag::is_yaml_core_schema) => plain(text),
        _ => Value::String(text.into()),
    };
    tagged(value, tag)
}

/// A scalar without quotes: a string unless it is clearly something else.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    // JSON's own rule for numbers keeps `012`, `1_000` and `.5` what people meant: text.
    match serde_json::from_str::<Value>(text) {
        Ok(number @ Value::Number(_)) => number,
        _ => Value::String(text.into()),
    }
}

/// Turns `!Sub x` into `{"Fn::Sub": x}`.
fn tagged(value: Value, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) else {
        return Ok(value);
    };
    let name = match tag.suffix.as_str() {
        "Ref" | "Condition" => tag.suffix.clone(),
        suffix if FUNCTIONS.contains(&suffix) => format!("Fn::{suffix}"),
        _ => return Err(format!("`{tag}`, which is no CloudFormation function")),
    };
    Ok(Value::Object(Map::from_iter([(name, value)])))
}

/// `Fn::GetAtt: X.Y` means `[X, Y]`.
fn split_attributes(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(split_attributes),
        Value::Object(map) => {
            for (key, value) in map {
                match value.as_str().and_then(|text| text.split_once('.')) {
                    Some((resource, attribute)) if key == "Fn::GetAtt" => {
                        *value = Value::from(vec![resource, attribute]);
                    }
                    _ => split_attributes(value),
                }
            }
        }
        _ => {}
    }
}

fn at(place: &Marker, problem: &str) -> Problem {
    let (line, column) = (place.line(), place.col() + 1);
    Problem(format!("line {line}, column {column}: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn short_and_long_forms_and_json_are_one_model() {
        let short = "
A: !Ref Inbox
B: !GetAtt Inbox.Arn
C: !GetAtt [Inbox, Arn]
D: !Sub 'x-${Y}'
E: !If [IsProd, !Ref A, !Condition B]
F: !GetAtt Nested.Outputs.Url
";
        let long = "
A: {Ref: Inbox}
B: {Fn::GetAtt: Inbox.Arn}
C: {Fn::GetAtt: [Inbox, Arn]}
D: {'Fn::Sub': 'x-${Y}'}
E: {Fn::If: [IsProd, {Ref: A}, {Condition: B}]}
F: {Fn::GetAtt: [Nested, Outputs.Url]}
";
        let model = parse(long).unwrap();
        assert_eq!(parse(short).unwrap(), model);
        assert_eq!(parse(&model.to_string()).unwrap(), model);
        assert_eq!(model["B"], json!({"Fn::GetAtt": ["Inbox", "Arn"]}));
    }

    #[test]
    fn plain_scalars_keep_what_people_meant() {
        let yaml = "
version: 2012-10-17
account: 012345678901
switch: on
time: 12:30:45
number: 5
quoted: '5'
tagged: !!str 5
ref: !Ref 5
half: 0.5
flag: true
nothing:
";
        assert_eq!(
            parse(yaml).unwrap(),
            json!({
                "version": "2012-10-17", "account": "012345678901", "switch": "on", "time": "12:30:45",
                "number": 5, "quoted": "5", "tagged": "5", "ref": {"Ref": "5"}, "half": 0.5,
                "flag": true, "nothing": null,
            })
        );
    }

    #[test]
    fn problems_name_their_place() {
        for (yaml, problem) in [
            ("", "the file is empty"),
            ("- a", "not a mapping"),
            ("a: 1\nb: *x", "line 2, column 4: while parsing node, found unknown anchor"),
            ("a: &x [*x]", "line 1, column 8: an alias inside of what it stands for"),
            ("a: 1\na: 2", "line 2, column 4: the key `a` for the second time"),
            ("a: !Reff x", "line 1, column 4: `!Reff`, which is no CloudFormation function"),
            ("a: 1\n---\nb: 2", "line 2, column 1: a second document"),
            ("? [a]\n: 1", "line 1, column 5: a key that is not a scalar"),
            ("{\"a\": }", "expected value at line 1 column 7"),
        ] {
            assert_eq!(parse(yaml).unwrap_err().to_string(), problem, "{yaml}");
        }
    }

    #[test]
    fn aliases_stand_for_what_has_their_anchor() {
        let model = parse("a: &x {k: &y !Ref Z}\nb: *x\nc: [*y]").unwrap();
        assert_eq!(model["b"], json!({"k": {"Ref": "Z"}}));
        assert_eq!(model["c"], json!([{"Ref": "Z"}]));
    }

    #[test]
    fn aliases_of_aliases_have_an_end() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let inner = format!("*a{},", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
        }
        let problem = parse(&bomb).unwrap_err().to_string();
        assert!(problem.ends_with("aliases stand for too much"), "{problem}");
    }

    #[test]
    fn nesting_has_an_end() {
        let flow = format!("a: {}{}", "[".repeat(200), "]".repeat(200));
        let block = format!("a:\n {}b", "- ".repeat(100_000));
        let endless = format!("a: {}", "[".repeat(100_000));
        let json = format!("{{\"a\": {}", "[".repeat(100_000));
        for text in [flow, block] {
            let problem = parse(&text).unwrap_err().to_string();
            assert!(problem.ends_with("nested too deep"), "{problem}");
        }
        assert!(parse(&endless).is_err());
        assert!(parse(&json).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_makes_it_panic(text in "[\\PC\n\t]{0,60}") {
            let _ = parse(&text);
        }

        #[test]
        fn no_yaml_like_text_makes_it_panic(parts in prop::collection::vec(
            prop::sample::select(vec![
                "a", ": ", "- ", "\n", "  ", "[", "]", "{", "}", ",", "!Ref ", "!GetAtt ", "!", "!!str ", "&x ", "*x",
                "'", "\"", "\\", "|\n", ">-\n", "#", "? ", "---\n", "...\n", "%YAML 1.1\n", "%TAG ! !\n", "\t", "\u{85}", "<<", "\u{feff}", "0x", "1e999",
            ]), 0..24)) {
            let _ = parse(&parts.concat());
        }
    }
}
