//! `AWS::IAM`.

use crate::value::{Value, kind};

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html>
    Role = "AWS::IAM::Role", taggable: true,
    new(assume_role_policy_document: Value = "AssumeRolePolicyDocument")
    {
        description: String = "Description",
        managed_policy_arns: Vec<String> = "ManagedPolicyArns",
        max_session_duration: i64 = "MaxSessionDuration",
        path: String = "Path",
        permissions_boundary: String = "PermissionsBoundary",
        policies: Value = "Policies",
        role_name: kind::RoleName = "RoleName",
    }
    attributes {
        arn: kind::RoleArn = "Arn",
        role_id: String = "RoleId",
        role_name: kind::RoleName = "Ref",
    }
}

resource! {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html>
    Policy = "AWS::IAM::Policy", taggable: false,
    new(policy_document: Value = "PolicyDocument", policy_name: String = "PolicyName")
    {
        roles: Vec<kind::RoleName> = "Roles",
    }
    attributes {}
}
