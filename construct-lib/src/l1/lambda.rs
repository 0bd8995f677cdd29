//! `AWS::Lambda`.

use crate::unit::{Megabytes, Seconds};
use crate::value::{Value, kind};

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html>
    Function = "AWS::Lambda::Function", taggable: true,
    new(code: Code = "Code", role: kind::RoleArn = "Role")
    {
        architectures: Vec<Architecture> = "Architectures",
        description: String = "Description",
        environment: Environment = "Environment",
        ephemeral_storage: Value = "EphemeralStorage",
        function_name: kind::FunctionName = "FunctionName",
        handler: String = "Handler",
        kms_key_arn: kind::KeyArn = "KmsKeyArn",
        layers: Vec<String> = "Layers",
        logging_config: LoggingConfig = "LoggingConfig",
        memory_size: Megabytes = "MemorySize",
        reserved_concurrent_executions: i64 = "ReservedConcurrentExecutions",
        runtime: Runtime = "Runtime",
        timeout: Seconds = "Timeout",
        tracing_config: Value = "TracingConfig",
        vpc_config: VpcConfig = "VpcConfig",
    }
    attributes {
        arn: kind::FunctionArn = "Arn",
        function_name: kind::FunctionName = "Ref",
    }
}

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html>
    Permission = "AWS::Lambda::Permission", taggable: false,
    new(
        action: String = "Action",
        function_name: kind::FunctionArn = "FunctionName",
        principal: String = "Principal"
    )
    {
        source_account: String = "SourceAccount",
        source_arn: String = "SourceArn",
    }
    attributes {}
}

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html>
    EventInvokeConfig = "AWS::Lambda::EventInvokeConfig", taggable: false,
    new(function_name: kind::FunctionName = "FunctionName", qualifier: String = "Qualifier")
    {
        destination_config: Value = "DestinationConfig",
        maximum_event_age_in_seconds: Seconds = "MaximumEventAgeInSeconds",
        maximum_retry_attempts: i64 = "MaximumRetryAttempts",
    }
    attributes {}
}

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html>
    EventSourceMapping = "AWS::Lambda::EventSourceMapping", taggable: true,
    new(function_name: kind::FunctionName = "FunctionName")
    {
        batch_size: i64 = "BatchSize",
        event_source_arn: String = "EventSourceArn",
        filter_criteria: Value = "FilterCriteria",
        function_response_types: Vec<String> = "FunctionResponseTypes",
        maximum_batching_window_in_seconds: Seconds = "MaximumBatchingWindowInSeconds",
        scaling_config: Value = "ScalingConfig",
    }
    attributes {}
}

properties! {
    /// Where the code is: a zip in a bucket.
    Code, new(s3_bucket: kind::BucketName = "S3Bucket", s3_key: String = "S3Key")
    {
        s3_object_version: String = "S3ObjectVersion",
    }
}

properties! {
    /// Environment variables.
    Environment, new(variables: Value = "Variables")
    {}
}

properties! {
    /// How and where logs are written.
    LoggingConfig, new()
    {
        application_log_level: String = "ApplicationLogLevel",
        log_format: String = "LogFormat",
        log_group: kind::LogGroupName = "LogGroup",
        system_log_level: String = "SystemLogLevel",
    }
}

properties! {
    /// The network that a function is attached to.
    VpcConfig, new(subnet_ids: Vec<String> = "SubnetIds", security_group_ids: Vec<String> = "SecurityGroupIds")
    {}
}

open_enum! {
    /// What runs a function's code.
    Runtime {
        ProvidedAl2 = "provided.al2",
        ProvidedAl2023 = "provided.al2023",
    }
}

open_enum! {
    /// The processor that a function runs on.
    Architecture {
        X86_64 = "x86_64",
        Arm64 = "arm64",
    }
}
