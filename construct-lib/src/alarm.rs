//! CloudWatch alarms.
//!
//! Defaults: one period of the metric decides, and a period without data is a good one.

use crate::l1;
use crate::l1::cloudwatch::{ComparisonOperator, Dimension, TreatMissingData};
use crate::metric::Metric;
use crate::resource::Resource;
use crate::scope::Scope;
use crate::topic::Topic;
use crate::value::{IntoVal, Text, Val, kind};

/// What an alarm watches and whom it tells. Start from [`AlarmProps::at_least`] and its
/// neighbours.
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmProps {
    /// What is watched, by which [statistic](Metric::statistic) and over which
    /// [period](Metric::period).
    pub metric: Metric,
    /// What it is compared with.
    pub threshold: Val<f64>,
    /// How.
    pub comparison: ComparisonOperator,
    /// How many periods are looked at. Default: 1.
    pub evaluation_periods: u32,
    /// In how many of them the threshold must be crossed. Default: in all.
    pub datapoints_to_alarm: Option<u32>,
    /// What a period without data counts as. Default: as good.
    pub treat_missing_data: TreatMissingData,
    /// Whom it tells that it rang.
    pub actions: Vec<AlarmAction>,
    /// Whom it tells that all is well again.
    pub ok_actions: Vec<AlarmAction>,
    /// What it means and what to do; it is in the message.
    pub description: Option<Text>,
    /// Its name; CloudFormation makes one up by default.
    pub name: Option<Text>,
}

impl AlarmProps {
    /// Rings when the metric is at or over the threshold.
    pub fn at_least(metric: Metric, threshold: impl IntoVal<f64>) -> AlarmProps {
        AlarmProps::of(metric, ComparisonOperator::GreaterThanOrEqualToThreshold, threshold)
    }

    /// Rings when the metric is over the threshold.
    pub fn above(metric: Metric, threshold: impl IntoVal<f64>) -> AlarmProps {
        AlarmProps::of(metric, ComparisonOperator::GreaterThanThreshold, threshold)
    }

    /// Rings when the metric is at or under the threshold.
    pub fn at_most(metric: Metric, threshold: impl IntoVal<f64>) -> AlarmProps {
        AlarmProps::of(metric, ComparisonOperator::LessThanOrEqualToThreshold, threshold)
    }

    /// Rings when the metric is under the threshold.
    pub fn below(metric: Metric, threshold: impl IntoVal<f64>) -> AlarmProps {
        AlarmProps::of(metric, ComparisonOperator::LessThanThreshold, threshold)
    }

    fn of(
        metric: Metric,
        comparison: ComparisonOperator,
        threshold: impl IntoVal<f64>,
    ) -> AlarmProps {
        AlarmProps {
            metric,
            threshold: threshold.into_val(),
            comparison,
            evaluation_periods: 1,
            datapoints_to_alarm: None,
            treat_missing_data: TreatMissingData::NotBreaching,
            actions: Vec::new(),
            ok_actions: Vec::new(),
            description: None,
            name: None,
        }
    }
}

/// Whom an alarm tells: made by [`Topic::alarm_action`].
#[derive(Clone, Debug, PartialEq)]
pub struct AlarmAction {
    pub(crate) arn: Val<String>,
    /// The topic, whose policy must let alarms publish.
    pub(crate) topic: Option<Topic>,
}

impl AlarmAction {
    /// Anything else that alarms can do, by its ARN.
    pub fn from_arn(arn: impl IntoVal<String>) -> AlarmAction {
        AlarmAction { arn: arn.into_val(), topic: None }
    }
}

/// A CloudWatch alarm.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html>
///
/// ```
/// # use construct_lib::prelude::*;
/// # construct_lib::testing::template(|stack| {
/// let alerts = Topic::new(stack, "Alerts", default());
/// let dead = Queue::new(stack, "Dead", default());
/// Alarm::new(stack, "DeadLetters", AlarmProps {
///     actions: vec![alerts.alarm_action()],
///     ..AlarmProps::at_least(dead.metric_visible_messages(), 1)
/// });
/// # });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    resource: Option<Resource<l1::cloudwatch::Alarm>>,
    arn: Val<kind::AlarmArn>,
}

impl Alarm {
    /// Defines an alarm.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, props: AlarmProps) -> Alarm {
        let periods = i64::from(props.evaluation_periods);
        let dimensions: Vec<Dimension> = props
            .metric
            .dimensions
            .into_iter()
            .map(|(name, value)| Dimension::new(name.into_owned(), value))
            .collect();
        let mut alarm = l1::cloudwatch::Alarm::new()
            .comparison_operator(props.comparison)
            .evaluation_periods(periods)
            .namespace(props.metric.namespace.into_owned())
            .metric_name(props.metric.name.into_owned())
            .dimensions(dimensions)
            .statistic(props.metric.statistic)
            .period(props.metric.period)
            .threshold(props.threshold)
            .treat_missing_data(props.treat_missing_data);
        if let Some(count) = props.datapoints_to_alarm {
            alarm = alarm.datapoints_to_alarm(count);
        }
        if let Some(description) = props.description {
            alarm = alarm.alarm_description(description.into_owned());
        }
        if let Some(name) = props.name {
            alarm = alarm.alarm_name(name.into_owned());
        }
        if !props.actions.is_empty() {
            alarm = alarm.alarm_actions(arns(&props.actions));
        }
        if !props.ok_actions.is_empty() {
            alarm = alarm.ok_actions(arns(&props.ok_actions));
        }
        let resource = scope.add_under(scope.cursor, id, alarm);
        for action in props.actions.iter().chain(&props.ok_actions) {
            if let Some(topic) = &action.topic {
                topic.allow_alarms(scope);
            }
        }
        let period = props.metric.period.as_secs();
        if !([10, 20, 30].contains(&period) || (period > 0 && period.is_multiple_of(60))) {
            let message =
                format!("a period has 10, 20, 30 or a multiple of 60 seconds, not {period}");
            scope.tree.error(resource.node, message, "change the `period` of the metric");
        }
        Alarm { resource: Some(resource), arn: resource.arn() }
    }

    /// An alarm that exists already.
    pub fn from_arn(arn: impl IntoVal<kind::AlarmArn>) -> Alarm {
        Alarm { resource: None, arn: arn.into_val() }
    }

    /// The resource, unless the alarm exists already.
    pub fn resource(&self) -> Option<Resource<l1::cloudwatch::Alarm>> {
        self.resource
    }

    /// Its ARN.
    pub fn arn(&self) -> Val<kind::AlarmArn> {
        self.arn.clone()
    }
}

fn arns(actions: &[AlarmAction]) -> Vec<Val<String>> {
    actions.iter().map(|action| action.arn.clone()).collect()
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::{diagnostics, template};
    use insta::assert_snapshot;

    #[test]
    fn an_alarm_is_let_in_by_its_topic() {
        assert_snapshot!(template(|stack| {
            let alerts = Topic::new(stack, "Alerts", default());
            let dead = Queue::from_arn("arn:aws:sqs:eu-west-1:123456789012:dead");
            Alarm::new(stack, "DeadLetters", AlarmProps {
                actions: vec![alerts.alarm_action()],
                ..AlarmProps::at_least(dead.metric_visible_messages(), 0.5)
            });
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Alerts:
            Type: AWS::SNS::Topic
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
          AlertsPolicy:
            Type: AWS::SNS::TopicPolicy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: sns:Publish
                  Resource: !Ref Alerts
                  Condition:
                    Bool:
                      "aws:SecureTransport": "false"
                - Effect: Allow
                  Principal:
                    Service: cloudwatch.amazonaws.com
                  Action: sns:Publish
                  Resource: !Ref Alerts
                  Condition:
                    StringEquals:
                      "aws:SourceAccount": !Ref AWS::AccountId
                    ArnLike:
                      "aws:SourceArn": !Sub arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*
              Topics:
              - !Ref Alerts
          DeadLetters:
            Type: AWS::CloudWatch::Alarm
            Properties:
              ComparisonOperator: GreaterThanOrEqualToThreshold
              EvaluationPeriods: 1
              Namespace: AWS/SQS
              MetricName: ApproximateNumberOfMessagesVisible
              Dimensions:
              - Name: QueueName
                Value: dead
              Statistic: Maximum
              Period: 300
              Threshold: 0.5
              TreatMissingData: notBreaching
              AlarmActions:
              - !Ref Alerts
        "#);
    }

    #[test]
    fn a_period_that_cloudwatch_does_not_have_is_refused() {
        assert_snapshot!(diagnostics(|stack| {
            let queue = Queue::new(stack, "Jobs", default());
            let metric = Metric { period: seconds(90), ..queue.metric_visible_messages() };
            Alarm::new(stack, "TooMany", AlarmProps::above(metric, 5));
        }), @"
        error: Test/TooMany: a period has 10, 20, 30 or a multiple of 60 seconds, not 90
          hint: change the `period` of the metric
        ");
    }
}
