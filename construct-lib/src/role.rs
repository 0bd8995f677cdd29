//! IAM roles.

use crate::iam::{Grantee, Principal, Statement, add_statement, document};
use crate::l1;
use crate::logical_id::camel;
use crate::resource::Resource;
use crate::scope::Scope;
use crate::value::{IntoVal, Text, Val, Value, kind};

/// What a role is.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleProps {
    /// Who may assume it.
    pub assumed_by: Principal,
    /// What it is for.
    pub description: Option<Text>,
    /// The most that it can ever be allowed to do.
    pub permissions_boundary: Option<Val<String>>,
}

impl RoleProps {
    /// A role for an AWS service, such as `lambda.amazonaws.com`.
    pub fn service(name: impl Into<Text>) -> RoleProps {
        RoleProps::assumed_by(Principal::Service(name.into()))
    }

    /// A role for anybody else.
    pub fn assumed_by(principal: Principal) -> RoleProps {
        RoleProps { assumed_by: principal, description: None, permissions_boundary: None }
    }
}

/// An IAM role. What it may do comes from grants, as inline statements: no managed policies.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html>
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    resource: Option<Resource<l1::iam::Role>>,
    arn: Val<kind::RoleArn>,
    name: Val<kind::RoleName>,
}

impl Role {
    /// Defines a role.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, props: RoleProps) -> Role {
        let node = scope.cursor;
        Role::under(scope, node, id, props)
    }

    #[track_caller]
    pub(crate) fn under(
        scope: &mut Scope,
        parent: crate::tree::NodeId,
        id: &str,
        props: RoleProps,
    ) -> Role {
        let trust = Value::map([
            ("Version", "2012-10-17".into()),
            (
                "Statement",
                Value::List(vec![Value::map([
                    ("Effect", "Allow".into()),
                    ("Principal", props.assumed_by.into_value()),
                    ("Action", "sts:AssumeRole".into()),
                ])]),
            ),
        ]);
        let mut role = l1::iam::Role::new(trust);
        if let Some(description) = props.description {
            role = role.description(description.into_owned());
        }
        if let Some(boundary) = props.permissions_boundary {
            role = role.permissions_boundary(boundary);
        }
        let resource = scope.add_under(parent, id, role);
        Role { resource: Some(resource), arn: resource.arn(), name: resource.role_name() }
    }

    /// A role that exists already. Grants to it become a policy of this stack.
    pub fn from_arn(arn: impl IntoVal<kind::RoleArn>) -> Role {
        let arn = arn.into_val();
        let name = match arn.as_value().as_text() {
            Some(text) => Val::from(text.rsplit('/').next().unwrap_or(text)),
            None => crate::intrinsic::select(1, crate::intrinsic::split("/", arn.clone())).cast(),
        };
        Role { resource: None, arn, name }
    }

    /// The role of something that exists already and was not told which it is.
    pub(crate) fn unknown() -> Role {
        Role {
            resource: None,
            arn: Val::from_value(Value::Null),
            name: Val::from_value(Value::Null),
        }
    }

    /// The resource, unless the role exists already.
    pub fn resource(&self) -> Option<Resource<l1::iam::Role>> {
        self.resource
    }

    /// Its ARN.
    pub fn arn(&self) -> Val<kind::RoleArn> {
        self.arn.clone()
    }

    /// Its name.
    pub fn name(&self) -> Val<kind::RoleName> {
        self.name.clone()
    }

    /// Adds a statement to what the role may do. Prefer the grants of what it uses.
    pub fn allow(&self, scope: &mut Scope, statement: Statement) {
        match self.resource {
            Some(role) => role.edit(scope, |role| {
                let policies = role.properties.entry("Policies".into()).or_insert_with(|| {
                    Value::List(vec![Value::map([
                        ("PolicyName", "Grants".into()),
                        ("PolicyDocument", document([])),
                    ])])
                });
                if let Value::List(policies) = policies
                    && let Some(Value::Map(policy)) = policies.first_mut()
                    && let Some(document) = policy.get_mut("PolicyDocument")
                {
                    add_statement(document, statement);
                }
            }),
            None if *self.arn.as_value() == Value::Null => scope.error(
                "a grant to a function that exists already, whose role is not known",
                "say which it is: `Function::from_arn(..).with_role(Role::from_arn(..))`",
            ),
            None => self.allow_from_outside(scope, statement),
        }
    }

    fn allow_from_outside(&self, scope: &mut Scope, statement: Statement) {
        let stack = scope.stack();
        let id =
            format!("{}Grants", camel(self.name.as_value().as_text().unwrap_or("ImportedRole")));
        let policy = match scope.tree.child(stack, &id) {
            Some(node) => Resource::new(node),
            None => scope.add_under(
                stack,
                &id,
                l1::iam::Policy::new(document([]), id.as_str()).roles([self.name()]),
            ),
        };
        crate::iam::allow_in_policy(scope, policy, statement);
    }
}

impl Grantee for Role {
    fn role(&self) -> &Role {
        self
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::template;
    use insta::assert_snapshot;

    #[test]
    fn grants_of_the_same_thing_merge() {
        assert_snapshot!(template(|stack| {
            let role = Role::new(stack, "Worker", RoleProps::service("ec2.amazonaws.com"));
            let queue = Queue::from_arn("arn:aws:sqs:eu-west-1:123456789012:jobs");
            queue.grant_send_messages(stack, &role);
            queue.grant_consume_messages(stack, &role);
            queue.grant_send_messages(stack, &role);
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
                    - sqs:SendMessage
                    - sqs:ReceiveMessage
                    - sqs:DeleteMessage
                    - sqs:ChangeMessageVisibility
                    - sqs:GetQueueAttributes
                    Resource: arn:aws:sqs:eu-west-1:123456789012:jobs
        "#);
    }

    #[test]
    fn a_grant_to_an_existing_role_is_a_policy_of_the_stack() {
        assert_snapshot!(template(|stack| {
            let role = Role::from_arn("arn:aws:iam::123456789012:role/service/worker");
            let queue = Queue::from_arn("arn:aws:sqs:eu-west-1:123456789012:jobs");
            queue.grant_send_messages(stack, &role);
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          WorkerGrants:
            Type: AWS::IAM::Policy
            Properties:
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Allow
                  Action: sqs:SendMessage
                  Resource: arn:aws:sqs:eu-west-1:123456789012:jobs
              PolicyName: WorkerGrants
              Roles:
              - worker
        "#);
    }
}
