//! The tables by which `synth` checks templates: a line a resource type, sorted, so that finding
//! one needs no index. The short keys are explained where they are read, in synth's schema.rs.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use serde_json::{Map, Value, json};

use crate::Error;

/// What of cfn-lint's archive is data: text by path below `cfnlint/data/`.
type Files = BTreeMap<String, String>;

/// The conditions across properties that are taken over: file, places, severity, message.
const RULES: &str = include_str!("rules.tsv");

/// All tables as one text, from cfn-lint's wheel.
pub fn tables(wheel: &[u8]) -> Result<String, Error> {
    let files = unpack(wheel)?;
    let regions = regions(&files)?;
    let mut rules = rules(&files)?;
    let mut lines = BTreeMap::new();
    for (path, text) in folder(&files, "schemas/resources/") {
        let schema: Value = serde_json::from_str(text).map_err(|e| format!("{path}: {e}"))?;
        let name = schema["typeName"].as_str().ok_or_else(|| format!("{path}: no type name"))?;
        if name.starts_with("AWS::Serverless::") {
            // A transform replaces them before CloudFormation looks.
            continue;
        }
        let mut table = root(&schema)?;
        let available = regions.iter().map(|(_, types)| types.contains(name));
        table.insert("g".into(), bits(available).into());
        if is_stateful(&files, name)? {
            table.insert("st".into(), 1.into());
        }
        if let Some(rules) = rules.remove(name) {
            table.insert("rules".into(), rules.into());
        }
        if name == "AWS::Lambda::Function" {
            retire_runtimes(&files, &mut table)?;
        }
        lines.insert(name.to_owned(), Value::Object(table));
    }
    if let Some(name) = rules.keys().next() {
        return Err(format!("rules.tsv names {name}, of which there is no schema").into());
    }
    let names: Vec<_> = regions.iter().map(|(region, _)| region).collect();
    // `#` sorts before every type.
    lines.insert("#as-of".into(), as_of(&files)?.into());
    lines.insert("#regions".into(), json!(names));
    Ok(lines.iter().map(|(name, table)| format!("{name}\t{table}\n")).collect())
}

fn unpack(wheel: &[u8]) -> Result<Files, Error> {
    let mut files = Files::new();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(wheel))?;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let path = file.name()?.strip_prefix("cfnlint/data/").map(str::to_owned);
        if let Some(path) = path.filter(|it| it.ends_with(".json")) {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            files.insert(path, text);
        }
    }
    Ok(files)
}

fn folder<'a>(files: &'a Files, prefix: &'a str) -> impl Iterator<Item = (&'a String, &'a String)> {
    files.iter().filter(move |(path, _)| path.starts_with(prefix))
}

fn parse(files: &Files, path: &str) -> Result<Value, Error> {
    let text = files.get(path).ok_or_else(|| format!("the archive has no {path}"))?;
    Ok(serde_json::from_str(text).map_err(|e| format!("{path}: {e}"))?)
}

/// The day of the schemas: `2026-01-31`.
fn as_of(files: &Files) -> Result<String, Error> {
    let version = parse(files, "schemas/version.json")?;
    let date = version["schema_date"].as_str().ok_or("the schemas have no date")?;
    Ok(date.chars().take("2026-01-31".len()).collect())
}

/// Which types each region has.
fn regions(files: &Files) -> Result<Vec<(String, BTreeSet<String>)>, Error> {
    let prefix = "schemas/providers/";
    folder(files, prefix)
        .map(|(path, text)| (path.trim_start_matches(prefix).trim_end_matches(".json"), text))
        // `sam` is in the same folder.
        .filter(|(region, _)| region.contains('-'))
        .map(|(region, text)| {
            let types: BTreeMap<String, Value> = serde_json::from_str(text)?;
            Ok((region.to_owned(), types.into_keys().collect()))
        })
        .collect()
}

/// The first is the lowest bit.
fn bits(set: impl Iterator<Item = bool>) -> u64 {
    set.enumerate().map(|(index, on)| u64::from(on) << index).sum()
}

fn is_stateful(files: &Files, name: &str) -> Result<bool, Error> {
    let stateful = parse(files, "AdditionalSpecs/StatefulResources.json")?;
    Ok(stateful["ResourceTypes"].get(name).is_some())
}

/// Marks the runtimes that Lambda no longer takes (`e`), or soon won't (`w`), with the successor.
fn retire_runtimes(files: &Files, table: &mut Map<String, Value>) -> Result<(), Error> {
    let today = as_of(files)?;
    let lifecycle = parse(files, "AdditionalSpecs/LmbdRuntimeLifecycle.json")?;
    let mut retired = Map::new();
    for (runtime, dates) in lifecycle.as_object().ok_or("the runtimes are no object")? {
        let past = |date: &str| dates[date].as_str().is_some_and(|it| it <= today.as_str());
        let severity = match () {
            () if past("update-block") => "e",
            () if past("create-block") || past("deprecated") => "w",
            () => continue,
        };
        retired.insert(runtime.clone(), json!([severity, dates["deprecated"], dates["successor"]]));
    }
    let properties = table.get_mut("s").and_then(|it| it.get_mut("p"));
    let runtime = properties.and_then(|it| it.get_mut("Runtime"));
    runtime.ok_or("AWS::Lambda::Function has no Runtime")?["z"] = Value::Object(retired);
    Ok(())
}

/// The rules by type: place, severity, message, schema.
fn rules(files: &Files) -> Result<BTreeMap<String, Vec<Value>>, Error> {
    let mut rules: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in RULES.lines().filter(|line| !line.starts_with('#')) {
        let [file, places, severity, message] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("rules.tsv: not four columns: {line}").into());
        };
        let mut schema = parse(files, &format!("schemas/extensions/{file}.json"))?;
        let definitions = schema.as_object_mut().and_then(|it| it.remove("definitions"));
        inline(&mut schema, &definitions.unwrap_or_default());
        let schema = node(&schema).map_err(|e| format!("{file}: {e}"))?;
        for place in places.split(' ') {
            let (name, place) = place.split_once('/').unwrap_or((place, ""));
            let rule = json!({"at": place, "v": severity, "m": message, "s": schema});
            rules.entry(name.to_owned()).or_default().push(rule);
        }
    }
    Ok(rules)
}

/// Rules have no table of definitions of their own.
fn inline(schema: &mut Value, definitions: &Value) {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|it| it.rsplit('/').next());
    if let Some(definition) = target.and_then(|it| definitions.get(it)) {
        *schema = definition.clone();
    }
    match schema {
        Value::Object(map) => map.values_mut().for_each(|it| inline(it, definitions)),
        Value::Array(items) => items.iter_mut().for_each(|it| inline(it, definitions)),
        _ => {}
    }
}

/// A resource type's table.
fn root(schema: &Value) -> Result<Map<String, Value>, Error> {
    let own = node(schema)?;
    let mut definitions = Map::new();
    let mut missing = references(&own);
    while let Some(name) = missing.pop_first() {
        let found = node(&schema["definitions"][&name]).map_err(|e| format!("{name}: {e}"))?;
        let others = references(&found);
        definitions.insert(name, found);
        missing.extend(others.into_iter().filter(|it| !definitions.contains_key(it)));
    }
    let mut table = Map::from_iter([("s".to_owned(), own)]);
    definitions.sort_keys();
    if !definitions.is_empty() {
        table.insert("defs".into(), definitions.into());
    }
    for (long, short) in [
        ("readOnlyProperties", "ro"),
        ("createOnlyProperties", "co"),
        ("conditionalCreateOnlyProperties", "cc"),
    ] {
        let paths = schema[long].as_array().into_iter().flatten().filter_map(Value::as_str);
        let paths: Vec<_> = paths.map(|it| it.trim_start_matches("/properties/")).collect();
        if !paths.is_empty() {
            table.insert(short.into(), json!(paths));
        }
    }
    let handlers = schema["handlers"].as_object();
    if handlers.is_some_and(|it| !it.is_empty() && !it.contains_key("update")) {
        table.insert("im".into(), 1.into());
    }
    Ok(table)
}

/// The names of the definitions that a schema uses.
fn references(schema: &Value) -> BTreeSet<String> {
    match schema {
        Value::Object(map) => {
            let own = map.get("$").and_then(Value::as_str).filter(|it| !it.starts_with('/'));
            let inner = map.values().flat_map(references);
            own.map(str::to_owned).into_iter().chain(inner).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

/// A schema with short keys, and without what no check needs.
fn node(schema: &Value) -> Result<Value, Error> {
    let map = match schema {
        Value::Object(map) => map,
        Value::Bool(false) => return Ok(json!({"never": 1})),
        Value::Bool(true) => return Ok(json!({})),
        _ => return Err(format!("no schema: {schema}").into()),
    };
    if let Some(target) = map.get("$ref") {
        // What stands beside a reference doesn't count.
        let target = target.as_str().unwrap_or_default();
        let target = target.trim_start_matches("#/definitions/");
        return Ok(json!({"$": target.trim_start_matches("#/properties")}));
    }
    let mut short = Map::new();
    for (key, value) in map {
        if let Some((key, value)) = keyword(key, value)? {
            short.insert(key.into(), value);
        }
    }
    short.sort_keys();
    Ok(Value::Object(short))
}

fn keyword(key: &str, value: &Value) -> Result<Option<(&'static str, Value)>, Error> {
    let as_is = |short| Ok(Some((short, value.clone())));
    let flag = |short, on: bool| Ok(on.then(|| (short, 1.into())));
    match key {
        "type" => Ok(Some(("t", types(value)?.into()))),
        "properties" => nodes(value).map(|it| Some(("p", it))),
        "patternProperties" => nodes(value).map(|it| Some(("P", it))),
        "additionalProperties" => flag("c", *value == Value::Bool(false)),
        "items" => node(value).map(|it| Some(("s", it))),
        "prefixItems" => all(value).map(|it| Some(("pi", it))),
        "contains" => node(value).map(|it| Some(("has", it))),
        "required" if !value.is_array() => Ok(None),
        "required" => as_is("r"),
        "enum" => texts(value.as_array().map_or(&[], Vec::as_slice)).map(|it| Some(("e", it))),
        "const" => texts(std::slice::from_ref(value)).map(|it| Some(("e", it))),
        "enumCaseInsensitive" => {
            texts(value.as_array().map_or(&[], Vec::as_slice)).map(|it| Some(("E", it)))
        }
        "pattern" => Ok(Some(("x", pattern(value)))),
        "minLength" => as_is("l"),
        "maxLength" => as_is("L"),
        "minimum" => as_is("n"),
        "maximum" => as_is("N"),
        "exclusiveMinimum" => as_is("m"),
        "exclusiveMaximum" => as_is("M"),
        "multipleOf" => as_is("u"),
        "minItems" => as_is("i"),
        "maxItems" => as_is("I"),
        "uniqueItems" => flag("U", *value == Value::Bool(true)),
        "insertionOrder" => flag("O", *value == Value::Bool(false)),
        "minProperties" => as_is("h"),
        "maxProperties" => as_is("H"),
        "allOf" => all(value).map(|it| Some(("a", it))),
        // Formats are not checked, so an alternative may say nothing any more.
        "anyOf" => all(value).map(|it| (!has_empty(&it)).then_some(("y", it))),
        "oneOf" => all(value).map(|it| Some(("o", it))),
        "if" => node(value).map(|it| Some(("if", it))),
        "then" => node(value).map(|it| Some(("then", it))),
        "else" => node(value).map(|it| Some(("else", it))),
        "not" => node(value).map(|it| Some(("not", it))),
        "propertyNames" => node(value).map(|it| Some(("k", it))),
        "dependencies" | "dependentRequired" => dependencies(value).map(|it| Some(("d", it))),
        "dependentExcluded" => as_is("dx"),
        "requiredXor" => as_is("rx"),
        "requiredOr" => as_is("ra"),
        _ => Ok(None),
    }
}

/// `si`: a string or an integer.
fn types(value: &Value) -> Result<String, Error> {
    let letter = |value: &Value| match value.as_str() {
        Some("string") => Ok('s'),
        Some("integer") => Ok('i'),
        Some("number") => Ok('n'),
        Some("boolean") => Ok('b'),
        Some("object") => Ok('o'),
        Some("array") => Ok('a'),
        Some("null") => Ok('0'),
        _ => Err(Error::from(format!("no type: {value}"))),
    };
    match value {
        Value::Array(types) => types.iter().map(letter).collect(),
        _ => Ok(letter(value)?.into()),
    }
}

fn all(value: &Value) -> Result<Value, Error> {
    value.as_array().into_iter().flatten().map(node).collect()
}

/// Sorted, so that a property is found by bisection.
fn nodes(value: &Value) -> Result<Value, Error> {
    let entries = value.as_object().into_iter().flatten();
    let sorted: BTreeMap<_, _> = entries.collect();
    let nodes = sorted.into_iter().map(|(name, it)| Ok((name.clone(), node(it)?)));
    nodes.collect::<Result<Map<_, _>, _>>().map(Value::Object)
}

/// What the presence of a property asks for: a schema.
fn dependencies(value: &Value) -> Result<Value, Error> {
    let entries = value.as_object().into_iter().flatten();
    let nodes = entries.map(|(name, it)| {
        let needed = if it.is_array() { json!({"r": it}) } else { node(it)? };
        Ok((name.clone(), needed))
    });
    nodes.collect::<Result<Map<_, _>, _>>().map(Value::Object)
}

fn has_empty(schemas: &Value) -> bool {
    schemas.as_array().into_iter().flatten().any(|it| *it == json!({}))
}

/// CloudFormation does not tell `1` from `"1"`, so all values are texts.
fn texts(values: &[Value]) -> Result<Value, Error> {
    let mut texts: Vec<String> = Vec::new();
    for value in values {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Array(_) | Value::Object(_) => return Err(format!("{value} in an enum").into()),
            other => other.to_string(),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    Ok(texts.into())
}

/// The same pattern for an engine without tables of Unicode: their classes become all of Unicode
/// beyond ASCII, which takes more and never less.
fn pattern(value: &Value) -> Value {
    let pattern = value.as_str().unwrap_or_default();
    if pattern.contains("[^") && pattern.contains("\\p{") {
        // In a negated class, more would be less.
        return pattern.into();
    }
    let mut pattern = pattern.replace("\\Z", "\\z").replace("[\\w- ", "[\\w\\- ");
    for (class, ascii) in [
        ("L", "a-zA-Z"),
        ("N", "0-9"),
        ("Z", " "),
        ("P", "!-/:-@\\[-`{-~"),
        ("S", "$+<=>^`|~"),
        ("M", ""),
    ] {
        pattern = widen(&pattern, &format!("\\p{{{class}}}"), ascii);
    }
    pattern.into()
}

/// Replaces a Unicode class, inside of brackets or on its own.
fn widen(pattern: &str, class: &str, ascii: &str) -> String {
    let mut parts = pattern.split(class);
    let mut wide = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let text = wide.replace("\\[", "").replace("\\]", "");
        let is_inside = text.rfind('[') > text.rfind(']');
        let range = format!("{ascii}\\u{{80}}-\\u{{10FFFF}}");
        wide.push_str(&if is_inside { range } else { format!("[{range}]") });
        wide.push_str(part);
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::{node, pattern};
    use serde_json::json;

    #[test]
    fn patterns_take_more_than_before_and_never_less() {
        let wide = |text: &str| pattern(&text.into()).as_str().map(str::to_owned);
        let letters = r"a-zA-Z\u{80}-\u{10FFFF}";
        assert_eq!(wide(r"^[\p{L}_]+\Z"), Some(format!(r"^[{letters}_]+\z")));
        assert_eq!(wide(r"^\p{L}$"), Some(format!("^[{letters}]$")));
        assert_eq!(wide(r"^[^\p{L}]$").as_deref(), Some(r"^[^\p{L}]$"));
    }

    #[test]
    fn schemas_keep_what_is_checked() {
        let schema = json!({
            "type": ["object", "string"], "description": "x", "additionalProperties": false,
            "properties": {"B": {"const": 1}, "A": {"$ref": "#/definitions/D", "type": "string"}},
            "anyOf": [{"format": "x"}, {"required": ["A"]}],
            "dependentRequired": {"A": ["B"]},
        });
        let short = r#"{"c":1,"d":{"A":{"r":["B"]}},"p":{"A":{"$":"D"},"B":{"e":["1"]}},"t":"os"}"#;
        assert_eq!(node(&schema).unwrap().to_string(), short);
    }
}
