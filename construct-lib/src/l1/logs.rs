//! `AWS::Logs`.

use crate::value::kind;

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html>
    LogGroup = "AWS::Logs::LogGroup", taggable: true,
    new()
    {
        kms_key_id: kind::KeyArn = "KmsKeyId",
        log_group_class: String = "LogGroupClass",
        log_group_name: kind::LogGroupName = "LogGroupName",
        retention_in_days: i64 = "RetentionInDays",
    }
    attributes {
        arn: kind::LogGroupArn = "Arn",
        log_group_name: kind::LogGroupName = "Ref",
    }
}
