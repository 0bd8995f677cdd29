//! What a queue must be for its consumers and for its dead-letter queue.

use crate::tree::{NodeId, Tree};
use crate::value::Value;

pub(super) fn check(tree: &mut Tree) {
    check_visibility(tree);
    check_retention(tree);
}

/// A message must stay hidden while a throttled function tries again.
/// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html>
fn check_visibility(tree: &mut Tree) {
    let mut problems = Vec::new();
    for (_, mapping) in tree.resources_of("AWS::Lambda::EventSourceMapping") {
        let property = |name: &str| mapping.properties.get(name);
        let Some(queue) = property("EventSourceArn").and_then(Value::target) else {
            continue;
        };
        let Some(function) = property("FunctionName").and_then(Value::target) else {
            continue;
        };
        let Some(timeout) = int(tree, function, "Timeout") else {
            continue;
        };
        let Some(visibility) = int(tree, queue, "VisibilityTimeout") else {
            continue;
        };
        let window =
            property("MaximumBatchingWindowInSeconds").and_then(Value::as_int).unwrap_or(0);
        let needed = 6 * timeout + window;
        if visibility < needed {
            let consumer = tree.path(function);
            problems.push((queue, visibility, needed, timeout, window, consumer));
        }
    }
    for (queue, visibility, needed, timeout, window, consumer) in problems {
        let mut message = format!(
            "it hides messages for {visibility} s, and its consumer {consumer} may take {timeout} s"
        );
        if window > 0 {
            message += &format!(" after a window of {window} s");
        }
        let hint =
            format!("set `visibility_timeout` to six times that at least: seconds({needed})");
        tree.error(queue, message, &hint);
    }
}

/// The age of a message counts from when it was first sent, also in the dead-letter queue.
fn check_retention(tree: &mut Tree) {
    let mut problems = Vec::new();
    for (queue, body) in tree.resources_of("AWS::SQS::Queue") {
        let target =
            body.properties.get("RedrivePolicy").and_then(|it| it.get("deadLetterTargetArn"));
        let Some(dead) = target.and_then(Value::target) else {
            continue;
        };
        let retention = |queue| int(tree, queue, "MessageRetentionPeriod");
        if let (Some(here), Some(there)) = (retention(queue), retention(dead))
            && there < here
        {
            problems.push((dead, here, there, tree.path(queue)));
        }
    }
    for (dead, here, there, source) in problems {
        let message = format!(
            "it keeps messages for {there} s, less than {source} with {here} s: a message can \
             expire on arrival"
        );
        tree.warning(dead, message, "keep dead letters longer: `retention: days(14)`");
    }
}

fn int(tree: &Tree, node: NodeId, property: &str) -> Option<i64> {
    tree.resource(node)?.properties.get(property)?.as_int()
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::diagnostics;
    use insta::assert_snapshot;

    #[test]
    fn dead_letters_should_not_expire_on_arrival() {
        assert_snapshot!(diagnostics(|stack| {
            let dead = Queue::new(stack, "Dead", QueueProps { retention: days(1), ..default() });
            let dead_letter = Some(dead.dead_letter(3));
            Queue::new(stack, "Jobs", QueueProps { dead_letter, ..default() });
        }), @"
        warning: Test/Dead: it keeps messages for 86400 s, less than Test/Jobs with 345600 s: a message can expire on arrival
          hint: keep dead letters longer: `retention: days(14)`
        ");
    }
}
