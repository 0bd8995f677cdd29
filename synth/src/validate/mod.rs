//! What AWS would refuse in a template, without asking AWS.

mod check;
mod finding;
mod intrinsic;
mod locate;
mod nearest;
mod pattern;
mod references;
pub(crate) mod report;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::{Map, Value};

pub(crate) use finding::{Finding, Severity, Step};
pub(crate) use locate::lines;

use crate::registry::{self, ResourceType};

use check::Checker;
use nearest::nearest;
use pattern::Patterns;

/// The key of a resource's metadata that lists the rules whose findings there are accepted.
pub(crate) const ACCEPT: &str = "synth:accept";

/// What a template may have at its root.
const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// What a resource may have besides its properties.
const ATTRIBUTES: [&str; 9] = [
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// The transforms that leave resources of other types than their own alone.
const TRANSFORMS: [&str; 4] = [
    "AWS::CodeDeployBlueGreen",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-2020-07-23",
    "AWS::Serverless-2016-10-31",
];

/// Everything that is wrong with a template that is to be deployed in a region, if it is known.
pub(crate) fn check(template: &Value, region: Option<&str>) -> Vec<Finding> {
    let Some(root) = template.as_object().filter(|root| !is_rewritten(root)) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for section in root.keys().filter(|it| !SECTIONS.contains(&it.as_str())) {
        let mut finding = Finding::new("section", key_path(&[section]), "there is no such section");
        finding.hint = nearest(section, SECTIONS).map(|it| format!("did you mean `{it}`?"));
        findings.push(finding);
    }
    match root.get("Resources") {
        Some(Value::Object(resources)) => {
            let mut types = Types::new(region);
            for (id, resource) in resources.iter().filter(|(id, _)| !intrinsic::is_generator(id)) {
                let found = types.resource(id, resource);
                findings.extend(found.into_iter().map(|finding| accept(resource, finding)));
            }
            findings.extend(references::check(root, resources));
        }
        Some(_) => {
            findings.push(Finding::new("type", key_path(&["Resources"]), "has to be a mapping"))
        }
        None => findings.push(Finding::new("required", Vec::new(), "`Resources` is missing")),
    }
    findings
}

/// What the resource's author knows better is a warning: rules that its metadata lists.
fn accept(resource: &Value, finding: Finding) -> Finding {
    let rules = &resource["Metadata"][ACCEPT];
    match rules.as_array().is_some_and(|rules| rules.iter().any(|rule| rule == finding.rule)) {
        true => Finding { severity: Severity::Warning, ..finding },
        false => finding,
    }
}

/// Whether AWS rewrites the template in ways that we can't foresee.
fn is_rewritten(root: &Map<String, Value>) -> bool {
    let is_known = |name: &Value| name.as_str().is_some_and(|name| TRANSFORMS.contains(&name));
    let transforms_known = match root.get("Transform") {
        None => true,
        Some(Value::Array(names)) => names.iter().all(is_known),
        Some(name) => is_known(name),
    };
    !transforms_known || root.contains_key("Fn::Transform")
}

/// The tables of the types that the template uses.
struct Types<'r> {
    tables: HashMap<String, Option<ResourceType>>,
    patterns: Patterns,
    region: Option<(&'r str, u64)>,
}

impl<'r> Types<'r> {
    fn new(region: Option<&'r str>) -> Self {
        let bit = |name: &str| registry::regions().iter().position(|it| *it == name);
        let region = region.and_then(|name| bit(name).map(|bit| (name, 1 << bit)));
        Self { tables: HashMap::new(), patterns: Patterns::default(), region }
    }

    fn resource(&mut self, id: &str, resource: &Value) -> Vec<Finding> {
        let path = key_path(&["Resources", id]);
        let Some(resource) = resource.as_object() else {
            return vec![Finding::new("type", path, "has to be a mapping with a Type")];
        };
        if intrinsic::is_generated(resource) {
            return Vec::new();
        }
        let mut findings = attributes(id, resource);
        let Some(name) = resource.get("Type").and_then(Value::as_str) else {
            findings.push(Finding::new("required", path, "`Type` is missing"));
            return findings;
        };
        if is_foreign(name) {
            return findings;
        }
        let table =
            self.tables.entry(name.to_owned()).or_insert_with(|| registry::resource_type(name));
        let Some(table) = table else {
            findings.push(unknown_type(id, name));
            return findings;
        };
        if let Some((region, bit)) = self.region
            && table.regions & bit == 0
        {
            let message = format!("{name} is not available in {region}");
            findings.push(Finding::new("region", key_path(&["Resources", id, "Type"]), message));
        }
        let empty = Value::Object(Map::new());
        let properties = resource.get("Properties").unwrap_or(&empty);
        let path = vec![Step::Key("Resources"), Step::Key(id), Step::Key("Properties")];
        findings.extend(Checker::new(table, &mut self.patterns, path).run(properties));
        for finding in &mut findings {
            finding.type_name = Some(name.to_owned());
        }
        findings
    }
}

/// Whether a type is none of AWS's own, or replaced before CloudFormation looks.
fn is_foreign(name: &str) -> bool {
    !name.starts_with("AWS::")
        || name.starts_with("AWS::Serverless::")
        || name.ends_with("::MODULE")
        || name == "AWS::CloudFormation::CustomResource"
}

fn unknown_type(id: &str, name: &str) -> Finding {
    let path = key_path(&["Resources", id, "Type"]);
    // A type may be newer than the tables, so only a slip of the pen is an error.
    let near = nearest::within(2, name, registry::type_names());
    let message = format!("there was no type {name} on {}", registry::as_of());
    let mut finding = Finding::new("unknown-type", path, message);
    finding.given = Some(name.into());
    match near {
        Some(near) => finding.hint = Some(format!("did you mean `{near}`?")),
        None => finding.severity = Severity::Warning,
    }
    finding
}

/// What is beside the properties.
fn attributes(id: &str, resource: &Map<String, Value>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in resource.keys().filter(|it| !ATTRIBUTES.contains(&it.as_str())) {
        let path = key_path(&["Resources", id, name]);
        let mut finding = Finding::new("attribute", path, "a resource has no such attribute");
        finding.hint = match nearest(name, ATTRIBUTES) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None => Some("properties of the resource belong under `Properties`".to_owned()),
        };
        findings.push(finding);
    }
    for (name, policies) in [
        ("DeletionPolicy", &["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"][..]),
        ("UpdateReplacePolicy", &["Delete", "Retain", "Snapshot"]),
    ] {
        let given = resource.get(name).and_then(Value::as_str);
        if let Some(given) = given.filter(|it| !policies.contains(it)) {
            let path = key_path(&["Resources", id, name]);
            let message = format!("\"{given}\" is none of: {}", policies.join(", "));
            findings
                .push(Finding { given: Some(given.into()), ..Finding::new("enum", path, message) });
        }
    }
    findings
}

fn key_path(keys: &[&str]) -> Vec<Step> {
    keys.iter().map(|key| Step::Key((*key).to_owned())).collect()
}
