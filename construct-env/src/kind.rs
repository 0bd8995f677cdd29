//! What a value refers to: labels without content, so that a queue's URL cannot stand where a
//! topic's ARN is wanted.

macro_rules! kinds {
    ($( $(#[$meta:meta])* $name:ident ),* $(,)?) => {
        $( $(#[$meta])* #[derive(Clone, Copy, Debug)] pub struct $name; )*
    };
}

kinds! {
    /// The ARN of a CloudWatch alarm.
    AlarmArn,
    /// The ARN of an S3 bucket.
    BucketArn,
    /// The name of an S3 bucket.
    BucketName,
    /// The ARN of a Lambda function.
    FunctionArn,
    /// The name of a Lambda function.
    FunctionName,
    /// The ARN of a KMS key.
    KeyArn,
    /// The ARN of a CloudWatch Logs log group.
    LogGroupArn,
    /// The name of a CloudWatch Logs log group.
    LogGroupName,
    /// The ARN of an SQS queue.
    QueueArn,
    /// The name of an SQS queue.
    QueueName,
    /// The URL of an SQS queue.
    QueueUrl,
    /// The ARN of an IAM role.
    RoleArn,
    /// The name of an IAM role.
    RoleName,
    /// The ARN of an SNS topic.
    TopicArn,
    /// The name of an SNS topic.
    TopicName,
}
