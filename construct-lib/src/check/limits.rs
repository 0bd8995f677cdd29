//! The limits of a template, with a warning on the way there.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>

use crate::assembly::Stack;
use crate::tree::{NodeId, Tree};
use crate::value::Value;

pub(crate) fn check(tree: &mut Tree, stacks: &[Stack]) {
    for stack in stacks {
        let Some(node) = tree.child(NodeId::ROOT, &stack.id) else {
            continue;
        };
        check_names(tree, node, stacks, stack);
        for (what, most) in
            [("Resources", 500), ("Parameters", 200), ("Outputs", 200), ("Mappings", 200)]
        {
            limit(tree, node, &what.to_lowercase(), stack.count(what), most);
        }
        for (_, row) in entries(&stack.template, "Mappings") {
            if let Value::Map(row) = row {
                limit(tree, node, "keys of a mapping", row.len(), 200);
            }
        }
        if stack.count("Resources") == 0 {
            let message = "it has no resources, and CloudFormation wants one".to_owned();
            tree.error(node, message, "define something in it, or leave the stack out");
        }
        limit(tree, node, "bytes of the template", stack.yaml.len(), 1_048_576);
        if let Some(description) = stack.template.get("Description").and_then(Value::as_text) {
            limit(tree, node, "bytes of the description", description.len(), 1_024);
        }
        for section in ["Resources", "Parameters", "Outputs"] {
            for (id, _) in entries(&stack.template, section) {
                limit(tree, node, &format!("characters of the id {id}"), id.len(), 255);
            }
        }
    }
}

fn entries<'a>(template: &'a Value, section: &str) -> Vec<(&'a str, &'a Value)> {
    match template.get(section) {
        Some(Value::Map(map)) => map.iter().map(|(id, value)| (&**id, value)).collect(),
        _ => Vec::new(),
    }
}

fn limit(tree: &mut Tree, stack: NodeId, what: &str, count: usize, most: usize) {
    let hint = "split the stack: values pass between the stacks of an app like any others";
    if count > most {
        tree.error(stack, format!("{count} {what}, and CloudFormation takes {most}"), hint);
    } else if count * 5 >= most * 4 {
        let message = format!("{count} {what}, of {most} that CloudFormation takes");
        tree.warning(stack, message, hint);
    }
}

fn check_names(tree: &mut Tree, node: NodeId, stacks: &[Stack], stack: &Stack) {
    let name = &stack.name;
    let valid = name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !valid {
        let message = format!("{name:?} can't be the name of a stack");
        let hint = "use up to 128 letters, digits and hyphens, the first a letter";
        tree.error(node, message, hint);
    }
    if stacks.iter().filter(|other| other.id == stack.id).count() > 1 {
        let message = format!("two stacks have the id {:?}", stack.id);
        tree.error(node, message, "give one of them another id");
    } else if stacks
        .iter()
        .any(|it| it.id != stack.id && it.name == *name && it.environment == stack.environment)
    {
        let message = format!("two stacks of one place have the name {name:?}");
        tree.error(node, message, "give one of them another name");
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::{app_diagnostics, diagnostics};
    use insta::assert_snapshot;

    fn log_groups(stack: &mut Scope, count: usize) {
        for index in 0..count {
            stack.add(&format!("Logs{index}"), crate::l1::logs::LogGroup::new());
        }
    }

    #[test]
    fn five_hundred_resources_are_the_limit() {
        assert_eq!(diagnostics(|stack| log_groups(stack, 399)), "");
        assert_snapshot!(diagnostics(|stack| log_groups(stack, 400)), @"
        warning: Test: 400 resources, of 500 that CloudFormation takes
          hint: split the stack: values pass between the stacks of an app like any others
        ");
        assert_snapshot!(diagnostics(|stack| log_groups(stack, 501)), @"
        error: Test: 501 resources, and CloudFormation takes 500
          hint: split the stack: values pass between the stacks of an app like any others
        ");
    }

    #[test]
    fn names_of_stacks_are_checked() {
        assert_snapshot!(app_diagnostics(|app| {
            app.stack("Same", |stack| log_groups(stack, 1));
            app.stack("Same", |stack| log_groups(stack, 1));
            app.stack_with("Named", StackProps { name: Some("1-bad".into()), ..default() }, |_| {});
        }), @r#"
        error: Named: "1-bad" can't be the name of a stack
          hint: use up to 128 letters, digits and hyphens, the first a letter
        error: Named: it has no resources, and CloudFormation wants one
          hint: define something in it, or leave the stack out
        error: Same: two stacks have the id "Same"
          hint: give one of them another id
        "#);
    }
}
