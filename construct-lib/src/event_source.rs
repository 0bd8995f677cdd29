//! Queues as event sources of functions.

use crate::function::Function;
use crate::l1;
use crate::l1::lambda::{Filter, FilterCriteria, FunctionResponseType, ScalingConfig};
use crate::logical_id::camel;
use crate::queue::Queue;
use crate::resource::Resource;
use crate::scope::Scope;
use crate::unit::{Duration, minutes, seconds};
use crate::value::Value;

/// How a function consumes a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueSourceProps {
    /// How many messages an invocation gets at most: up to 10, or 10,000 with a window.
    /// Default: 10.
    pub batch_size: u32,
    /// For how long a batch is collected: up to 5 minutes. Default: not at all.
    pub window: Duration,
    /// How many invocations run at once at most: 2 to 1,000. Default: no limit.
    pub maximum_concurrency: Option<u32>,
    /// Which messages the function gets, as event patterns; the others are deleted. Default: all.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html>
    pub filters: Vec<serde_json::Value>,
    /// The function answers which messages failed (`ReportBatchItemFailures`), so that one bad
    /// message does not bring back the whole batch. Default: true.
    pub reports_failures: bool,
}

impl Default for QueueSourceProps {
    fn default() -> QueueSourceProps {
        QueueSourceProps {
            batch_size: 10,
            window: seconds(0),
            maximum_concurrency: None,
            filters: Vec::new(),
            reports_failures: true,
        }
    }
}

impl Function {
    /// Invokes the function with the messages of a queue, and grants it what that needs.
    ///
    /// ```
    /// # use construct_lib::prelude::*;
    /// # construct_lib::testing::template(|stack| {
    /// let worker = Function::new(stack, "Worker", FunctionProps {
    ///     timeout: seconds(30),
    ///     ..FunctionProps::handler("worker")
    /// });
    /// let jobs = Queue::new(stack, "Jobs", QueueProps {
    ///     visibility_timeout: seconds(30 * 6),
    ///     ..default()
    /// });
    /// worker.consume_queue(stack, &jobs, default());
    /// # });
    /// ```
    #[track_caller]
    pub fn consume_queue<O>(&self, scope: &mut Scope, queue: &Queue<O>, props: QueueSourceProps) {
        queue.grant_consume_messages(scope, self);
        let mut mapping = l1::lambda::EventSourceMapping::new(self.name())
            .event_source_arn(queue.arn())
            .batch_size(props.batch_size);
        if !props.window.is_zero() {
            mapping = mapping.maximum_batching_window_in_seconds(props.window);
        }
        if props.reports_failures {
            mapping =
                mapping.function_response_types([FunctionResponseType::ReportBatchItemFailures]);
        }
        if let Some(count) = props.maximum_concurrency {
            mapping = mapping.scaling_config(ScalingConfig::new().maximum_concurrency(count));
        }
        if !props.filters.is_empty() {
            mapping = mapping.filter_criteria(filter_criteria(&props.filters));
        }
        let parent = self.resource().map_or(scope.cursor, |function| function.node);
        let id = format!("From{}", name_of(scope, queue.resource(), queue.name().as_value()));
        let mapping = scope.add_under(parent, &id, mapping);
        check(scope, mapping, &props);
    }
}

/// What to call something in the id of what connects to it.
pub(crate) fn name_of<T>(scope: &Scope, resource: Option<Resource<T>>, name: &Value) -> String {
    match resource {
        Some(resource) => scope.tree.logical_id(resource.node),
        None => camel(name.as_text().unwrap_or("Imported")),
    }
}

fn filter_criteria(patterns: &[serde_json::Value]) -> FilterCriteria {
    let filters = patterns.iter().map(|pattern| Filter::new().pattern(pattern.to_string()));
    FilterCriteria::new().filters(filters.collect::<Vec<_>>())
}

fn check(
    scope: &mut Scope,
    mapping: Resource<l1::lambda::EventSourceMapping>,
    props: &QueueSourceProps,
) {
    let most = if props.window.is_zero() { 10 } else { 10_000 };
    if !(1..=most).contains(&props.batch_size) {
        let message = format!("a batch has 1 to {most} messages, not {}", props.batch_size);
        let hint = "set `batch_size` in that range; more than 10 need a `window` of a second";
        scope.tree.error(mapping.node, message, hint);
    }
    if let Some(count) = props.maximum_concurrency
        && !(2..=1000).contains(&count)
    {
        let message = format!("the maximum concurrency is 2 to 1,000, not {count}");
        scope.tree.error(mapping.node, message, "set `maximum_concurrency` in that range");
    }
    let (least, most) = (seconds(0), minutes(5));
    crate::check::duration(&mut scope.tree, mapping.node, "window", props.window, least, most);
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::{diagnostics, template};
    use insta::assert_snapshot;

    #[test]
    fn an_event_source_brings_its_grants() {
        assert_snapshot!(template(|stack| {
            let queue = Queue::from_arn("arn:aws:sqs:eu-west-1:123456789012:jobs");
            let worker = Function::from_arn("arn:aws:lambda:eu-west-1:123456789012:function:worker")
                .with_role(Role::new(stack, "Role", RoleProps::service("lambda.amazonaws.com")));
            worker.consume_queue(stack, &queue, QueueSourceProps {
                batch_size: 100,
                window: seconds(5),
                maximum_concurrency: Some(4),
                filters: vec![json!({"body": {"kind": ["order"]}})],
                ..default()
            });
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          FromJobs:
            Type: AWS::Lambda::EventSourceMapping
            Properties:
              FunctionName: worker
              EventSourceArn: arn:aws:sqs:eu-west-1:123456789012:jobs
              BatchSize: 100
              MaximumBatchingWindowInSeconds: 5
              FunctionResponseTypes:
              - ReportBatchItemFailures
              ScalingConfig:
                MaximumConcurrency: 4
              FilterCriteria:
                Filters:
                - Pattern: "{\"body\":{\"kind\":[\"order\"]}}"
          Role:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Allow
                  Principal:
                    Service: lambda.amazonaws.com
                  Action: sts:AssumeRole
              Policies:
              - PolicyName: Grants
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement:
                  - Effect: Allow
                    Action:
                    - sqs:ReceiveMessage
                    - sqs:DeleteMessage
                    - sqs:ChangeMessageVisibility
                    - sqs:GetQueueAttributes
                    Resource: arn:aws:sqs:eu-west-1:123456789012:jobs
        "#);
    }

    #[test]
    fn a_queue_must_hide_messages_for_long_enough() {
        assert_snapshot!(diagnostics(|stack| {
            let queue = Queue::new(stack, "Jobs", QueueProps {
                visibility_timeout: minutes(5),
                ..default()
            });
            let worker = Function::new(stack, "Worker", FunctionProps {
                timeout: minutes(1),
                ..FunctionProps::handler("worker")
            });
            worker.consume_queue(stack, &queue, QueueSourceProps { batch_size: 20, ..default() });
            let late = Queue::new(stack, "Late", QueueProps {
                visibility_timeout: minutes(6),
                ..default()
            });
            worker.consume_queue(stack, &late, QueueSourceProps { window: seconds(5), ..default() });
        }), @"
        error: Test/Jobs: it hides messages for 300 s, and its consumer Test/Worker may take 60 s
          hint: set `visibility_timeout` to six times that at least: seconds(360)
        error: Test/Late: it hides messages for 360 s, and its consumer Test/Worker may take 60 s after a window of 5 s
          hint: set `visibility_timeout` to six times that at least: seconds(365)
        error: Test/Worker/FromJobs: a batch has 1 to 10 messages, not 20
          hint: set `batch_size` in that range; more than 10 need a `window` of a second
        ");
    }
}
