//! `AWS::SQS`.

use crate::unit::Seconds;
use crate::value::{Value, kind};

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html>
    Queue = "AWS::SQS::Queue", taggable: true,
    new()
    {
        content_based_deduplication: bool = "ContentBasedDeduplication",
        deduplication_scope: String = "DeduplicationScope",
        delay_seconds: Seconds = "DelaySeconds",
        fifo_queue: bool = "FifoQueue",
        fifo_throughput_limit: String = "FifoThroughputLimit",
        kms_data_key_reuse_period_seconds: Seconds = "KmsDataKeyReusePeriodSeconds",
        kms_master_key_id: kind::KeyArn = "KmsMasterKeyId",
        maximum_message_size: i64 = "MaximumMessageSize",
        message_retention_period: Seconds = "MessageRetentionPeriod",
        queue_name: kind::QueueName = "QueueName",
        receive_message_wait_time_seconds: Seconds = "ReceiveMessageWaitTimeSeconds",
        redrive_allow_policy: Value = "RedriveAllowPolicy",
        redrive_policy: Value = "RedrivePolicy",
        sqs_managed_sse_enabled: bool = "SqsManagedSseEnabled",
        visibility_timeout: Seconds = "VisibilityTimeout",
    }
    attributes {
        arn: kind::QueueArn = "Arn",
        queue_name: kind::QueueName = "QueueName",
        queue_url: kind::QueueUrl = "Ref",
    }
}

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html>
    QueuePolicy = "AWS::SQS::QueuePolicy", taggable: false,
    new(policy_document: Value = "PolicyDocument", queues: Vec<kind::QueueUrl> = "Queues")
    {}
    attributes {}
}
