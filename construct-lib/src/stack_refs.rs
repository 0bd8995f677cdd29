//! References from one stack to another: exports, imports, and the order of deployment.

use std::collections::{BTreeMap, BTreeSet};

use crate::intrinsic::call;
use crate::logical_id::camel;
use crate::stack::Environment;
use crate::synth::stack_name;
use crate::tree::{Body, NodeId, Tree};
use crate::value::{Target, Text, Val, Value};

/// What the stacks of an app have to do with each other.
#[derive(Debug, Default)]
pub(crate) struct Links {
    /// The outputs that a stack gets, by id.
    pub(crate) exports: BTreeMap<NodeId, BTreeMap<String, Value>>,
    /// The stacks that must be deployed before a stack, each with the first reference to it.
    pub(crate) dependencies: BTreeMap<NodeId, BTreeMap<NodeId, Reference>>,
    /// All stacks, each after those that it needs.
    pub(crate) order: Vec<NodeId>,
}

impl Links {
    fn needs(&mut self, stack: NodeId, producer: NodeId, reference: Reference) {
        self.dependencies.entry(stack).or_default().entry(producer).or_insert(reference);
    }
}

/// What refers to what.
pub(crate) type Reference = (NodeId, NodeId);

/// Turns every reference to another stack into an import, and finds the order of deployment.
pub(crate) fn link(tree: &mut Tree) -> Links {
    let mut links = Links::default();
    for node in tree.ids() {
        let Some(stack) = tree.stack_of(node).filter(|stack| *stack != node) else {
            continue;
        };
        import_values(tree, &mut links, stack, node);
        import_dependencies(tree, &mut links, stack, node);
    }
    links.order = order(tree, &links);
    check_imports(tree, &links);
    links
}

fn import_values(tree: &mut Tree, links: &mut Links, stack: NodeId, node: NodeId) {
    let mut body = std::mem::replace(&mut tree[node].body, Body::Group);
    for value in values_mut(&mut body) {
        value.rewrite(&mut |value| {
            let (target, attribute) = match &*value {
                Value::Ref(Target::Node(target)) => (*target, Text::Borrowed("Ref")),
                Value::Attribute(Target::Node(target), name) => (*target, name.clone()),
                Value::Name(Target::Node(target)) => (*target, Text::Borrowed("Ref")),
                _ => return,
            };
            let Some(producer) = tree.stack_of(target).filter(|producer| *producer != stack) else {
                return;
            };
            if tree.resource(target).is_none() {
                let message =
                    format!("it refers to {}, which another stack has", tree.path(target));
                let hint =
                    "parameters, conditions and mappings belong to one stack: define it here too";
                return tree.error(node, message, hint);
            }
            links.needs(stack, producer, (node, target));
            if !same_place(tree, stack, producer) {
                let message =
                    format!("it refers to {}, which is deployed elsewhere", tree.path(target));
                let hint =
                    "stacks of other accounts or regions can't share values: pass a literal name";
                return tree.error(node, message, hint);
            }
            let name = export(tree, links, producer, target, &attribute, value);
            let import: Val<String> = call("Fn::ImportValue", name);
            *value = import.into();
        });
    }
    tree[node].body = body;
}

/// Adds the output that exports a value, and returns the name of the export.
fn export(
    tree: &Tree,
    links: &mut Links,
    producer: NodeId,
    target: NodeId,
    attribute: &str,
    value: &Value,
) -> Value {
    let id = format!("{}{}", tree.logical_id(target), camel(attribute));
    let name: Value = format!("{}:{id}", stack_name(tree, Some(producer))).into();
    let output =
        Value::map([("Value", value.clone()), ("Export", Value::map([("Name", name.clone())]))]);
    links.exports.entry(producer).or_default().insert(format!("Export{id}"), output);
    name
}

fn import_dependencies(tree: &mut Tree, links: &mut Links, stack: NodeId, node: NodeId) {
    let Some(resource) = tree.resource(node) else {
        return;
    };
    let (here, elsewhere): (Vec<NodeId>, Vec<NodeId>) =
        resource.depends_on.iter().partition(|other| tree.stack_of(**other) == Some(stack));
    for other in elsewhere {
        if let Some(producer) = tree.stack_of(other) {
            links.needs(stack, producer, (node, other));
        }
    }
    if let Some(resource) = tree.resource_mut(node) {
        resource.depends_on = here;
    }
}

fn values_mut(body: &mut Body) -> Vec<&mut Value> {
    match body {
        Body::Resource(resource) => {
            resource.properties.values_mut().chain(resource.attributes.values_mut()).collect()
        }
        Body::Output(map) | Body::Rule(map) => map.values_mut().collect(),
        Body::Condition(value) => vec![value],
        Body::Group | Body::Stack(_) | Body::Parameter(_) | Body::Mapping(_) => Vec::new(),
    }
}

fn values(body: &Body) -> Vec<&Value> {
    match body {
        Body::Resource(resource) => {
            resource.properties.values().chain(resource.attributes.values()).collect()
        }
        Body::Output(map) | Body::Rule(map) => map.values().collect(),
        Body::Condition(value) => vec![value],
        Body::Group | Body::Stack(_) | Body::Parameter(_) | Body::Mapping(_) => Vec::new(),
    }
}

fn same_place(tree: &Tree, one: NodeId, other: NodeId) -> bool {
    let place = |stack: NodeId| -> Option<&Environment> {
        match &tree[stack].body {
            Body::Stack(props) => props.environment.as_ref(),
            _ => None,
        }
    };
    place(one) == place(other)
}

/// The stacks in the order of definition, but each after those that it needs.
fn order(tree: &mut Tree, links: &Links) -> Vec<NodeId> {
    let mut waiting: Vec<NodeId> = tree[NodeId::ROOT].children.clone();
    let mut done: Vec<NodeId> = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|stack| {
            links
                .dependencies
                .get(stack)
                .is_none_or(|needs| needs.keys().all(|it| done.contains(it)))
        });
        match ready {
            Some(index) => done.push(waiting.remove(index)),
            None => {
                report_circle(tree, links, &waiting);
                done.append(&mut waiting);
            }
        }
    }
    done
}

fn report_circle(tree: &mut Tree, links: &Links, stacks: &[NodeId]) {
    let references: Vec<String> = stacks
        .iter()
        .flat_map(|stack| links.dependencies.get(stack).into_iter().flatten())
        .filter(|(producer, _)| stacks.contains(producer))
        .map(|(_, (from, to))| format!("{} refers to {}", tree.path(*from), tree.path(*to)))
        .collect();
    let message = format!("stacks that need each other: {}", references.join(", "));
    let hint = "move what they share into a stack of its own, or into one of them";
    tree.error(stacks[0], message, hint);
}

/// An import of what a stack of this app does not export can only fail.
fn check_imports(tree: &mut Tree, links: &Links) {
    let exports = all_exports(tree, links);
    let stacks: Vec<String> = links.order.iter().map(|it| stack_name(tree, Some(*it))).collect();
    let mut missing = Vec::new();
    for node in tree.ids() {
        for value in values(&tree[node].body) {
            value.walk(&mut |value| {
                if let Value::Call(function, name) = value
                    && function == "Fn::ImportValue"
                    && let Some(name) = name.as_text()
                    && let Some((stack, _)) = name.split_once(':')
                    && stacks.iter().any(|known| known == stack)
                    && !exports.contains(name)
                {
                    missing.push((node, name.to_owned()));
                }
            });
        }
    }
    for (node, name) in missing {
        let message = format!("it imports {name:?}, which no stack of this app exports");
        let hint = match exports.is_empty() {
            true => "use the value itself: exports are written for you".to_owned(),
            false => format!("the exports are {:?}", exports.iter().collect::<Vec<_>>()),
        };
        tree.error(node, message, &hint);
    }
}

fn all_exports(tree: &Tree, links: &Links) -> BTreeSet<String> {
    let written = tree.ids().filter_map(|node| match &tree[node].body {
        Body::Output(output) => output.get("Export")?.get("Name")?.as_text().map(str::to_owned),
        _ => None,
    });
    let made = links.exports.values().flat_map(|outputs| {
        outputs
            .values()
            .filter_map(|output| output.get("Export")?.get("Name")?.as_text().map(str::to_owned))
    });
    written.chain(made).collect()
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::app_diagnostics;
    use insta::assert_snapshot;

    #[test]
    fn a_value_of_another_stack_is_exported_and_imported() {
        let mut app = App::new();
        let jobs = app.stack("Data", |stack| Queue::new(stack, "Jobs", default()));
        app.stack("Api", |stack| {
            let role = Role::new(stack, "Sender", RoleProps::service("ec2.amazonaws.com"));
            jobs.grant_send_messages(stack, &role);
            Output::new(stack, "Url", sub("queue at ${url}", [("url", jobs.url().into())]));
        });
        let assembly = app.synth().unwrap();
        assert_eq!(assembly.stacks[1].dependencies, ["Data"]);
        assert_snapshot!(assembly.stacks[0].yaml.split("Outputs:").nth(1).unwrap(), @"

        ExportJobsArn:
          Value: !GetAtt [Jobs, Arn]
          Export:
            Name: Data:JobsArn
        ExportJobsRef:
          Value: !Ref Jobs
          Export:
            Name: Data:JobsRef
        ");
        assert_snapshot!(assembly.stacks[1].yaml, @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Sender:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Allow
                  Principal:
                    Service: ec2.amazonaws.com
                  Action: sts:AssumeRole
              Policies:
              - PolicyName: Grants
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement:
                  - Effect: Allow
                    Action: sqs:SendMessage
                    Resource: !ImportValue Data:JobsArn
        Outputs:
          Url:
            Value: !Sub
              - queue at ${Value1}
              - Value1: !ImportValue Data:JobsRef
        "#);
    }

    #[test]
    fn the_order_follows_from_the_references() {
        let mut app = App::new();
        let worker = app.stack("Roles", |stack| {
            Role::new(stack, "Worker", RoleProps::service("ec2.amazonaws.com"))
        });
        app.stack("Data", |stack| {
            let jobs = Queue::new(stack, "Jobs", default());
            jobs.grant_consume_messages(stack, &worker);
        });
        let assembly = app.synth().unwrap();
        let ids: Vec<&str> = assembly.stacks.iter().map(|stack| stack.id.as_str()).collect();
        assert_eq!(ids, ["Data", "Roles"]);
    }

    #[test]
    fn what_stacks_cannot_share_is_reported() {
        assert_snapshot!(app_diagnostics(|app| {
            let (queue, stage) = app.stack("Data", |stack| {
                let stage = Parameter::new(stack, "Stage", ParameterProps::string());
                (Queue::new(stack, "Jobs", default()), stage)
            });
            let elsewhere = Environment { account: "123456789012".into(), region: "eu-west-1".into() };
            let props = StackProps { environment: Some(elsewhere), ..default() };
            app.stack_with("Far", props, |stack| Output::new(stack, "Url", queue.url()));
            app.stack("Near", |stack| {
                Output::new(stack, "Stage", stage.value::<String>());
                Output::new(stack, "Gone", import_value::<String>("Data:OldQueueArn"));
            });
        }), @r#"
        error: Far: it has no resources, and CloudFormation wants one
          hint: define something in it, or leave the stack out
        error: Far/Url: it refers to Data/Jobs, which is deployed elsewhere
          hint: stacks of other accounts or regions can't share values: pass a literal name
        error: Far/Url: it refers to "Jobs", which this stack does not have
          hint: refer to constructs by their values, such as `queue.arn()`
        error: Near: it has no resources, and CloudFormation wants one
          hint: define something in it, or leave the stack out
        error: Near/Gone: it imports "Data:OldQueueArn", which no stack of this app exports
          hint: use the value itself: exports are written for you
        error: Near/Stage: it refers to Data/Stage, which another stack has
          hint: parameters, conditions and mappings belong to one stack: define it here too
        "#);
    }

    #[test]
    fn stacks_that_need_each_other_are_reported() {
        assert_snapshot!(app_diagnostics(|app| {
            let jobs = app.stack("Data", |stack| Queue::new(stack, "Jobs", default()));
            app.stack("Api", |stack| {
                Topic::new(stack, "News", default()).subscribe_queue(stack, &jobs, default())
            });
        }), @"
        error: Data: stacks that need each other: Data/Jobs/Policy refers to Api/News, Api/News/ToJobs refers to Data/Jobs
          hint: move what they share into a stack of its own, or into one of them
        ");
    }
}
