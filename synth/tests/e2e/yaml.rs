//! Templates as a YAML 1.1 reader sees them: PyYAML, which many tools read templates with.

use std::{fs, process::Command};

use construct_lib::{
    prelude::*,
    value::{Map, Text},
};

use crate::environment::{is_on, python, root, scratch};

/// Reads both files and says where they differ.
const COMPARE: &str = r#"
import json, sys, yaml
template = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
read = template["Resources"]["It"]["Properties"]
meant = json.load(open(sys.argv[2], encoding="utf-8"))
for index, (one, other) in enumerate(zip(read["Values"], meant["Values"])):
    if one != other or type(one) is not type(other):
        sys.exit(f"value {index}: {one!r} is read for {other!r}")
if list(read["Keys"]) != list(meant["Keys"]):
    sys.exit("the keys differ: %r" % [k for k in meant["Keys"] if k not in read["Keys"]])
if len(read["Values"]) != len(meant["Values"]):
    sys.exit("values are missing")
print(len(read["Values"]))
"#;

#[test]
fn nasty_strings_are_what_they_were() {
    if !is_on() {
        return;
    }
    let corpus = root().join("construct-lib/tests/nasty-strings.json");
    let mut strings: Vec<String> =
        serde_json::from_str(&fs::read_to_string(corpus).unwrap()).unwrap();
    strings.extend(scrambled(&strings.concat(), 3000));
    let yaml = construct_lib::testing::template(|stack| {
        let values = strings.iter().map(|text| Value::from(text.as_str())).collect();
        let keys: Map =
            strings.iter().map(|text| (Text::from(text.clone()), Value::Int(1))).collect();
        let properties = [("Values", Value::List(values)), ("Keys", Value::Map(keys))];
        stack.add_raw("It", "Test::Of::Yaml", Value::map(properties));
    });
    let mut keys = serde_json::Map::new();
    keys.extend(strings.iter().map(|text| (text.clone(), json!(1))));
    let meant = json!({ "Values": strings, "Keys": keys });

    let folder = scratch("yaml");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("template.yaml"), yaml).unwrap();
    fs::write(folder.join("meant.json"), meant.to_string()).unwrap();
    let mut compare = Command::new(python("python"));
    compare.current_dir(folder).args(["-c", COMPARE, "template.yaml", "meant.json"]);
    let answer = compare.output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    assert_eq!(String::from_utf8_lossy(&answer.stdout).trim(), strings.len().to_string());
}

/// Short texts made of the characters of another, the same on every run.
fn scrambled(characters: &str, count: usize) -> Vec<String> {
    let characters: Vec<char> = characters.chars().collect();
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    (0..count)
        .map(|_| (0..1 + next(8)).map(|_| characters[next(characters.len())]).collect())
        .collect()
}
