//! How long the check of a template takes: `cargo bench -p synth`.
//!
//! The template is written to `target/490-resources.yaml`, so that others can be timed on it:
//! `time cfn-lint target/490-resources.yaml`.

use std::{fmt::Write as _, fs, path::Path};

use divan::Bencher;
use synth::testing::Template;

fn main() {
    let text = template();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/490-resources.yaml");
    fs::write(path, &text).expect("target is there while cargo runs");
    assert_eq!(Template::parse(&text).findings(), 0, "the template is a good one");
    divan::main();
}

/// Opens the tables, finds those of the types in use and checks all resources.
#[divan::bench]
fn check_490_resources(bencher: Bencher<'_, '_>) {
    let template = Template::parse(&template());
    bencher.bench_local(|| template.findings());
}

/// Reads the text before that.
#[divan::bench]
fn read_and_check_490_resources(bencher: Bencher<'_, '_>) {
    let text = template();
    bencher.bench_local(|| Template::parse(&text).findings());
}

/// 49 times what a function needs that works off a queue: ten resources of nine types.
fn template() -> String {
    let mut text = String::from("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n");
    for index in 0..49 {
        write!(text, "{}", UNIT.replace("{n}", &index.to_string())).expect("memory");
    }
    text
}

const UNIT: &str = "
  Inbox{n}:
    Type: AWS::S3::Bucket
    DependsOn: Permission{n}
    Properties:
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
      LifecycleConfiguration:
        Rules:
          - {Id: old, Status: Enabled, ExpirationInDays: 90, NoncurrentVersionExpiration: {NoncurrentDays: 30}}
      Tags:
        - {Key: team, Value: data}
        - {Key: stage, Value: test}
  Jobs{n}:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 180
      MessageRetentionPeriod: 1209600
      SqsManagedSseEnabled: true
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Alerts{n}Queue.Arn, maxReceiveCount: 3}
  Alerts{n}Queue:
    Type: AWS::SQS::Queue
    Properties: {MessageRetentionPeriod: 1209600, KmsMasterKeyId: alias/aws/sqs}
  Role{n}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: Work
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{Effect: Allow, Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes], Resource: !GetAtt Jobs{n}.Arn}]
  Log{n}:
    Type: AWS::Logs::LogGroup
    UpdateReplacePolicy: Delete
    DeletionPolicy: Delete
    Properties: {LogGroupName: /aws/lambda/worker-{n}, RetentionInDays: 30}
  Worker{n}:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: worker-{n}
      Runtime: provided.al2023
      Handler: bootstrap
      Architectures: [arm64]
      MemorySize: 256
      Timeout: 30
      Role: !GetAtt Role{n}.Arn
      Code: {S3Bucket: code-of-this-account, S3Key: worker.zip}
      Environment: {Variables: {QUEUE_URL: !Ref Jobs{n}, RUST_LOG: info}}
      TracingConfig: {Mode: Active}
      LoggingConfig: {LogFormat: JSON, LogGroup: !Ref Log{n}}
  Source{n}:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !GetAtt Jobs{n}.Arn
      FunctionName: !Ref Worker{n}
      BatchSize: 10
      MaximumBatchingWindowInSeconds: 5
      FunctionResponseTypes: [ReportBatchItemFailures]
  Permission{n}:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref Worker{n}
      Principal: s3.amazonaws.com
      SourceAccount: !Ref AWS::AccountId
  Topic{n}:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: Alerts
      Subscription: [{Protocol: email, Endpoint: team@example.com}]
  Alarm{n}:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions: [{Name: QueueName, Value: !GetAtt Alerts{n}Queue.QueueName}]
      Statistic: Maximum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref Topic{n}]
";
