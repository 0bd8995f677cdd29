//! `AWS::S3`.

use crate::value::{Value, kind};

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html>
    Bucket = "AWS::S3::Bucket", taggable: true,
    new()
    {
        bucket_encryption: BucketEncryption = "BucketEncryption",
        bucket_name: kind::BucketName = "BucketName",
        bucket_namespace: String = "BucketNamespace",
        lifecycle_configuration: Value = "LifecycleConfiguration",
        logging_configuration: Value = "LoggingConfiguration",
        notification_configuration: Value = "NotificationConfiguration",
        object_lock_enabled: bool = "ObjectLockEnabled",
        ownership_controls: Value = "OwnershipControls",
        public_access_block_configuration: PublicAccessBlockConfiguration = "PublicAccessBlockConfiguration",
        versioning_configuration: VersioningConfiguration = "VersioningConfiguration",
    }
    attributes {
        arn: kind::BucketArn = "Arn",
        bucket_name: kind::BucketName = "Ref",
        domain_name: String = "DomainName",
        regional_domain_name: String = "RegionalDomainName",
    }
}

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html>
    BucketPolicy = "AWS::S3::BucketPolicy", taggable: false,
    new(bucket: kind::BucketName = "Bucket", policy_document: Value = "PolicyDocument")
    {}
    attributes {}
}

properties! {
    /// Default encryption.
    BucketEncryption,
    new(rules: Vec<ServerSideEncryptionRule> = "ServerSideEncryptionConfiguration")
    {}
}

properties! {
    /// One rule of the default encryption.
    ServerSideEncryptionRule, new()
    {
        bucket_key_enabled: bool = "BucketKeyEnabled",
        server_side_encryption_by_default: ServerSideEncryptionByDefault = "ServerSideEncryptionByDefault",
    }
}

properties! {
    /// The algorithm and key of the default encryption.
    ServerSideEncryptionByDefault, new(sse_algorithm: String = "SSEAlgorithm")
    {
        kms_master_key_id: kind::KeyArn = "KMSMasterKeyID",
    }
}

properties! {
    /// What is refused that would make objects public.
    PublicAccessBlockConfiguration, new()
    {
        block_public_acls: bool = "BlockPublicAcls",
        block_public_policy: bool = "BlockPublicPolicy",
        ignore_public_acls: bool = "IgnorePublicAcls",
        restrict_public_buckets: bool = "RestrictPublicBuckets",
    }
}

properties! {
    /// Whether old versions of objects are kept.
    VersioningConfiguration, new(status: String = "Status")
    {}
}
