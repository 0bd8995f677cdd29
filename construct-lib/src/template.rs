//! Templates: the sections of each stack, with logical ids in place of nodes.

use std::collections::{BTreeMap, BTreeSet};

use crate::assembly::{AssetParameter, Construct, Stack};
use crate::function::ASSET_BUCKET;
use crate::logical_id::camel;
use crate::stack_refs::Links;
use crate::synth::stack_name;
use crate::tree::{Body, NodeId, ResourceBody, Tree};
use crate::value::{Map, Target, Text, Value};

/// The sections that hold what has a logical id, in the order of a template.
const SECTIONS: [&str; 6] =
    ["Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs"];

/// Renders every stack, in the order of deployment.
pub(crate) fn build(tree: &mut Tree, links: &Links) -> Vec<Stack> {
    let mut members: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    for node in tree.ids() {
        if let Some(stack) = tree.stack_of(node).filter(|stack| *stack != node) {
            members.entry(stack).or_default().push(node);
        }
    }
    let mut build = |stack: &NodeId| {
        build_stack(tree, links, *stack, &members.remove(stack).unwrap_or_default())
    };
    links.order.iter().map(&mut build).collect()
}

fn build_stack(tree: &mut Tree, links: &Links, stack: NodeId, members: &[NodeId]) -> Stack {
    report_clashes(tree, members);
    let known: BTreeSet<String> = members.iter().map(|node| tree.logical_id(*node)).collect();
    let mut sections: BTreeMap<&str, BTreeMap<String, Value>> = BTreeMap::new();
    for node in members {
        if let Some((section, mut value)) = section_of(tree, *node) {
            name_targets(tree, *node, &known, &mut value);
            sections.entry(section).or_default().insert(tree.logical_id(*node), value);
        }
    }
    for (id, output) in links.exports.get(&stack).into_iter().flatten() {
        let mut output = output.clone();
        name_targets(tree, stack, &known, &mut output);
        sections.entry("Outputs").or_default().insert(id.clone(), output);
    }
    let constructs = members
        .iter()
        .filter(|node| tree.resource(**node).is_some())
        .map(|node| Construct {
            path: tree.path(*node),
            logical_id: tree.logical_id(*node),
            location: tree[*node].location,
        })
        .collect();
    let needs = links.dependencies.get(&stack);
    let props = match &tree[stack].body {
        Body::Stack(props) => props.clone(),
        _ => Default::default(),
    };
    let template = Value::Map(assemble(props.description, sections));
    Stack {
        id: tree[stack].id.clone(),
        name: stack_name(tree, Some(stack)),
        yaml: crate::yaml::yaml(&template),
        template,
        environment: props.environment,
        termination_protection: props.termination_protection,
        tags: literal_tags(tree, stack),
        dependencies: needs.into_iter().flatten().map(|(it, _)| tree[*it].id.clone()).collect(),
        constructs,
        asset_bucket: tree.child(stack, ASSET_BUCKET).map(|_| ASSET_BUCKET),
        assets: assets_of(tree, stack),
    }
}

fn assemble(
    description: Option<Text>,
    mut sections: BTreeMap<&str, BTreeMap<String, Value>>,
) -> Map {
    let mut template = Map::new();
    template.insert("AWSTemplateFormatVersion".into(), "2010-09-09".into());
    if let Some(description) = description {
        template.insert("Description".into(), Value::Text(description));
    }
    let mut transforms = transforms(&sections);
    match transforms.len() {
        0 => {}
        1 => _ = template.insert("Transform".into(), transforms.remove(0)),
        _ => _ = template.insert("Transform".into(), Value::List(transforms)),
    }
    for section in SECTIONS {
        let entries = sections.remove(section).unwrap_or_default();
        if !entries.is_empty() || section == "Resources" {
            let entries = entries.into_iter().map(|(id, value)| (id.into(), value)).collect();
            template.insert(section.into(), Value::Map(entries));
        }
    }
    template
}

/// The macros that CloudFormation must run over what is in the template, in their order.
fn transforms(sections: &BTreeMap<&str, BTreeMap<String, Value>>) -> Vec<Value> {
    let mut transforms = Vec::new();
    if sections.values().flat_map(BTreeMap::values).any(needs_language_extensions) {
        transforms.push("AWS::LanguageExtensions".into());
    }
    let is_serverless = |resource: &Value| {
        let name = resource.get("Type").and_then(Value::as_text);
        name.is_some_and(|it| it.starts_with("AWS::Serverless::"))
    };
    if sections.get("Resources").is_some_and(|it| it.values().any(is_serverless)) {
        transforms.push("AWS::Serverless-2016-10-31".into());
    }
    transforms
}

fn needs_language_extensions(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |value| {
        if let Value::Call(name, _) = value {
            found |= name == "Fn::Length" || name == "Fn::ToJsonString";
        }
    });
    found
}

fn section_of(tree: &Tree, node: NodeId) -> Option<(&'static str, Value)> {
    Some(match &tree[node].body {
        Body::Group | Body::Stack(_) => return None,
        Body::Parameter(map) => ("Parameters", Value::Map(map.clone())),
        Body::Rule(map) => ("Rules", Value::Map(map.clone())),
        Body::Mapping(map) => ("Mappings", Value::Map(map.clone())),
        Body::Condition(test) => ("Conditions", test.clone()),
        Body::Resource(resource) => ("Resources", resource_section(tree, resource)),
        Body::Output(map) => ("Outputs", Value::Map(map.clone())),
    })
}

fn resource_section(tree: &Tree, resource: &ResourceBody) -> Value {
    let mut section = Map::new();
    section.insert("Type".into(), Value::Text(resource.type_name.clone()));
    let mut depends_on: Vec<String> =
        resource.depends_on.iter().map(|node| tree.logical_id(*node)).collect();
    depends_on.sort();
    match depends_on.len() {
        0 => {}
        1 => _ = section.insert("DependsOn".into(), depends_on.remove(0).into()),
        _ => _ = section.insert("DependsOn".into(), depends_on.into()),
    }
    for name in [
        "Condition",
        "CreationPolicy",
        "UpdatePolicy",
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "Metadata",
    ] {
        if let Some(value) = resource.attributes.get(name) {
            section.insert(name.into(), value.clone());
        }
    }
    if !resource.properties.is_empty() {
        section.insert("Properties".into(), Value::Map(resource.properties.clone()));
    }
    Value::Map(section)
}

/// Puts logical ids in the place of nodes, drops what is null, and reports references to
/// nothing.
fn name_targets(tree: &mut Tree, node: NodeId, known: &BTreeSet<String>, value: &mut Value) {
    let mut unresolved = BTreeSet::new();
    value.rewrite(&mut |value| match value {
        Value::Ref(target) | Value::Attribute(target, _) | Value::Name(target) => {
            if let Target::Node(node) = target {
                *target = Target::Id(tree.logical_id(*node).into());
            }
            if let Target::Id(id) = target
                && !id.starts_with("AWS::")
                && !known.contains(&**id)
            {
                unresolved.insert(id.to_string());
            }
        }
        Value::Map(map) => map.retain(|_, value| *value != Value::Null),
        _ => {}
    });
    for id in unresolved {
        let near = nearest(&id, known);
        let hint = match near {
            Some(near) => format!("did you mean {near:?}?"),
            None => "refer to constructs by their values, such as `queue.arn()`".to_owned(),
        };
        tree.error(node, format!("it refers to {id:?}, which this stack does not have"), &hint);
    }
}

fn nearest<'a>(id: &str, known: &'a BTreeSet<String>) -> Option<&'a String> {
    known
        .iter()
        .find(|it| it.eq_ignore_ascii_case(id) || it.starts_with(id) || id.starts_with(&***it))
}

/// Two things of one logical id can't stand in one template. What a construct brings along
/// clashes with it, so that is not told once more.
fn report_clashes(tree: &mut Tree, members: &[NodeId]) {
    let mut seen: BTreeMap<(bool, String), NodeId> = BTreeMap::new();
    let mut clashing = BTreeSet::new();
    for node in members {
        let is_output = match tree[*node].body {
            Body::Group | Body::Rule(_) | Body::Stack(_) => continue,
            Body::Output(_) => true,
            _ => false,
        };
        let id = tree.logical_id(*node);
        let Some(first) = seen.insert((is_output, id.clone()), *node) else { continue };
        clashing.insert(*node);
        if tree[*node].parent.is_some_and(|parent| clashing.contains(&parent)) {
            continue;
        }
        let (path, location) = (tree.path(first), tree[first].location);
        let before = format!("{}:{}", location.file(), location.line());
        match path == tree.path(*node) {
            true => tree.error(
                *node,
                format!("it is defined twice, first at {before}"),
                "define it once, or give one of them another id",
            ),
            false => tree.error(
                *node,
                format!("its logical id {id:?} is that of {path} already, defined at {before}"),
                "give one of them another id",
            ),
        }
    }
}

fn literal_tags(tree: &mut Tree, stack: NodeId) -> Vec<(String, String)> {
    let mut tags = Vec::new();
    for (key, value) in tree[stack].tags.clone() {
        match value.as_text() {
            Some(text) => tags.push((key.to_string(), text.to_owned())),
            None => {
                let message = format!("the tag {key:?} of a stack is not literal text");
                tree.error(stack, message, "tag a group of constructs with a computed value");
            }
        }
    }
    tags
}

fn assets_of(tree: &Tree, stack: NodeId) -> Vec<AssetParameter> {
    let here = tree.assets.iter().filter(|(node, _)| tree.stack_of(*node) == Some(stack));
    here.map(|(node, asset)| AssetParameter {
        parameter: tree.logical_id(*node),
        asset: asset.clone(),
    })
    .collect()
}

/// The text of `Fn::Sub`, and what its own names stand for.
pub(crate) fn substitution(pieces: &[Value]) -> (String, Map) {
    let mut text = String::new();
    let mut names = Map::new();
    for piece in pieces {
        match piece {
            Value::Text(literal) => text.push_str(&literal.replace("${", "${!")),
            Value::Ref(Target::Id(id)) => text.push_str(&format!("${{{id}}}")),
            Value::Attribute(Target::Id(id), name) => text.push_str(&format!("${{{id}.{name}}}")),
            other => {
                let name = format!("{}{}", camel("value"), names.len() + 1);
                text.push_str(&format!("${{{name}}}"));
                names.insert(name.into(), other.clone());
            }
        }
    }
    (text, names)
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::template;

    #[test]
    fn serverless_types_bring_their_transform() {
        let yaml = template(|stack| {
            stack.add_raw("Api", "AWS::Serverless::HttpApi", json!({}));
        });
        assert!(yaml.contains("Transform: AWS::Serverless-2016-10-31"), "{yaml}");
    }
}
