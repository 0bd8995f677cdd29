//! Circular dependencies, which CloudFormation refuses without saying how they came about.

use std::collections::BTreeSet;

use crate::synth::references;
use crate::tree::{NodeId, Tree};

pub(crate) fn check(tree: &mut Tree) {
    let mut done = BTreeSet::new();
    for node in tree.ids() {
        let mut path = Vec::new();
        if let Some(circle) = find(tree, node, &mut path, &mut done) {
            report(tree, &circle);
        }
    }
}

/// A step of a path: a resource, and the property by which it refers to the next one.
type Step = (NodeId, String);

fn find(
    tree: &Tree,
    node: NodeId,
    path: &mut Vec<Step>,
    done: &mut BTreeSet<NodeId>,
) -> Option<Vec<Step>> {
    if let Some(start) = path.iter().position(|(step, _)| *step == node) {
        return Some(path[start..].to_vec());
    }
    if done.contains(&node) {
        return None;
    }
    for (next, property) in references(tree, node) {
        path.push((node, property));
        let circle = find(tree, next, path, done);
        path.pop();
        if circle.is_some() {
            done.insert(node);
            return circle;
        }
    }
    done.insert(node);
    None
}

fn report(tree: &mut Tree, circle: &[Step]) {
    let (first, _) = circle[0];
    let steps: Vec<String> = circle
        .iter()
        .map(|(node, property)| format!("{} -({property})->", tree.path(*node)))
        .collect();
    let message = format!("a circle of dependencies: {} {}", steps.join(" "), tree.path(first));
    let (last, property) = &circle[circle.len() - 1];
    let hint = format!(
        "cut it at {property} of {}: write that reference by name, with a fixed name for {}",
        tree.path(*last),
        tree.path(first),
    );
    tree.error(first, message, &hint);
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::diagnostics;
    use insta::assert_snapshot;

    #[test]
    fn a_circle_is_printed_as_construct_paths() {
        assert_snapshot!(diagnostics(|stack| {
            let role = Role::new(stack, "Role", RoleProps::service("lambda.amazonaws.com"));
            let topic = Topic::new(stack, "News", default());
            topic.grant_publish(stack, &role);
            let name = topic.resource().unwrap();
            name.override_property(stack, "DisplayName", role.name());
        }), @"
        error: Test/Role: a circle of dependencies: Test/Role -(Policies)-> Test/News -(DisplayName)-> Test/Role
          hint: cut it at DisplayName of Test/News: write that reference by name, with a fixed name for Test/Role
        ");
    }
}
