//! Notifications of a bucket: written into the bucket itself, without a custom resource.

use crate::bucket::Bucket;
use crate::event_source::name_of;
use crate::function::Function;
use crate::property::open_enum;
use crate::queue::Queue;
use crate::scope::Scope;
use crate::topic::Topic;
use crate::tree::NodeId;
use crate::value::{IntoVal, Text, Val, Value};

open_enum! {
    /// Something that happens to objects of a bucket.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html>
    BucketEvent {
        ObjectCreated = "s3:ObjectCreated:*",
        ObjectCreatedByPut = "s3:ObjectCreated:Put",
        ObjectCreatedByCopy = "s3:ObjectCreated:Copy",
        ObjectCreatedByMultipartUpload = "s3:ObjectCreated:CompleteMultipartUpload",
        ObjectRemoved = "s3:ObjectRemoved:*",
        ObjectRestored = "s3:ObjectRestore:Completed",
        ObjectTagged = "s3:ObjectTagging:*",
        LifecycleExpired = "s3:LifecycleExpiration:*",
    }
}

/// Which keys a notification is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyFilter {
    prefix: Option<Text>,
    suffix: Option<Text>,
}

/// Every key.
pub fn everything() -> KeyFilter {
    KeyFilter::default()
}

/// Keys that start with `prefix`.
pub fn prefix(prefix: impl Into<Text>) -> KeyFilter {
    KeyFilter { prefix: Some(prefix.into()), suffix: None }
}

/// Keys that end in `suffix`.
pub fn suffix(suffix: impl Into<Text>) -> KeyFilter {
    KeyFilter { prefix: None, suffix: Some(suffix.into()) }
}

impl KeyFilter {
    /// And that end in `suffix`.
    pub fn and_suffix(self, suffix: impl Into<Text>) -> KeyFilter {
        KeyFilter { suffix: Some(suffix.into()), ..self }
    }

    fn rules(self) -> Vec<Value> {
        [("prefix", self.prefix), ("suffix", self.suffix)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .map(|(name, value)| Value::map([("Name", name.into()), ("Value", Value::Text(value))]))
            .collect()
    }
}

/// What a bucket can notify: a function, a queue or a topic.
pub trait NotificationTarget {
    /// Lets the bucket in, and says how it refers to the target.
    #[doc(hidden)]
    fn bind(&self, scope: &mut Scope, bucket: &Bucket) -> Binding;
}

/// How a bucket refers to what it notifies.
#[doc(hidden)]
pub struct Binding {
    list: &'static str,
    property: &'static str,
    arn: Val<String>,
    /// What lets the bucket in, and so must be there before it.
    permission: Option<NodeId>,
}

impl Bucket {
    /// Notifies `target` of every object that is created under keys that pass the filter.
    #[track_caller]
    pub fn on_object_created(
        &self,
        scope: &mut Scope,
        target: &impl NotificationTarget,
        filter: KeyFilter,
    ) {
        self.notify(scope, BucketEvent::ObjectCreated, target, filter);
    }

    /// Notifies `target` of every object that is deleted.
    #[track_caller]
    pub fn on_object_removed(
        &self,
        scope: &mut Scope,
        target: &impl NotificationTarget,
        filter: KeyFilter,
    ) {
        self.notify(scope, BucketEvent::ObjectRemoved, target, filter);
    }

    /// Notifies `target` of an event. Two notifications of one event must not overlap: S3
    /// refuses that, and so does synth.
    #[track_caller]
    pub fn notify(
        &self,
        scope: &mut Scope,
        event: BucketEvent,
        target: &impl NotificationTarget,
        filter: KeyFilter,
    ) {
        let Some(bucket) = self.resource else {
            let hint = "notifications are part of the bucket: set them where it is defined";
            return scope.error("a bucket that exists already can't be told to notify", hint);
        };
        self.fix_name(scope);
        let binding = target.bind(scope, self);
        let mut entry =
            vec![("Event", event.into_val().into()), (binding.property, binding.arn.into())];
        let rules = filter.rules();
        if !rules.is_empty() {
            let key = Value::map([("S3Key", Value::map([("Rules", Value::List(rules))]))]);
            entry.push(("Filter", key));
        }
        let entry = entry.into_iter().map(|(name, value)| (name.into(), value)).collect();
        bucket.push(scope, &["NotificationConfiguration", binding.list], Value::Map(entry));
        if let Some(permission) = binding.permission {
            let permission = crate::resource::Resource::<()>::new(permission);
            bucket.depends_on(scope, permission);
        }
    }
}

const S3: &str = "s3.amazonaws.com";

impl NotificationTarget for Function {
    #[track_caller]
    fn bind(&self, scope: &mut Scope, bucket: &Bucket) -> Binding {
        let parent = bucket.resource.map_or(scope.cursor, |bucket| bucket.node);
        let id = format!("Invoke{}", name_of(scope, self.resource(), self.name().as_value()));
        let permission = match scope.tree.child(parent, &id) {
            Some(permission) => permission,
            None => self.allow_service(scope, parent, &id, S3, bucket.arn()).node,
        };
        Binding {
            list: "LambdaConfigurations",
            property: "Function",
            arn: self.arn().cast(),
            permission: Some(permission),
        }
    }
}

impl NotificationTarget for Queue {
    fn bind(&self, scope: &mut Scope, bucket: &Bucket) -> Binding {
        self.allow_service(scope, S3, bucket.arn());
        let policy = self.resource().and_then(|queue| scope.tree.child(queue.node, "Policy"));
        Binding {
            list: "QueueConfigurations",
            property: "Queue",
            arn: self.arn().cast(),
            permission: policy,
        }
    }
}

impl NotificationTarget for Topic {
    fn bind(&self, scope: &mut Scope, bucket: &Bucket) -> Binding {
        self.allow_service(scope, S3, bucket.arn());
        Binding {
            list: "TopicConfigurations",
            property: "Topic",
            arn: self.arn().cast(),
            permission: self.policy().map(|policy| policy.node),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::{diagnostics, template};
    use insta::assert_snapshot;

    #[test]
    fn a_function_that_reads_what_notifies_it_makes_no_circle() {
        assert_snapshot!(template(|stack| {
            let inbox = Bucket::new(stack, "Inbox", default());
            let worker = Function::new(stack, "Worker", FunctionProps::handler("worker"));
            inbox.grant_read(stack, &worker, "data/*");
            inbox.on_object_created(stack, &worker, prefix("data/").and_suffix(".csv"));
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Parameters:
          AssetBucket:
            Type: String
            Description: Bucket that holds the handlers, set by the deployment
          WorkerCode:
            Type: String
            Description: Key of the zip of the handler worker, set by the deployment
        Resources:
          Inbox:
            Type: AWS::S3::Bucket
            DependsOn: InboxInvokeWorker
            DeletionPolicy: Retain
            UpdateReplacePolicy: Retain
            Properties:
              BucketEncryption:
                ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault:
                    SSEAlgorithm: AES256
              OwnershipControls:
                Rules:
                - ObjectOwnership: BucketOwnerEnforced
              PublicAccessBlockConfiguration:
                BlockPublicAcls: true
                BlockPublicPolicy: true
                IgnorePublicAcls: true
                RestrictPublicBuckets: true
              BucketNamespace: account-regional
              BucketName: !Sub test-inbox-${AWS::AccountId}-${AWS::Region}-an
              NotificationConfiguration:
                LambdaConfigurations:
                - Event: s3:ObjectCreated:*
                  Function: !GetAtt [Worker, Arn]
                  Filter:
                    S3Key:
                      Rules:
                      - Name: prefix
                        Value: data/
                      - Name: suffix
                        Value: .csv
          InboxInvokeWorker:
            Type: AWS::Lambda::Permission
            Properties:
              Action: lambda:InvokeFunction
              FunctionName: !GetAtt [Worker, Arn]
              Principal: s3.amazonaws.com
              SourceArn: !Sub arn:${AWS::Partition}:s3:::test-inbox-${AWS::AccountId}-${AWS::Region}-an
              SourceAccount: !Ref AWS::AccountId
          InboxPolicy:
            Type: AWS::S3::BucketPolicy
            Properties:
              Bucket: !Ref Inbox
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: s3:*
                  Resource:
                  - !GetAtt [Inbox, Arn]
                  - !Join
                    - ""
                    - - !GetAtt [Inbox, Arn]
                      - /*
                  Condition:
                    Bool:
                      "aws:SecureTransport": "false"
          Worker:
            Type: AWS::Lambda::Function
            Properties:
              Code:
                S3Bucket: !Ref AssetBucket
                S3Key: !Ref WorkerCode
              Role: !GetAtt [WorkerRole, Arn]
              Runtime: provided.al2023
              Handler: bootstrap
              Architectures:
              - x86_64
              Timeout: 30
              MemorySize: 256
              LoggingConfig:
                LogFormat: JSON
                LogGroup: !Ref WorkerLogs
          WorkerLogs:
            Type: AWS::Logs::LogGroup
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
            Properties:
              RetentionInDays: 365
          WorkerRole:
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
                    - logs:CreateLogStream
                    - logs:PutLogEvents
                    Resource: !GetAtt [WorkerLogs, Arn]
                  - Effect: Allow
                    Action:
                    - s3:GetObject
                    - s3:GetObjectVersion
                    Resource: !Sub arn:${AWS::Partition}:s3:::test-inbox-${AWS::AccountId}-${AWS::Region}-an/data/*
                  - Effect: Allow
                    Action: s3:ListBucket
                    Resource: !Sub arn:${AWS::Partition}:s3:::test-inbox-${AWS::AccountId}-${AWS::Region}-an
                    Condition:
                      StringLike:
                        "s3:prefix": data/*
        "#);
    }

    #[test]
    fn queues_and_topics_let_the_bucket_in() {
        assert_snapshot!(template(|stack| {
            let inbox = Bucket::new(stack, "Inbox", default());
            let queue = Queue::new(stack, "Events", default());
            let topic = Topic::new(stack, "News", default());
            inbox.on_object_created(stack, &queue, prefix("a/"));
            inbox.on_object_removed(stack, &topic, everything());
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Events:
            Type: AWS::SQS::Queue
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
            Properties:
              VisibilityTimeout: 30
              MessageRetentionPeriod: 345600
              ReceiveMessageWaitTimeSeconds: 20
              SqsManagedSseEnabled: true
          EventsPolicy:
            Type: AWS::SQS::QueuePolicy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: sqs:*
                  Resource: !GetAtt [Events, Arn]
                  Condition:
                    Bool:
                      "aws:SecureTransport": "false"
                - Effect: Allow
                  Principal:
                    Service: s3.amazonaws.com
                  Action: sqs:SendMessage
                  Resource: !GetAtt [Events, Arn]
                  Condition:
                    StringEquals:
                      "aws:SourceAccount": !Ref AWS::AccountId
                    ArnLike:
                      "aws:SourceArn": !Sub arn:${AWS::Partition}:s3:::test-inbox-${AWS::AccountId}-${AWS::Region}-an
              Queues:
              - !Ref Events
          Inbox:
            Type: AWS::S3::Bucket
            DependsOn:
            - EventsPolicy
            - NewsPolicy
            DeletionPolicy: Retain
            UpdateReplacePolicy: Retain
            Properties:
              BucketEncryption:
                ServerSideEncryptionConfiguration:
                - ServerSideEncryptionByDefault:
                    SSEAlgorithm: AES256
              OwnershipControls:
                Rules:
                - ObjectOwnership: BucketOwnerEnforced
              PublicAccessBlockConfiguration:
                BlockPublicAcls: true
                BlockPublicPolicy: true
                IgnorePublicAcls: true
                RestrictPublicBuckets: true
              BucketNamespace: account-regional
              BucketName: !Sub test-inbox-${AWS::AccountId}-${AWS::Region}-an
              NotificationConfiguration:
                QueueConfigurations:
                - Event: s3:ObjectCreated:*
                  Queue: !GetAtt [Events, Arn]
                  Filter:
                    S3Key:
                      Rules:
                      - Name: prefix
                        Value: a/
                TopicConfigurations:
                - Event: s3:ObjectRemoved:*
                  Topic: !Ref News
          InboxPolicy:
            Type: AWS::S3::BucketPolicy
            Properties:
              Bucket: !Ref Inbox
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: s3:*
                  Resource:
                  - !GetAtt [Inbox, Arn]
                  - !Join
                    - ""
                    - - !GetAtt [Inbox, Arn]
                      - /*
                  Condition:
                    Bool:
                      "aws:SecureTransport": "false"
          News:
            Type: AWS::SNS::Topic
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
          NewsPolicy:
            Type: AWS::SNS::TopicPolicy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Deny
                  Principal: "*"
                  Action: sns:Publish
                  Resource: !Ref News
                  Condition:
                    Bool:
                      "aws:SecureTransport": "false"
                - Effect: Allow
                  Principal:
                    Service: s3.amazonaws.com
                  Action: sns:Publish
                  Resource: !Ref News
                  Condition:
                    StringEquals:
                      "aws:SourceAccount": !Ref AWS::AccountId
                    ArnLike:
                      "aws:SourceArn": !Sub arn:${AWS::Partition}:s3:::test-inbox-${AWS::AccountId}-${AWS::Region}-an
              Topics:
              - !Ref News
        "#);
    }

    #[test]
    fn overlapping_filters_are_refused() {
        assert_snapshot!(diagnostics(|stack| {
            let inbox = Bucket::new(stack, "Inbox", default());
            let queue = Queue::new(stack, "Events", default());
            inbox.on_object_created(stack, &queue, prefix("data/"));
            inbox.on_object_created(stack, &queue, prefix("data/2026/"));
            inbox.on_object_created(stack, &queue, prefix("logs/"));
            inbox.notify(stack, BucketEvent::ObjectCreatedByPut, &queue, suffix(".csv"));
        }), @"
        error: Test/Inbox: two of its notifications overlap: s3:ObjectCreated:* of `data/*` and s3:ObjectCreated:* of `data/2026/*`
          hint: make the filters exclude each other, or notify a topic that fans out
        error: Test/Inbox: two of its notifications overlap: s3:ObjectCreated:* of `data/*` and s3:ObjectCreated:Put of `*.csv`
          hint: make the filters exclude each other, or notify a topic that fans out
        error: Test/Inbox: two of its notifications overlap: s3:ObjectCreated:* of `data/2026/*` and s3:ObjectCreated:Put of `*.csv`
          hint: make the filters exclude each other, or notify a topic that fans out
        error: Test/Inbox: two of its notifications overlap: s3:ObjectCreated:* of `logs/*` and s3:ObjectCreated:Put of `*.csv`
          hint: make the filters exclude each other, or notify a topic that fans out
        ");
    }

    #[test]
    fn a_function_must_not_write_under_its_own_trigger() {
        assert_snapshot!(diagnostics(|stack| {
            let inbox = Bucket::new(stack, "Inbox", default());
            let worker = Function::new(stack, "Worker", FunctionProps::handler("worker"));
            inbox.on_object_created(stack, &worker, prefix("data/"));
            inbox.grant_put(stack, &worker, "data/reports/*");
        }), @"
        error: Test/Worker: it may write `data/reports/*` of Test/Inbox, and every object under `data/` there invokes it again: an endless loop
          hint: write under another prefix, or into another bucket
        ");
    }
}
