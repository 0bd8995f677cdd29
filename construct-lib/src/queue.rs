//! SQS queues.
//!
//! Defaults: encrypted at rest, TLS only, long polling of 20 seconds, messages kept for 4 days.

use std::marker::PhantomData;

use crate::encryption::Encryption;
use crate::function::Destination;
use crate::iam::{Grantee, Statement, allow_in_policy, document};
use crate::l1;
use crate::l1::cloudwatch::Statistic;
use crate::metric::Metric;
use crate::resource::{Removal, Resource};
use crate::scope::Scope;
use crate::unit::{Duration, days, hours, seconds};
use crate::value::{IntoVal, Text, Val, Value, kind};

const SEND: [&str; 1] = ["sqs:SendMessage"];
const CONSUME: [&str; 4] = [
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
];
const PURGE: [&str; 1] = ["sqs:PurgeQueue"];

/// The order of a queue that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {}

/// The order of a first-in-first-out queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fifo {}

/// What a queue is. `O` is its order: a FIFO queue's dead-letter queue must be FIFO too, and
/// the types see to it.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueProps<O = Standard> {
    /// For how long a message is hidden once it was received: at least six times the timeout of
    /// a function that consumes the queue. Up to 12 hours. Default: 30 seconds.
    pub visibility_timeout: Duration,
    /// For how long a message is kept: 1 minute to 14 days. Default: 4 days.
    pub retention: Duration,
    /// For how long each new message is hidden: up to 15 minutes. Default: not at all.
    pub delay: Duration,
    /// For how long a receive waits for a message: up to 20 seconds, the default, which costs
    /// the fewest requests.
    pub receive_wait: Duration,
    /// Where a message goes that was received too often.
    pub dead_letter: Option<DeadLetter<O>>,
    /// Default: a key that SQS owns.
    pub encryption: Encryption,
    /// Its name; CloudFormation makes one up by default. A FIFO queue's must end in `.fifo`.
    pub name: Option<Text>,
    /// Default: the queue goes with its stack.
    pub removal: Removal,
}

impl<O> Default for QueueProps<O> {
    fn default() -> QueueProps<O> {
        QueueProps {
            visibility_timeout: seconds(30),
            retention: days(4),
            delay: seconds(0),
            receive_wait: seconds(20),
            dead_letter: None,
            encryption: Encryption::Managed,
            name: None,
            removal: Removal::Destroy,
        }
    }
}

/// The last stop of a message: made by [`Queue::dead_letter`].
#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetter<O = Standard> {
    pub(crate) arn: Val<kind::QueueArn>,
    pub(crate) max_receive_count: i64,
    order: PhantomData<O>,
}

/// An SQS queue.
///
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/welcome.html>
///
/// ```
/// # use construct_lib::prelude::*;
/// # construct_lib::testing::template(|stack| {
/// let dead = Queue::new(stack, "Dead", QueueProps { retention: days(14), ..default() });
/// let jobs = Queue::new(stack, "Jobs", QueueProps {
///     visibility_timeout: minutes(3),
///     dead_letter: Some(dead.dead_letter(3)),
///     ..default()
/// });
/// # });
/// ```
///
/// A FIFO queue takes a FIFO dead-letter queue only:
///
/// ```compile_fail
/// # use construct_lib::prelude::*;
/// # construct_lib::testing::template(|stack| {
/// let dead = Queue::new(stack, "Dead", default());
/// Queue::fifo(stack, "Jobs", QueueProps { dead_letter: Some(dead.dead_letter(3)), ..default() });
/// # });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Queue<O = Standard> {
    resource: Option<Resource<l1::sqs::Queue>>,
    policy: Option<Resource<l1::sqs::QueuePolicy>>,
    arn: Val<kind::QueueArn>,
    url: Val<kind::QueueUrl>,
    name: Val<kind::QueueName>,
    key: Option<Val<kind::KeyArn>>,
    order: PhantomData<O>,
}

impl Queue<Standard> {
    /// Defines a queue.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, props: QueueProps) -> Queue {
        Queue::define(scope, id, props, l1::sqs::Queue::new())
    }

    /// A queue that exists already.
    pub fn from_arn(arn: impl IntoVal<kind::QueueArn>) -> Queue {
        Queue::import(arn.into_val())
    }
}

impl Queue<Fifo> {
    /// Defines a first-in-first-out queue, which drops a message that it got within the last
    /// five minutes.
    #[track_caller]
    pub fn fifo(scope: &mut Scope, id: &str, props: QueueProps<Fifo>) -> Queue<Fifo> {
        let queue = l1::sqs::Queue::new().fifo_queue(true).content_based_deduplication(true);
        let name = props.name.clone();
        let queue = Queue::define(scope, id, props, queue);
        if let (Some(name), Some(resource)) = (name, queue.resource)
            && !name.ends_with(".fifo")
        {
            let message = format!("the name of a FIFO queue ends in `.fifo`, not `{name}`");
            scope.tree.error(resource.node, message, "add `.fifo`, or leave the name out");
        }
        queue
    }

    /// A first-in-first-out queue that exists already.
    pub fn fifo_from_arn(arn: impl IntoVal<kind::QueueArn>) -> Queue<Fifo> {
        Queue::import(arn.into_val())
    }
}

impl<O> Queue<O> {
    #[track_caller]
    fn define(scope: &mut Scope, id: &str, props: QueueProps<O>, queue: l1::sqs::Queue) -> Self {
        let mut queue = queue
            .visibility_timeout(props.visibility_timeout)
            .message_retention_period(props.retention)
            .receive_message_wait_time_seconds(props.receive_wait);
        queue = match props.encryption.key() {
            None => queue.sqs_managed_sse_enabled(true),
            Some(key) => queue.kms_master_key_id(key),
        };
        if !props.delay.is_zero() {
            queue = queue.delay_seconds(props.delay);
        }
        if let Some(name) = &props.name {
            queue = queue.queue_name(name.clone().into_owned());
        }
        if let Some(dead_letter) = &props.dead_letter {
            queue = queue.redrive_policy(dead_letter.redrive_policy());
        }
        let resource = scope.add_under(scope.cursor, id, queue);
        resource.removal(scope, props.removal);
        check(scope, resource, &props);
        let tls_only = document([Statement::tls_only("sqs:*", [resource.arn()])]);
        let policy = scope.add_under(
            resource.node,
            "Policy",
            l1::sqs::QueuePolicy::new(tls_only, [resource.queue_url()]),
        );
        Queue {
            resource: Some(resource),
            policy: Some(policy),
            arn: resource.arn(),
            url: resource.queue_url(),
            name: resource.queue_name(),
            key: props.encryption.key().cloned(),
            order: PhantomData,
        }
    }

    fn import(arn: Val<kind::QueueArn>) -> Queue<O> {
        let part = |index: i64| -> Val<String> {
            match arn.as_value().as_text().and_then(|arn| arn.split(':').nth(index as usize)) {
                Some(literal) => literal.into(),
                None => crate::intrinsic::select(index, crate::intrinsic::split(":", arn.clone())),
            }
        };
        let url = crate::intrinsic::sub(
            "https://sqs.${region}.${AWS::URLSuffix}/${account}/${name}",
            [("region", part(3)), ("account", part(4)), ("name", part(5))],
        );
        Queue {
            resource: None,
            policy: None,
            name: part(5).cast(),
            url: url.cast(),
            arn,
            key: None,
            order: PhantomData,
        }
    }

    /// The resource, unless the queue exists already.
    pub fn resource(&self) -> Option<Resource<l1::sqs::Queue>> {
        self.resource
    }

    /// Its ARN.
    pub fn arn(&self) -> Val<kind::QueueArn> {
        self.arn.clone()
    }

    /// Its URL, which is what the SQS API wants.
    pub fn url(&self) -> Val<kind::QueueUrl> {
        self.url.clone()
    }

    /// Its name.
    pub fn name(&self) -> Val<kind::QueueName> {
        self.name.clone()
    }

    /// This queue as the last stop of messages that were received `max_receive_count` times.
    pub fn dead_letter(&self, max_receive_count: u32) -> DeadLetter<O> {
        DeadLetter {
            arn: self.arn(),
            max_receive_count: max_receive_count.into(),
            order: PhantomData,
        }
    }

    /// This queue as the place for a function's failed asynchronous invocations.
    pub fn destination(&self) -> Destination {
        Destination {
            arn: self.arn().cast(),
            statements: [Some(Statement::allow(SEND, [self.arn()])), self.use_key()]
                .into_iter()
                .flatten()
                .collect(),
        }
    }

    /// Lets `grantee` send messages.
    pub fn grant_send_messages(&self, scope: &mut Scope, grantee: &impl Grantee) {
        self.grant(scope, grantee, &SEND);
    }

    /// Lets `grantee` receive and delete messages. Event sources do this by themselves.
    pub fn grant_consume_messages(&self, scope: &mut Scope, grantee: &impl Grantee) {
        self.grant(scope, grantee, &CONSUME);
    }

    /// Lets `grantee` delete all messages at once.
    pub fn grant_purge(&self, scope: &mut Scope, grantee: &impl Grantee) {
        self.grant(scope, grantee, &PURGE);
    }

    fn grant(&self, scope: &mut Scope, grantee: &impl Grantee, actions: &[&'static str]) {
        let role = grantee.role();
        role.allow(scope, Statement::allow(actions.iter().copied(), [self.arn()]));
        if let Some(statement) = self.use_key() {
            role.allow(scope, statement);
        }
    }

    fn use_key(&self) -> Option<Statement> {
        let key = self.key.clone()?;
        Some(Statement::allow(["kms:Decrypt", "kms:GenerateDataKey"], [key]))
    }

    /// Lets a service send messages for a resource of this account.
    pub(crate) fn allow_service(
        &self,
        scope: &mut Scope,
        service: &'static str,
        source_arn: impl Into<Value>,
    ) {
        if let Some(policy) = self.policy {
            let statement = Statement::allow(SEND, [self.arn()]).for_service(service, source_arn);
            allow_in_policy(scope, policy, statement);
        }
    }

    /// `ApproximateNumberOfMessagesVisible`: messages that wait, at most.
    pub fn metric_visible_messages(&self) -> Metric {
        self.metric("ApproximateNumberOfMessagesVisible", Statistic::Maximum)
    }

    /// `ApproximateNumberOfMessagesNotVisible`: messages that were received and not deleted.
    pub fn metric_messages_in_flight(&self) -> Metric {
        self.metric("ApproximateNumberOfMessagesNotVisible", Statistic::Maximum)
    }

    /// `ApproximateAgeOfOldestMessage`, in seconds, at most.
    pub fn metric_oldest_message_age(&self) -> Metric {
        self.metric("ApproximateAgeOfOldestMessage", Statistic::Maximum)
    }

    /// `NumberOfMessagesSent`.
    pub fn metric_messages_sent(&self) -> Metric {
        self.metric("NumberOfMessagesSent", Statistic::Sum)
    }

    /// `NumberOfMessagesReceived`.
    pub fn metric_messages_received(&self) -> Metric {
        self.metric("NumberOfMessagesReceived", Statistic::Sum)
    }

    /// `NumberOfMessagesDeleted`.
    pub fn metric_messages_deleted(&self) -> Metric {
        self.metric("NumberOfMessagesDeleted", Statistic::Sum)
    }

    fn metric(&self, name: &'static str, statistic: Statistic) -> Metric {
        Metric::new("AWS/SQS", name).dimension("QueueName", self.name()).statistic(statistic)
    }
}

impl<O> DeadLetter<O> {
    pub(crate) fn redrive_policy(&self) -> Value {
        Value::map([
            ("deadLetterTargetArn", self.arn.clone().into()),
            ("maxReceiveCount", self.max_receive_count.into()),
        ])
    }
}

fn check<O>(scope: &mut Scope, queue: Resource<l1::sqs::Queue>, props: &QueueProps<O>) {
    for (what, given, least, most) in [
        ("visibility timeout", props.visibility_timeout, seconds(0), hours(12)),
        ("retention", props.retention, seconds(60), days(14)),
        ("delay", props.delay, seconds(0), seconds(900)),
        ("wait of a receive", props.receive_wait, seconds(0), seconds(20)),
    ] {
        crate::check::duration(&mut scope.tree, queue.node, what, given, least, most);
    }
    if let Some(DeadLetter { max_receive_count: count, .. }) = props.dead_letter
        && !(1..=1000).contains(&count)
    {
        let message = format!("a message can be received 1 to 1,000 times, not {count}");
        scope.tree.error(queue.node, message, "give `dead_letter` a number in that range");
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::{diagnostics, template};
    use insta::assert_snapshot;

    #[test]
    fn defaults_are_secure() {
        assert_snapshot!(template(|stack| {
            Queue::new(stack, "Jobs", default());
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Jobs:
            Type: AWS::SQS::Queue
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
            Properties:
              VisibilityTimeout: 30
              MessageRetentionPeriod: 345600
              ReceiveMessageWaitTimeSeconds: 20
              SqsManagedSseEnabled: true
          JobsPolicy:
            Type: AWS::SQS::QueuePolicy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: sqs:*
                  Resource: !GetAtt [Jobs, Arn]
                  Condition:
                    Bool:
                      "aws:SecureTransport": "false"
              Queues:
              - !Ref Jobs
        "#);
    }

    #[test]
    fn a_key_of_yours_comes_with_the_grants() {
        assert_snapshot!(template(|stack| {
            let queue = Queue::fifo(stack, "Jobs", QueueProps {
                encryption: Encryption::Kms("arn:aws:kms:eu-west-1:123456789012:key/1".into()),
                ..default()
            });
            let role = Role::new(stack, "Worker", RoleProps::service("ec2.amazonaws.com"));
            queue.grant_consume_messages(stack, &role);
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Jobs:
            Type: AWS::SQS::Queue
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
            Properties:
              FifoQueue: true
              ContentBasedDeduplication: true
              VisibilityTimeout: 30
              MessageRetentionPeriod: 345600
              ReceiveMessageWaitTimeSeconds: 20
              KmsMasterKeyId: arn:aws:kms:eu-west-1:123456789012:key/1
          JobsPolicy:
            Type: AWS::SQS::QueuePolicy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: sqs:*
                  Resource: !GetAtt [Jobs, Arn]
                  Condition:
                    Bool:
                      "aws:SecureTransport": "false"
              Queues:
              - !Ref Jobs
          Worker:
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
                    Action:
                    - sqs:ReceiveMessage
                    - sqs:DeleteMessage
                    - sqs:ChangeMessageVisibility
                    - sqs:GetQueueAttributes
                    Resource: !GetAtt [Jobs, Arn]
                  - Effect: Allow
                    Action:
                    - kms:Decrypt
                    - kms:GenerateDataKey
                    Resource: arn:aws:kms:eu-west-1:123456789012:key/1
        "#);
    }

    #[test]
    fn what_sqs_would_refuse_is_refused() {
        assert_snapshot!(diagnostics(|stack| {
            let dead = Queue::new(stack, "Dead", default());
            Queue::new(stack, "Jobs", QueueProps {
                visibility_timeout: hours(13),
                retention: seconds(30),
                dead_letter: Some(dead.dead_letter(0)),
                ..default()
            });
        }), @"
        error: Test/Jobs: the visibility timeout is 46800 s, and must be 0 s to 43200 s
          hint: give a duration in that range
        error: Test/Jobs: the retention is 30 s, and must be 60 s to 1209600 s
          hint: give a duration in that range
        error: Test/Jobs: a message can be received 1 to 1,000 times, not 0
          hint: give `dead_letter` a number in that range
        ");
    }

    #[test]
    fn an_existing_queue_is_a_queue() {
        let queue = Queue::from_arn("arn:aws:sqs:eu-west-1:123456789012:jobs");
        assert_eq!(queue.name().as_value().as_text(), Some("jobs"));
        let worker = Variables::default().with("QUEUE_URL", queue.url());
        assert_snapshot!(format!("{worker:?}"), @r#"Variables({"QUEUE_URL": Sub([Text("https://sqs.eu-west-1."), Ref(Id("AWS::URLSuffix")), Text("/123456789012/jobs")])})"#);
    }
}
