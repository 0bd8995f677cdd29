//! S3 buckets.
//!
//! Defaults: private, encrypted, TLS only, no access control lists, and kept when the stack
//! goes.

use crate::encryption::Encryption;
use crate::iam::{Grantee, Statement, document};
use crate::intrinsic::{join, sub, text};
use crate::l1;
use crate::l1::cloudwatch::Statistic;
use crate::l1::s3::{
    ObjectOwnership, ServerSideEncryptionByDefaultSseAlgorithm as SseAlgorithm,
    VersioningConfigurationStatus,
};
use crate::metric::Metric;
use crate::resource::{Removal, Resource};
use crate::scope::Scope;
use crate::unit::days;
use crate::value::{IntoVal, Val, Value, kind};

/// What a bucket is.
#[derive(Clone, Debug, PartialEq)]
pub struct BucketProps {
    /// Keeps old versions of objects. Default: false.
    pub versioned: bool,
    /// Default: keys that S3 owns.
    pub encryption: Encryption,
    /// Its name. By default CloudFormation makes one up, or, once the bucket notifies something,
    /// it is made of stack, id, account and region.
    pub name: Option<Val<kind::BucketName>>,
    /// Sends every event to EventBridge. Default: false.
    pub event_bridge: bool,
    /// Default: the bucket stays when its stack goes.
    pub removal: Removal,
}

impl Default for BucketProps {
    fn default() -> BucketProps {
        BucketProps {
            versioned: false,
            encryption: Encryption::Managed,
            name: None,
            event_bridge: false,
            removal: Removal::Retain,
        }
    }
}

/// An S3 bucket.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html>
///
/// ```
/// # use construct_lib::prelude::*;
/// # construct_lib::testing::template(|stack| {
/// let inbox = Bucket::new(stack, "Inbox", BucketProps { versioned: true, ..default() });
/// let worker = Function::new(stack, "Worker", FunctionProps::handler("worker"));
/// inbox.on_object_created(stack, &worker, prefix("data/"));
/// inbox.grant_read(stack, &worker, "data/*");
/// # });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    pub(crate) resource: Option<Resource<l1::s3::Bucket>>,
    arn: Val<kind::BucketArn>,
    name: Val<kind::BucketName>,
    key: Option<Val<kind::KeyArn>>,
}

impl Bucket {
    /// Defines a bucket.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, props: BucketProps) -> Bucket {
        let mut bucket = l1::s3::Bucket::new()
            .bucket_encryption(encryption(&props.encryption))
            .ownership_controls(l1::s3::OwnershipControls::new([
                l1::s3::OwnershipControlsRule::new()
                    .object_ownership(ObjectOwnership::BucketOwnerEnforced),
            ]))
            .public_access_block_configuration(
                l1::s3::PublicAccessBlockConfiguration::new()
                    .block_public_acls(true)
                    .block_public_policy(true)
                    .ignore_public_acls(true)
                    .restrict_public_buckets(true),
            );
        if props.versioned {
            bucket = bucket.versioning_configuration(l1::s3::VersioningConfiguration::new(
                VersioningConfigurationStatus::Enabled,
            ));
        }
        if props.event_bridge {
            bucket = bucket.notification_configuration(
                l1::s3::NotificationConfiguration::new()
                    .event_bridge_configuration(l1::s3::EventBridgeConfiguration::new(true)),
            );
        }
        let resource = scope.add_under(scope.cursor, id, bucket);
        resource.removal(scope, props.removal);
        let tls_only = document([Statement::tls_only(
            "s3:*",
            [resource.arn().into(), object_arn(&resource.arn(), "*")],
        )]);
        let policy = l1::s3::BucketPolicy::new(resource.bucket_name(), tls_only);
        scope.add_under(resource.node, "Policy", policy);
        let bucket = Bucket {
            resource: Some(resource),
            arn: resource.arn(),
            name: resource.bucket_name(),
            key: props.encryption.key().cloned(),
        };
        if let Some(name) = props.name {
            set_name(scope, resource, name);
        }
        bucket
    }

    /// A bucket that exists already.
    pub fn from_name(name: impl IntoVal<kind::BucketName>) -> Bucket {
        let name = name.into_val();
        let arn = sub("arn:${AWS::Partition}:s3:::${name}", [("name", name.clone().into())]);
        Bucket { resource: None, arn: arn.cast(), name, key: None }
    }

    /// A bucket that exists already.
    pub fn from_arn(arn: impl IntoVal<kind::BucketArn>) -> Bucket {
        let arn = arn.into_val();
        let name = match arn.as_value().as_text().and_then(|arn| arn.split(":::").nth(1)) {
            Some(literal) => literal.into(),
            None => crate::intrinsic::select(1, crate::intrinsic::split(":::", arn.clone())).cast(),
        };
        Bucket { resource: None, arn, name, key: None }
    }

    /// The resource, unless the bucket exists already.
    pub fn resource(&self) -> Option<Resource<l1::s3::Bucket>> {
        self.resource
    }

    /// Its ARN.
    pub fn arn(&self) -> Val<kind::BucketArn> {
        self.arn.clone()
    }

    /// Its name.
    pub fn name(&self) -> Val<kind::BucketName> {
        self.name.clone()
    }

    /// Lets `grantee` read the objects whose keys match a pattern such as `data/*`, every
    /// version, and list them: without that a missing object looks like a forbidden one.
    pub fn grant_read(&self, scope: &mut Scope, grantee: &impl Grantee, pattern: &str) {
        self.grant(scope, grantee, pattern, &["s3:GetObject", "s3:GetObjectVersion"]);
        let mut list = Statement::allow(["s3:ListBucket"], [self.arn()]);
        if pattern != "*" {
            list = list.when("StringLike", "s3:prefix", pattern);
        }
        grantee.role().allow(scope, list);
    }

    /// Lets `grantee` write objects whose keys match a pattern.
    pub fn grant_put(&self, scope: &mut Scope, grantee: &impl Grantee, pattern: &str) {
        self.grant(scope, grantee, pattern, &["s3:PutObject"]);
    }

    /// Lets `grantee` delete objects whose keys match a pattern.
    pub fn grant_delete(&self, scope: &mut Scope, grantee: &impl Grantee, pattern: &str) {
        self.grant(scope, grantee, pattern, &["s3:DeleteObject"]);
    }

    fn grant(
        &self,
        scope: &mut Scope,
        grantee: &impl Grantee,
        pattern: &str,
        actions: &[&'static str],
    ) {
        let objects = object_arn(&self.arn, pattern);
        grantee.role().allow(scope, Statement::allow(actions.iter().copied(), [objects]));
        if let Some(key) = &self.key {
            let actions = ["kms:Decrypt", "kms:GenerateDataKey"];
            grantee.role().allow(scope, Statement::allow(actions, [key.clone()]));
        }
    }

    /// Gives the bucket a name that is known before it exists, in the namespace of its account
    /// and region, unless it has a name.
    ///
    /// What the bucket notifies may then refer back to it without a circle of dependencies.
    pub(crate) fn fix_name(&self, scope: &mut Scope) {
        let Some(resource) = self.resource else {
            return;
        };
        let named = scope.tree.resource(resource.node).is_some_and(|it| !it.by_name.is_empty());
        if named {
            return;
        }
        let stack = crate::synth::stack_name(&scope.tree, scope.tree.stack_of(resource.node));
        let label =
            crate::logical_id::kebab(&format!("{stack}-{}", scope.tree.logical_id(resource.node)));
        if label.len() > LONGEST_LABEL {
            let message = format!(
                "the name made for this bucket, {label:?}, has {} characters before account and \
                 region; S3 has room for {LONGEST_LABEL}",
                label.len(),
            );
            scope.tree.error(resource.node, message, "give it a `name`, or a shorter id");
        }
        resource.set(scope, "BucketNamespace", "account-regional");
        let name = sub(&format!("{label}-${{AWS::AccountId}}-${{AWS::Region}}-an"), []);
        set_name(scope, resource, name.cast());
    }

    /// `BucketSizeBytes` of the standard storage class, once a day.
    pub fn metric_size(&self) -> Metric {
        self.metric("BucketSizeBytes", "StandardStorage")
    }

    /// `NumberOfObjects`, once a day.
    pub fn metric_number_of_objects(&self) -> Metric {
        self.metric("NumberOfObjects", "AllStorageTypes")
    }

    fn metric(&self, name: &'static str, storage: &str) -> Metric {
        let metric = Metric::new("AWS/S3", name)
            .dimension("BucketName", self.name())
            .dimension("StorageType", storage)
            .statistic(Statistic::Average);
        Metric { period: days(1), ..metric }
    }
}

/// A bucket name has 63 characters; account, region and suffix take up to 31 of them.
const LONGEST_LABEL: usize = 32;

fn set_name(scope: &mut Scope, bucket: Resource<l1::s3::Bucket>, name: Val<kind::BucketName>) {
    let mut pieces =
        vec!["arn:".into(), crate::intrinsic::pseudo("AWS::Partition"), ":s3:::".into()];
    match name.as_value() {
        Value::Sub(name) => pieces.extend(name.iter().cloned()),
        name => pieces.push(name.clone()),
    }
    bucket.set(scope, "BucketName", name.clone());
    bucket.edit(scope, |bucket| {
        bucket.by_name.insert("Ref".into(), name.into());
        bucket.by_name.insert("Arn".into(), text(pieces).into());
    });
}

/// The ARN of the objects whose keys match a pattern.
fn object_arn(bucket: &Val<kind::BucketArn>, pattern: &str) -> Value {
    let path = format!("/{pattern}");
    match bucket.as_value() {
        Value::Sub(arn) => text(arn.iter().cloned().chain([path.into()]).collect()).into(),
        Value::Text(arn) => format!("{arn}{path}").into(),
        _ => join("", [bucket.clone().cast::<String>(), path.into_val()]).into(),
    }
}

fn encryption(encryption: &Encryption) -> l1::s3::BucketEncryption {
    let rule = l1::s3::ServerSideEncryptionRule::new();
    let rule = match encryption.key() {
        None => rule.server_side_encryption_by_default(l1::s3::ServerSideEncryptionByDefault::new(
            SseAlgorithm::Aes256,
        )),
        // A bucket key makes one request to KMS do for many objects.
        Some(key) => rule.bucket_key_enabled(true).server_side_encryption_by_default(
            l1::s3::ServerSideEncryptionByDefault::new(SseAlgorithm::AwsKms).kms_master_key_id(key),
        ),
    };
    l1::s3::BucketEncryption::new([rule])
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::{diagnostics, template};
    use insta::assert_snapshot;

    #[test]
    fn defaults_are_secure() {
        assert_snapshot!(template(|stack| {
            Bucket::new(stack, "Inbox", default());
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Inbox:
            Type: AWS::S3::Bucket
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
        "#);
    }

    #[test]
    fn grants_are_as_narrow_as_their_pattern() {
        assert_snapshot!(template(|stack| {
            let bucket = Bucket::from_name("existing");
            let role = Role::new(stack, "Worker", RoleProps::service("ec2.amazonaws.com"));
            bucket.grant_read(stack, &role, "data/*");
            bucket.grant_put(stack, &role, "reports/*");
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
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
                    - s3:GetObject
                    - s3:GetObjectVersion
                    Resource: !Sub arn:${AWS::Partition}:s3:::existing/data/*
                  - Effect: Allow
                    Action: s3:ListBucket
                    Resource: !Sub arn:${AWS::Partition}:s3:::existing
                    Condition:
                      StringLike:
                        "s3:prefix": data/*
                  - Effect: Allow
                    Action: s3:PutObject
                    Resource: !Sub arn:${AWS::Partition}:s3:::existing/reports/*
        "#);
    }

    #[test]
    fn a_name_that_cannot_be_made_is_reported() {
        assert_snapshot!(diagnostics(|stack| {
            let bucket = Bucket::new(stack, "AnInboxWithAnExceedinglyLongName", default());
            let queue = Queue::new(stack, "Events", default());
            bucket.on_object_created(stack, &queue, everything());
        }), @r#"
        error: Test/AnInboxWithAnExceedinglyLongName: the name made for this bucket, "test-an-inbox-with-an-exceedingly-long-name", has 43 characters before account and region; S3 has room for 32
          hint: give it a `name`, or a shorter id
        "#);
    }
}
