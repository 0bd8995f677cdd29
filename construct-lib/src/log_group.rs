//! CloudWatch Logs log groups.

use crate::l1;
use crate::resource::{Removal, Resource};
use crate::scope::Scope;
use crate::tree::NodeId;
use crate::unit::{Duration, days};
use crate::value::{IntoVal, Text, Val, kind};

/// How long CloudWatch Logs can keep events, in days.
const RETENTIONS: [u64; 23] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653, 36500,
];

/// How a log group keeps its events.
#[derive(Clone, Debug, PartialEq)]
pub struct LogGroupProps {
    /// After how long events are deleted. Default: 365 days.
    pub retention: Duration,
    /// Its name; CloudFormation makes one up by default.
    pub name: Option<Text>,
    /// Encrypts the events. The key's policy must let CloudWatch Logs in.
    pub key: Option<Val<kind::KeyArn>>,
    /// Default: the log group goes with its stack.
    pub removal: Removal,
}

impl Default for LogGroupProps {
    fn default() -> LogGroupProps {
        LogGroupProps { retention: days(365), name: None, key: None, removal: Removal::Destroy }
    }
}

/// A log group.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html>
#[derive(Clone, Debug, PartialEq)]
pub struct LogGroup {
    resource: Option<Resource<l1::logs::LogGroup>>,
    name: Val<kind::LogGroupName>,
    arn: Val<kind::LogGroupArn>,
}

impl LogGroup {
    /// Defines a log group.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, props: LogGroupProps) -> LogGroup {
        let node = scope.cursor;
        LogGroup::under(scope, node, id, props)
    }

    #[track_caller]
    pub(crate) fn under(
        scope: &mut Scope,
        parent: NodeId,
        id: &str,
        props: LogGroupProps,
    ) -> LogGroup {
        let retention = props.retention.as_secs() / days(1).as_secs();
        let mut group = l1::logs::LogGroup::new().retention_in_days(days(retention));
        if let Some(name) = props.name {
            group = group.log_group_name(name.into_owned());
        }
        if let Some(key) = props.key {
            group = group.kms_key_id(key);
        }
        let resource = scope.add_under(parent, id, group);
        resource.removal(scope, props.removal);
        if !RETENTIONS.contains(&retention) {
            scope.tree.error(
                resource.node,
                format!("a log group can't keep events for {retention} days"),
                &format!("the days to choose from are {RETENTIONS:?}"),
            );
        }
        LogGroup { resource: Some(resource), name: resource.log_group_name(), arn: resource.arn() }
    }

    /// A log group that exists already, in the account and region of the stack.
    pub fn from_name(name: impl IntoVal<kind::LogGroupName>) -> LogGroup {
        let name = name.into_val();
        let arn = crate::intrinsic::sub(
            "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${name}:*",
            [("name", name.clone().into())],
        );
        LogGroup { resource: None, name, arn: arn.cast() }
    }

    /// The resource, unless the log group exists already.
    pub fn resource(&self) -> Option<Resource<l1::logs::LogGroup>> {
        self.resource
    }

    /// Its name.
    pub fn name(&self) -> Val<kind::LogGroupName> {
        self.name.clone()
    }

    /// Its ARN, which ends in `:*` and so covers the streams.
    pub fn arn(&self) -> Val<kind::LogGroupArn> {
        self.arn.clone()
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::{diagnostics, template};
    use insta::assert_snapshot;

    #[test]
    fn logs_expire_after_a_year() {
        assert_snapshot!(template(|stack| {
            LogGroup::new(stack, "Logs", default());
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Logs:
            Type: AWS::Logs::LogGroup
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
            Properties:
              RetentionInDays: 365
        "#);
    }

    #[test]
    fn an_impossible_retention_is_refused() {
        assert_snapshot!(diagnostics(|stack| {
            LogGroup::new(stack, "Logs", LogGroupProps { retention: days(31), ..default() });
        }), @"
        error: Test/Logs: a log group can't keep events for 31 days
          hint: the days to choose from are [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, 36500]
        ");
    }
}
