//! `AWS::CloudWatch`.

use crate::unit::Seconds;
use crate::value::kind;

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html>
    Alarm = "AWS::CloudWatch::Alarm", taggable: true,
    new(comparison_operator: ComparisonOperator = "ComparisonOperator", evaluation_periods: i64 = "EvaluationPeriods")
    {
        actions_enabled: bool = "ActionsEnabled",
        alarm_actions: Vec<String> = "AlarmActions",
        alarm_description: String = "AlarmDescription",
        alarm_name: String = "AlarmName",
        datapoints_to_alarm: i64 = "DatapointsToAlarm",
        dimensions: Vec<Dimension> = "Dimensions",
        insufficient_data_actions: Vec<String> = "InsufficientDataActions",
        metric_name: String = "MetricName",
        namespace: String = "Namespace",
        ok_actions: Vec<String> = "OKActions",
        period: Seconds = "Period",
        statistic: Statistic = "Statistic",
        threshold: f64 = "Threshold",
        treat_missing_data: TreatMissingData = "TreatMissingData",
        unit: String = "Unit",
    }
    attributes {
        alarm_name: String = "Ref",
        arn: kind::AlarmArn = "Arn",
    }
}

properties! {
    /// A name and a value that tell one metric from another of the same name.
    Dimension, new(name: String = "Name", value: String = "Value")
    {}
}

open_enum! {
    /// How a metric is compared with the threshold.
    ComparisonOperator {
        GreaterThanOrEqualToThreshold = "GreaterThanOrEqualToThreshold",
        GreaterThanThreshold = "GreaterThanThreshold",
        LessThanOrEqualToThreshold = "LessThanOrEqualToThreshold",
        LessThanThreshold = "LessThanThreshold",
    }
}

open_enum! {
    /// How the data points of a period become one number.
    Statistic {
        Average = "Average",
        Maximum = "Maximum",
        Minimum = "Minimum",
        SampleCount = "SampleCount",
        Sum = "Sum",
    }
}

open_enum! {
    /// What a period without data counts as.
    TreatMissingData {
        Breaching = "breaching",
        Ignore = "ignore",
        Missing = "missing",
        NotBreaching = "notBreaching",
    }
}
