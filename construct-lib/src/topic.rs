//! SNS topics.
//!
//! Defaults: TLS only; publishers need a grant.

use crate::alarm::AlarmAction;
use crate::encryption::Encryption;
use crate::event_source::name_of;
use crate::function::{Destination, Function};
use crate::iam::{Grantee, Statement, allow_in_policy, document};
use crate::intrinsic::sub;
use crate::l1;
use crate::l1::cloudwatch::Statistic;
use crate::logical_id::camel;
use crate::metric::Metric;
use crate::queue::{DeadLetter, Queue};
use crate::resource::{Removal, Resource};
use crate::scope::Scope;
use crate::value::{IntoVal, Text, Val, Value, kind};

/// What a topic is.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicProps {
    /// The sender's name in e-mails.
    pub display_name: Option<Val<String>>,
    /// Default: none at rest beyond what SNS does. The key that SNS owns would lock out
    /// CloudWatch alarms, so there is nothing between this and a key of yours.
    pub encryption: Encryption,
    /// Its name; CloudFormation makes one up by default.
    pub name: Option<Text>,
    /// Default: the topic goes with its stack.
    pub removal: Removal,
}

impl Default for TopicProps {
    fn default() -> TopicProps {
        TopicProps {
            display_name: None,
            encryption: Encryption::Managed,
            name: None,
            removal: Removal::Destroy,
        }
    }
}

/// An SNS topic.
///
/// <https://docs.aws.amazon.com/sns/latest/dg/welcome.html>
///
/// ```
/// # use construct_lib::prelude::*;
/// # construct_lib::testing::template(|stack| {
/// let alerts = Topic::new(stack, "Alerts", default());
/// alerts.subscribe_email(stack, "oncall@example.com");
/// # });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    resource: Option<Resource<l1::sns::Topic>>,
    policy: Option<Resource<l1::sns::TopicPolicy>>,
    arn: Val<kind::TopicArn>,
    name: Val<kind::TopicName>,
    key: Option<Val<kind::KeyArn>>,
}

/// How a subscriber gets the messages of a topic.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SubscriptionProps {
    /// Which messages it gets. Default: all.
    pub filter: Option<FilterPolicy>,
    /// The message alone, without the SNS envelope. Default: false.
    pub raw: bool,
    /// Where a message goes that could not be delivered. Its retry count comes from SNS.
    pub dead_letter: Option<DeadLetter>,
}

/// Which messages of a topic a subscriber gets.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html>
#[derive(Clone, Debug, PartialEq)]
pub enum FilterPolicy {
    /// By message attributes.
    Attributes(serde_json::Value),
    /// By the JSON of the message.
    Body(serde_json::Value),
}

impl Topic {
    /// Defines a topic.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, props: TopicProps) -> Topic {
        let mut topic = l1::sns::Topic::new();
        if let Some(name) = props.display_name {
            topic = topic.display_name(name);
        }
        if let Some(name) = props.name {
            topic = topic.topic_name(name.into_owned());
        }
        if let Some(key) = props.encryption.key() {
            topic = topic.kms_master_key_id(key);
        }
        let resource = scope.add_under(scope.cursor, id, topic);
        resource.removal(scope, props.removal);
        let tls_only = document([Statement::tls_only("sns:Publish", [resource.topic_arn()])]);
        let policy = scope.add_under(
            resource.node,
            "Policy",
            l1::sns::TopicPolicy::new(tls_only, [resource.topic_arn()]),
        );
        Topic {
            resource: Some(resource),
            policy: Some(policy),
            arn: resource.topic_arn(),
            name: resource.topic_name(),
            key: props.encryption.key().cloned(),
        }
    }

    /// A topic that exists already.
    pub fn from_arn(arn: impl IntoVal<kind::TopicArn>) -> Topic {
        let arn = arn.into_val();
        let name = match arn.as_value().as_text().and_then(|arn| arn.split(':').nth(5)) {
            Some(literal) => literal.into(),
            None => crate::intrinsic::select(5, crate::intrinsic::split(":", arn.clone())).cast(),
        };
        Topic { resource: None, policy: None, arn, name, key: None }
    }

    /// The resource, unless the topic exists already.
    pub fn resource(&self) -> Option<Resource<l1::sns::Topic>> {
        self.resource
    }

    /// Its ARN.
    pub fn arn(&self) -> Val<kind::TopicArn> {
        self.arn.clone()
    }

    /// Its name.
    pub fn name(&self) -> Val<kind::TopicName> {
        self.name.clone()
    }

    /// Sends the messages to an e-mail address, whose owner must confirm.
    #[track_caller]
    pub fn subscribe_email(
        &self,
        scope: &mut Scope,
        address: impl IntoVal<String>,
    ) -> Resource<l1::sns::Subscription> {
        let address = address.into_val();
        let id = format!("Email{}", camel(address.as_value().as_text().unwrap_or_default()));
        self.subscribe(scope, &id, "email", address, SubscriptionProps::default())
    }

    /// Posts the messages to an HTTPS address, which must confirm.
    #[track_caller]
    pub fn subscribe_https(
        &self,
        scope: &mut Scope,
        url: impl IntoVal<String>,
        props: SubscriptionProps,
    ) -> Resource<l1::sns::Subscription> {
        let url = url.into_val();
        let host = url.as_value().as_text().and_then(|url| url.strip_prefix("https://"));
        let id = format!("Https{}", camel(host.unwrap_or_default()));
        self.subscribe(scope, &id, "https", url, props)
    }

    /// Sends the messages to a queue.
    #[track_caller]
    pub fn subscribe_queue(
        &self,
        scope: &mut Scope,
        queue: &Queue,
        props: SubscriptionProps,
    ) -> Resource<l1::sns::Subscription> {
        queue.allow_service(scope, "sns.amazonaws.com", self.arn());
        let id = format!("To{}", name_of(scope, queue.resource(), queue.name().as_value()));
        self.subscribe(scope, &id, "sqs", queue.arn().cast(), props)
    }

    /// Invokes a function with each message.
    #[track_caller]
    pub fn subscribe_function(
        &self,
        scope: &mut Scope,
        function: &Function,
        props: SubscriptionProps,
    ) -> Resource<l1::sns::Subscription> {
        let name = name_of(scope, function.resource(), function.name().as_value());
        let parent = self.parent(scope);
        let permission = format!("Invoke{name}");
        function.allow_service(scope, parent, &permission, "sns.amazonaws.com", self.arn());
        self.subscribe(scope, &format!("To{name}"), "lambda", function.arn().cast(), props)
    }

    #[track_caller]
    fn subscribe(
        &self,
        scope: &mut Scope,
        id: &str,
        protocol: &str,
        endpoint: Val<String>,
        props: SubscriptionProps,
    ) -> Resource<l1::sns::Subscription> {
        let mut subscription = l1::sns::Subscription::new(protocol, self.arn()).endpoint(endpoint);
        if let Some(filter) = props.filter {
            let (kind, policy) = match filter {
                FilterPolicy::Attributes(policy) => ("MessageAttributes", policy),
                FilterPolicy::Body(policy) => ("MessageBody", policy),
            };
            subscription = subscription.filter_policy(policy).filter_policy_scope(kind);
        }
        if props.raw {
            subscription = subscription.raw_message_delivery(true);
        }
        if let Some(dead_letter) = props.dead_letter {
            let policy = Value::map([("deadLetterTargetArn", dead_letter.arn.into())]);
            subscription = subscription.redrive_policy(policy);
        }
        let parent = self.parent(scope);
        scope.add_under(parent, id, subscription)
    }

    fn parent(&self, scope: &Scope) -> crate::tree::NodeId {
        self.resource.map_or(scope.cursor, |topic| topic.node)
    }

    /// Lets `grantee` publish messages.
    pub fn grant_publish(&self, scope: &mut Scope, grantee: &impl Grantee) {
        let role = grantee.role();
        self.may_publish().into_iter().for_each(|statement| role.allow(scope, statement));
    }

    fn may_publish(&self) -> Vec<Statement> {
        let mut statements = vec![Statement::allow(["sns:Publish"], [self.arn()])];
        if let Some(key) = &self.key {
            let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
            statements.push(Statement::allow(actions, [key.clone()]));
        }
        statements
    }

    /// This topic as the place for a function's failed asynchronous invocations.
    pub fn destination(&self) -> Destination {
        Destination { arn: self.arn().cast(), statements: self.may_publish() }
    }

    /// This topic as what an alarm tells.
    pub fn alarm_action(&self) -> AlarmAction {
        AlarmAction { arn: self.arn().cast(), topic: Some(self.clone()) }
    }

    /// Lets a service publish for resources of this account.
    pub(crate) fn allow_service(
        &self,
        scope: &mut Scope,
        service: &'static str,
        source_arn: impl Into<Value>,
    ) {
        if let Some(policy) = self.policy {
            let statement =
                Statement::allow(["sns:Publish"], [self.arn()]).for_service(service, source_arn);
            allow_in_policy(scope, policy, statement);
        }
    }

    /// Lets the alarms of this account and region publish.
    pub(crate) fn allow_alarms(&self, scope: &mut Scope) {
        let alarms =
            sub("arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*", []);
        self.allow_service(scope, "cloudwatch.amazonaws.com", alarms);
    }

    pub(crate) fn policy(&self) -> Option<Resource<l1::sns::TopicPolicy>> {
        self.policy
    }

    /// `NumberOfMessagesPublished`.
    pub fn metric_messages_published(&self) -> Metric {
        self.metric("NumberOfMessagesPublished")
    }

    /// `NumberOfNotificationsDelivered`.
    pub fn metric_notifications_delivered(&self) -> Metric {
        self.metric("NumberOfNotificationsDelivered")
    }

    /// `NumberOfNotificationsFailed`.
    pub fn metric_notifications_failed(&self) -> Metric {
        self.metric("NumberOfNotificationsFailed")
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric::new("AWS/SNS", name).dimension("TopicName", self.name()).statistic(Statistic::Sum)
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::template;
    use insta::assert_snapshot;

    #[test]
    fn subscribers_of_every_protocol() {
        assert_snapshot!(template(|stack| {
            let topic = Topic::new(stack, "Alerts", default());
            let queue = Queue::new(stack, "Inbox", default());
            let worker = Function::from_arn("arn:aws:lambda:eu-west-1:123456789012:function:worker");
            topic.subscribe_email(stack, "on-call@example.com");
            topic.subscribe_https(stack, "https://example.com/hook", default());
            topic.subscribe_queue(stack, &queue, SubscriptionProps { raw: true, ..default() });
            topic.subscribe_function(stack, &worker, SubscriptionProps {
                filter: Some(FilterPolicy::Body(json!({"level": ["high"]}))),
                ..default()
            });
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Alerts:
            Type: AWS::SNS::Topic
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
          AlertsEmailOnCallExampleCom:
            Type: AWS::SNS::Subscription
            Properties:
              Protocol: email
              TopicArn: !Ref Alerts
              Endpoint: on-call@example.com
          AlertsHttpsExampleComHook:
            Type: AWS::SNS::Subscription
            Properties:
              Protocol: https
              TopicArn: !Ref Alerts
              Endpoint: https://example.com/hook
          AlertsInvokeWorker:
            Type: AWS::Lambda::Permission
            Properties:
              Action: lambda:InvokeFunction
              FunctionName: arn:aws:lambda:eu-west-1:123456789012:function:worker
              Principal: sns.amazonaws.com
              SourceArn: !Ref Alerts
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
              Topics:
              - !Ref Alerts
          AlertsToInbox:
            Type: AWS::SNS::Subscription
            Properties:
              Protocol: sqs
              TopicArn: !Ref Alerts
              Endpoint: !GetAtt [Inbox, Arn]
              RawMessageDelivery: true
          AlertsToWorker:
            Type: AWS::SNS::Subscription
            Properties:
              Protocol: lambda
              TopicArn: !Ref Alerts
              Endpoint: arn:aws:lambda:eu-west-1:123456789012:function:worker
              FilterPolicy:
                level:
                - high
              FilterPolicyScope: MessageBody
          Inbox:
            Type: AWS::SQS::Queue
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
            Properties:
              VisibilityTimeout: 30
              MessageRetentionPeriod: 345600
              ReceiveMessageWaitTimeSeconds: 20
              SqsManagedSseEnabled: true
          InboxPolicy:
            Type: AWS::SQS::QueuePolicy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: sqs:*
                  Resource: !GetAtt [Inbox, Arn]
                  Condition:
                    Bool:
                      "aws:SecureTransport": "false"
                - Effect: Allow
                  Principal:
                    Service: sns.amazonaws.com
                  Action: sqs:SendMessage
                  Resource: !GetAtt [Inbox, Arn]
                  Condition:
                    ArnLike:
                      "aws:SourceArn": !Ref Alerts
              Queues:
              - !Ref Inbox
        "#);
    }
}
