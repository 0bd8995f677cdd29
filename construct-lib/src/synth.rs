//! From the tree to templates: a list of passes.

use std::collections::BTreeSet;

use crate::assembly::Assembly;
use crate::check;
use crate::diagnostic::{Diagnostic, Severity};
use crate::intrinsic::text;
use crate::logical_id::camel;
use crate::resource::TagForm;
use crate::stack_refs;
use crate::template;
use crate::tree::{Body, NodeId, Tree};
use crate::value::{Map, Text, Val, Value};

pub(crate) fn synth(mut tree: Tree) -> Result<Assembly, Vec<Diagnostic>> {
    apply_overrides(&mut tree);
    apply_tags(&mut tree);
    check::constructs(&mut tree);
    break_circles(&mut tree);
    let links = stack_refs::link(&mut tree);
    check::circles(&mut tree);
    let stacks = template::build(&mut tree, &links);
    check::templates(&mut tree, &stacks);

    let mut diagnostics = std::mem::take(&mut tree.diagnostics);
    diagnostics.sort_by(|a, b| (a.severity, &a.path).cmp(&(b.severity, &b.path)));
    match diagnostics.first() {
        Some(first) if first.severity == Severity::Error => Err(diagnostics),
        _ => Ok(Assembly { stacks, warnings: diagnostics }),
    }
}

/// The name of a stack in CloudFormation.
pub(crate) fn stack_name(tree: &Tree, stack: Option<NodeId>) -> String {
    let Some(stack) = stack else {
        return String::new();
    };
    match &tree[stack].body {
        Body::Stack(props) => match &props.name {
            Some(name) => name.to_string(),
            None => camel_unless_valid(&tree[stack].id),
        },
        _ => String::new(),
    }
}

fn camel_unless_valid(id: &str) -> String {
    match id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        true => id.to_owned(),
        false => camel(id),
    }
}

fn apply_overrides(tree: &mut Tree) {
    for node in tree.ids() {
        let Some(resource) = tree.resource_mut(node) else {
            continue;
        };
        let mut problems = Vec::new();
        for (path, value) in std::mem::take(&mut resource.overrides) {
            let mut parts: Vec<&str> = path.split('.').collect();
            let last = parts.pop().unwrap_or_default();
            let done = match value {
                Some(value) => {
                    place(&mut resource.properties, &parts).and_then(|at| set(at, last, value))
                }
                None => place(&mut resource.properties, &parts).and_then(|at| delete(at, last)),
            };
            if done.is_none() {
                let names: Vec<&str> = resource.properties.keys().map(|name| &**name).collect();
                problems.push(format!("there is no {path:?} to override; there is {names:?}"));
            }
        }
        for problem in problems {
            tree.error(node, problem, "write the path as in the template: `A.B.0.C`");
        }
    }
}

/// Where in the properties a path leads, making objects on the way.
enum Place<'a> {
    Map(&'a mut Map),
    List(&'a mut Vec<Value>),
}

fn place<'a>(properties: &'a mut Map, path: &[&str]) -> Option<Place<'a>> {
    let mut at = Place::Map(properties);
    for part in path {
        let next = match at {
            Place::Map(map) => {
                map.entry((*part).to_owned().into()).or_insert(Value::Map(Map::new()))
            }
            Place::List(list) => list.get_mut(part.parse::<usize>().ok()?)?,
        };
        at = match next {
            Value::Map(map) => Place::Map(map),
            Value::List(list) => Place::List(list),
            _ => return None,
        };
    }
    Some(at)
}

fn set(at: Place<'_>, name: &str, value: Value) -> Option<()> {
    match at {
        Place::Map(map) => {
            map.insert(name.to_owned().into(), value);
        }
        Place::List(list) => match name.parse::<usize>().ok()? {
            index if index == list.len() => list.push(value),
            index => *list.get_mut(index)? = value,
        },
    }
    Some(())
}

fn delete(at: Place<'_>, name: &str) -> Option<()> {
    match at {
        Place::Map(map) => map.shift_remove(name).map(|_| ()),
        Place::List(list) => {
            let index = name.parse::<usize>().ok().filter(|index| *index < list.len())?;
            list.remove(index);
            Some(())
        }
    }
}

/// Tags of groups go to the resources in them; those of stacks are CloudFormation's to pass on.
fn apply_tags(tree: &mut Tree) {
    for node in tree.ids() {
        let Some(form) = tree.resource(node).and_then(|resource| resource.tags) else {
            continue;
        };
        let mut tags: Vec<(Text, Value)> = Vec::new();
        for group in tree.ancestors(node).take_while(|it| !matches!(tree[*it].body, Body::Stack(_)))
        {
            for (key, value) in &tree[group].tags {
                if !tags.iter().any(|(inner, _)| inner == key) {
                    tags.push((key.clone(), value.clone()));
                }
            }
        }
        let Some(resource) = tree.resource_mut(node).filter(|_| !tags.is_empty()) else {
            continue;
        };
        let empty = match form.form {
            TagForm::Map => Value::Map(Map::new()),
            TagForm::List | TagForm::AutoScaling => Value::List(Vec::new()),
        };
        let own = resource.properties.entry(form.property.into()).or_insert(empty);
        tags.into_iter().for_each(|(key, value)| add_tag(own, form.form, key, value));
    }
}

/// Adds a tag to those that a resource has, unless it has one of the key.
fn add_tag(own: &mut Value, form: TagForm, key: Text, value: Value) {
    match own {
        Value::Map(map) => {
            map.entry(key).or_insert(value);
        }
        Value::List(list) => {
            let key = Value::Text(key);
            if list.iter().any(|tag| tag.get("Key") == Some(&key)) {
                return;
            }
            let mut tag = Map::from([("Key".into(), key), ("Value".into(), value)]);
            if form == TagForm::AutoScaling {
                tag.insert("PropagateAtLaunch".into(), true.into());
            }
            list.push(Value::Map(tag));
        }
        _ => {}
    }
}

/// Where a resource whose name is known beforehand depends on something that refers back to it,
/// that reference is written by name.
fn break_circles(tree: &mut Tree) {
    for node in tree.ids() {
        let Some(by_name) = tree.resource(node).map(|it| it.by_name.clone()) else {
            continue;
        };
        if by_name.is_empty() {
            continue;
        }
        for dependency in dependencies_of(tree, node) {
            let Some(resource) = tree.resource_mut(dependency) else {
                continue;
            };
            for value in resource.properties.values_mut() {
                value.rewrite(&mut |value| {
                    if value.target() != Some(node) {
                        return flatten_join(value);
                    }
                    let known = match value {
                        Value::Attribute(_, name) => by_name.get(&**name),
                        _ => by_name.get("Ref"),
                    };
                    if let Some(known) = known {
                        *value = known.clone();
                    }
                });
            }
        }
    }
}

/// `Fn::Join` without a delimiter of nothing but texts is one text.
fn flatten_join(value: &mut Value) {
    let Value::Call(name, argument) = value else {
        return;
    };
    let Value::List(arguments) = &**argument else {
        return;
    };
    let ("Fn::Join", [Value::Text(delimiter), Value::List(parts)]) = (&**name, &arguments[..])
    else {
        return;
    };
    let texts = parts.iter().all(|part| matches!(part, Value::Text(_) | Value::Sub(_)));
    if delimiter.is_empty() && texts {
        let pieces = parts.iter().flat_map(|part| match part {
            Value::Sub(pieces) => pieces.clone(),
            other => vec![other.clone()],
        });
        let flat: Val<String> = text(pieces.collect());
        *value = flat.into();
    }
}

/// Everything that must be there before `node`, itself excluded.
fn dependencies_of(tree: &Tree, node: NodeId) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    let mut open = vec![node];
    while let Some(next) = open.pop() {
        for (dependency, _) in references(tree, next) {
            if dependency != node && found.insert(dependency) {
                open.push(dependency);
            }
        }
    }
    found
}

/// What a resource refers to, with the name of the property that does.
pub(crate) fn references(tree: &Tree, node: NodeId) -> Vec<(NodeId, String)> {
    let Some(resource) = tree.resource(node) else {
        return Vec::new();
    };
    let mut found: Vec<(NodeId, String)> =
        resource.depends_on.iter().map(|node| (*node, "DependsOn".to_owned())).collect();
    for (name, value) in resource.properties.iter().chain(&resource.attributes) {
        value.walk(&mut |value| {
            if let Some(target) = value.target() {
                found.push((target, name.to_string()));
            }
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::resource::TagForm;
    use crate::synth::add_tag;
    use crate::testing::{diagnostics, template};
    use insta::assert_snapshot;

    #[test]
    fn overrides_reach_into_lists() {
        assert_snapshot!(template(|stack| {
            let database = stack.add_raw("Catalog", "AWS::Glue::Database", json!({
                "CatalogId": "1", "DatabaseInput": {"Tags": ["a", "b"], "Name": "n"},
            }));
            database.override_property(stack, "DatabaseInput.Tags.1", "c");
            database.override_property(stack, "DatabaseInput.Location.Uri", "s3://x");
            database.delete_property(stack, "DatabaseInput.Name");
            database.removal(stack, Removal::Retain);
            database.metadata(stack, "Owner", "data");
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Catalog:
            Type: AWS::Glue::Database
            DeletionPolicy: Retain
            UpdateReplacePolicy: Retain
            Metadata:
              Owner: data
            Properties:
              CatalogId: "1"
              DatabaseInput:
                Tags:
                - a
                - c
                Location:
                  Uri: s3://x
        "#);
    }

    #[test]
    fn an_override_that_leads_nowhere_is_reported() {
        assert_snapshot!(diagnostics(|stack| {
            let queue = Queue::new(stack, "Jobs", default()).resource().unwrap();
            queue.delete_property(stack, "VisibilityTimeOut");
            queue.override_property(stack, "VisibilityTimeout.Seconds", 1);
        }), @r#"
        error: Test/Jobs: there is no "VisibilityTimeOut" to override; there is ["VisibilityTimeout", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled"]
          hint: write the path as in the template: `A.B.0.C`
        error: Test/Jobs: there is no "VisibilityTimeout.Seconds" to override; there is ["VisibilityTimeout", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "SqsManagedSseEnabled"]
          hint: write the path as in the template: `A.B.0.C`
        "#);
    }

    #[test]
    fn inner_tags_win() {
        assert_snapshot!(template(|stack| {
            stack.tag("app", "pipeline");
            stack.child("Api", |scope| {
                scope.tag("team", "api");
                scope.tag("cost", "1");
                scope.child("Jobs", |scope| {
                    scope.tag("team", "jobs");
                    scope.add("Logs", crate::l1::logs::LogGroup::new());
                });
            });
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          ApiJobsLogs:
            Type: AWS::Logs::LogGroup
            Properties:
              Tags:
              - Key: team
                Value: jobs
              - Key: cost
                Value: "1"
        "#);
    }

    #[test]
    fn a_tag_is_written_as_its_type_wants_it() {
        let mut group = Value::List(Vec::new());
        add_tag(&mut group, TagForm::AutoScaling, "team".into(), "blue".into());
        let tag = Value::from(json!({"Key": "team", "Value": "blue", "PropagateAtLaunch": true}));
        assert_eq!(group, Value::List(vec![tag]));

        let mut own = Value::map([("team", "red".into())]);
        add_tag(&mut own, TagForm::Map, "team".into(), "blue".into());
        assert_eq!(own, Value::map([("team", "red".into())]), "its own tag wins");
    }
}
