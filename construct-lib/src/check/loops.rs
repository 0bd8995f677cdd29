//! Functions that may write where writing invokes them: an endless loop, and an expensive one.

use crate::check::notifications::Filter;
use crate::tree::{NodeId, Tree};
use crate::value::{Target, Value};

pub(super) fn check(tree: &mut Tree) {
    let mut problems = Vec::new();
    for (bucket, body) in tree.resources_of("AWS::S3::Bucket") {
        let configuration = body.properties.get("NotificationConfiguration");
        let triggers = configuration.and_then(|it| it.get("LambdaConfigurations"));
        for trigger in triggers.map(Value::items).unwrap_or_default() {
            let Some(function) = trigger.get("Function").and_then(Value::target) else {
                continue;
            };
            let created = trigger.get("Event").and_then(Value::as_text).unwrap_or_default();
            let prefix = Filter::of(trigger).prefix;
            for pattern in writable(tree, function, bucket) {
                let written = pattern.split(['*', '?']).next().unwrap_or_default();
                let nested = written.starts_with(&prefix) || prefix.starts_with(written);
                if nested && created.starts_with("s3:ObjectCreated:") {
                    problems.push((function, tree.path(bucket), pattern, prefix.clone()));
                }
            }
        }
    }
    for (function, bucket, pattern, prefix) in problems {
        let message = format!(
            "it may write `{pattern}` of {bucket}, and every object under `{prefix}` there \
             invokes it again: an endless loop"
        );
        tree.error(function, message, "write under another prefix, or into another bucket");
    }
}

/// The patterns of the keys of a bucket that a function may write.
fn writable(tree: &Tree, function: NodeId, bucket: NodeId) -> Vec<String> {
    let role = tree.resource(function).and_then(|it| it.properties.get("Role")?.target());
    let policies = role.and_then(|role| tree.resource(role)?.properties.get("Policies"));
    let policies = policies.map(Value::items).unwrap_or_default();
    policies
        .iter()
        .filter_map(|policy| policy.get("PolicyDocument")?.get("Statement"))
        .flat_map(Value::items)
        .filter(|statement| writes(statement))
        .filter_map(|statement| statement.get("Resource"))
        .flat_map(Value::items)
        .filter_map(|resource| key_pattern(resource, bucket))
        .collect()
}

fn writes(statement: &Value) -> bool {
    let actions = statement.get("Action").map(Value::items).unwrap_or_default();
    let put = |action: &Value| {
        matches!(action.as_text(), Some("s3:PutObject" | "s3:Put*" | "s3:*" | "*"))
    };
    statement.get("Effect").and_then(Value::as_text) == Some("Allow") && actions.iter().any(put)
}

/// `data/*` of the join of the bucket's ARN and `/data/*`.
fn key_pattern(resource: &Value, bucket: NodeId) -> Option<String> {
    let Value::Call(_, argument) = resource else {
        return None;
    };
    let parts = argument.items().get(1)?.items();
    let [Value::Attribute(Target::Node(node), _), Value::Text(path)] = parts else {
        return None;
    };
    (*node == bucket).then(|| path.trim_start_matches('/').to_owned())
}
