//! `AWS::SNS`.

use crate::value::{Value, kind};

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html>
    Topic = "AWS::SNS::Topic", taggable: true,
    new()
    {
        content_based_deduplication: bool = "ContentBasedDeduplication",
        display_name: String = "DisplayName",
        fifo_topic: bool = "FifoTopic",
        kms_master_key_id: kind::KeyArn = "KmsMasterKeyId",
        signature_version: String = "SignatureVersion",
        topic_name: kind::TopicName = "TopicName",
        tracing_config: String = "TracingConfig",
    }
    attributes {
        topic_arn: kind::TopicArn = "Ref",
        topic_name: kind::TopicName = "TopicName",
    }
}

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html>
    TopicPolicy = "AWS::SNS::TopicPolicy", taggable: false,
    new(policy_document: Value = "PolicyDocument", topics: Vec<kind::TopicArn> = "Topics")
    {}
    attributes {}
}

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html>
    Subscription = "AWS::SNS::Subscription", taggable: false,
    new(
        protocol: String = "Protocol",
        topic_arn: kind::TopicArn = "TopicArn",
        endpoint: String = "Endpoint"
    )
    {
        filter_policy: Value = "FilterPolicy",
        filter_policy_scope: String = "FilterPolicyScope",
        raw_message_delivery: bool = "RawMessageDelivery",
        redrive_policy: Value = "RedrivePolicy",
    }
    attributes {}
}
