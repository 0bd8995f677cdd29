//! References to what the template does not define.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    finding::{Finding, Step},
    intrinsic,
    nearest::nearest,
};

/// What `Ref` knows without a definition.
const PSEUDO: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The references of resources and outputs that lead nowhere.
pub(super) fn check(root: &Map<String, Value>, resources: &Map<String, Value>) -> Vec<Finding> {
    if defines_more(root, resources) {
        return Vec::new();
    }
    let keys = |section: &str| {
        let section = root.get(section).and_then(Value::as_object);
        section.into_iter().flat_map(Map::keys).map(String::as_str).collect::<Vec<_>>()
    };
    let mut walk = Walk {
        resources: resources.keys().map(String::as_str).collect(),
        names: PSEUDO.into_iter().chain(keys("Parameters")).chain(keys("Resources")).collect(),
        conditions: keys("Conditions").into_iter().collect(),
        path: vec![Step::Key("Resources")],
        findings: Vec::new(),
    };
    for (id, resource) in resources {
        walk.path.push(Step::Key(id));
        walk.attributes(resource);
        walk.value(resource);
        walk.path.pop();
    }
    if let Some(outputs) = root.get("Outputs") {
        walk.path = vec![Step::Key("Outputs")];
        walk.value(outputs);
    }
    walk.findings
}

/// Whether AWS adds resources that we don't see: those of a transform, a loop or a module.
fn defines_more(root: &Map<String, Value>, resources: &Map<String, Value>) -> bool {
    let type_name =
        |resource: &Value| resource.get("Type").and_then(Value::as_str).map(str::to_owned);
    root.get("Transform").is_some_and(|it| it.to_string().contains("AWS::Serverless"))
        || intrinsic::is_generated(resources)
        || root.values().filter_map(Value::as_object).any(intrinsic::is_generated)
        || resources.values().filter_map(type_name).any(|it| it.ends_with("::MODULE"))
}

struct Walk<'v> {
    resources: HashSet<&'v str>,
    names: HashSet<&'v str>,
    conditions: HashSet<&'v str>,
    path: Vec<Step<&'v str>>,
    findings: Vec<Finding>,
}

impl<'v> Walk<'v> {
    /// What names other resources beside the properties.
    fn attributes(&mut self, resource: &'v Value) {
        if let Some(condition) = resource.get("Condition").and_then(Value::as_str) {
            self.condition(condition, &["Condition"]);
        }
        let depends = resource.get("DependsOn");
        let names = match depends {
            Some(Value::Array(names)) => names.iter().collect(),
            Some(name) => vec![name],
            None => Vec::new(),
        };
        for name in names.into_iter().filter_map(Value::as_str) {
            if !self.resources.contains(name) {
                self.report(name, "resource", &self.resources.clone(), &["DependsOn"]);
            }
        }
    }

    fn value(&mut self, value: &'v Value) {
        if let Some((name, argument)) = intrinsic::function(value) {
            self.function(name, argument);
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.path.push(Step::Index(index));
                    self.value(item);
                    self.path.pop();
                }
            }
            Value::Object(map) => {
                for (key, item) in map {
                    self.path.push(Step::Key(key));
                    self.value(item);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn function(&mut self, function: &str, argument: &'v Value) {
        match (function, argument) {
            ("Ref", Value::String(name)) if !self.names.contains(name.as_str()) => {
                self.report(name, "parameter or resource", &self.names.clone(), &[]);
            }
            ("Fn::GetAtt", Value::Array(parts)) => {
                if let Some(Value::String(name)) = parts.first()
                    && !self.resources.contains(name.as_str())
                {
                    self.report(name, "resource", &self.resources.clone(), &[]);
                }
            }
            ("Fn::If", Value::Array(parts)) => {
                if let Some(Value::String(name)) = parts.first() {
                    self.condition(name, &[]);
                }
            }
            ("Fn::Sub", Value::String(text)) => self.substitute(text, None),
            ("Fn::Sub", Value::Array(parts)) => {
                if let [Value::String(text), Value::Object(own)] = &parts[..] {
                    self.substitute(text, Some(own));
                }
            }
            _ => {}
        }
    }

    /// The names in `${…}`, except those of the function's own mapping.
    fn substitute(&mut self, text: &'v str, own: Option<&Map<String, Value>>) {
        for part in text.split("${").skip(1) {
            let Some((name, _)) = part.split_once('}') else { continue };
            let name = name.trim();
            if name.starts_with('!')
                || own.is_some_and(|own| own.contains_key(name) || intrinsic::is_generated(own))
            {
                continue;
            }
            let (target, attribute) = name.split_once('.').unwrap_or((name, ""));
            if !attribute.is_empty() && !self.resources.contains(target) {
                self.report(target, "resource", &self.resources.clone(), &[]);
            } else if attribute.is_empty() && !self.names.contains(target) {
                self.report(target, "parameter or resource", &self.names.clone(), &[]);
            }
        }
    }

    fn condition(&mut self, name: &str, below: &[&str]) {
        if !self.conditions.contains(name) {
            self.report(name, "condition", &self.conditions.clone(), below);
        }
    }

    fn report(&mut self, name: &str, kind: &str, known: &HashSet<&str>, below: &[&str]) {
        let mut path: Vec<_> = self
            .path
            .iter()
            .map(|step| match step {
                Step::Key(key) => Step::Key((*key).to_owned()),
                Step::Index(index) => Step::Index(*index),
            })
            .collect();
        path.extend(below.iter().map(|key| Step::Key((*key).to_owned())));
        let mut finding =
            Finding::new("reference", path, format!("there is no {kind} `{name}` in the template"));
        let mut known: Vec<_> = known.iter().copied().collect();
        known.sort_unstable();
        finding.hint = nearest(name, known).map(|it| format!("did you mean `{it}`?"));
        self.findings.push(finding);
    }
}
