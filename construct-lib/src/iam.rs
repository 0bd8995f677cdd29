//! Policies: statements, and who may be granted what.

use crate::intrinsic::account_id;
use crate::resource::Resource;
use crate::role::Role;
use crate::scope::Scope;
use crate::value::{Map, Text, Val, Value};

/// One statement of a policy.
///
/// ```
/// # use construct_lib::prelude::*;
/// # let yaml = construct_lib::testing::template(|stack| {
/// let role = Role::new(stack, "Reader", RoleProps::service("ec2.amazonaws.com"));
/// role.allow(stack, Statement::allow(["ssm:GetParameter"], [sub(
///     "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/app/*", [],
/// )]));
/// # });
/// # assert!(yaml.contains("ssm:GetParameter"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    effect: &'static str,
    principal: Option<Value>,
    actions: Vec<Text>,
    resources: Vec<Value>,
    conditions: Map,
}

/// Who a resource's policy speaks of.
#[derive(Clone, Debug, PartialEq)]
pub enum Principal {
    /// Everybody. Only ever with a condition, or to deny.
    Everybody,
    /// An AWS service, such as `s3.amazonaws.com`.
    Service(Text),
    /// An account, a role or a user, by its ARN.
    Aws(Val<String>),
}

impl Principal {
    pub(crate) fn into_value(self) -> Value {
        match self {
            Principal::Everybody => "*".into(),
            Principal::Service(name) => Value::map([("Service", Value::Text(name))]),
            Principal::Aws(arn) => Value::map([("AWS", arn.into())]),
        }
    }
}

impl Statement {
    /// Allows actions on resources.
    pub fn allow<A: Into<Text>, R: Into<Value>>(
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Statement {
        Statement {
            effect: "Allow",
            principal: None,
            actions: actions.into_iter().map(Into::into).collect(),
            resources: resources.into_iter().map(Into::into).collect(),
            conditions: Map::new(),
        }
    }

    /// Denies actions on resources, whatever else allows them.
    pub fn deny<A: Into<Text>, R: Into<Value>>(
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Statement {
        Statement { effect: "Deny", ..Statement::allow(actions, resources) }
    }

    /// Denies an action on resources to whoever does not come over TLS.
    pub(crate) fn tls_only<R: Into<Value>>(
        action: &'static str,
        resources: impl IntoIterator<Item = R>,
    ) -> Statement {
        Statement::deny([action], resources).principal(Principal::Everybody).when(
            "Bool",
            "aws:SecureTransport",
            "false",
        )
    }

    /// For the policy of a resource: who this is about.
    pub fn principal(mut self, principal: Principal) -> Statement {
        self.principal = Some(principal.into_value());
        self
    }

    /// Adds a condition: an operator, a key and what it is compared with.
    pub fn when(
        mut self,
        operator: impl Into<Text>,
        key: impl Into<Text>,
        value: impl Into<Value>,
    ) -> Statement {
        let keys = self.conditions.entry(operator.into()).or_insert(Value::Map(Map::new()));
        if let Value::Map(keys) = keys {
            keys.insert(key.into(), value.into());
        }
        self
    }

    /// For a service, and only when it acts for one resource of this account.
    pub(crate) fn for_service(
        self,
        service: &'static str,
        source_arn: impl Into<Value>,
    ) -> Statement {
        let statement = self.principal(Principal::Service(service.into()));
        let statement = match names_account(service) {
            true => statement,
            false => statement.when("StringEquals", "aws:SourceAccount", account_id()),
        };
        statement.when("ArnLike", "aws:SourceArn", source_arn)
    }

    fn into_value(self) -> Value {
        let one_or_many = |mut values: Vec<Value>| match values.len() {
            1 => values.remove(0),
            _ => Value::List(values),
        };
        let mut map = Map::new();
        map.insert("Effect".into(), self.effect.into());
        if let Some(principal) = self.principal {
            map.insert("Principal".into(), principal);
        }
        let actions = self.actions.into_iter().map(Value::Text).collect();
        map.insert("Action".into(), one_or_many(actions));
        map.insert("Resource".into(), one_or_many(self.resources));
        if !self.conditions.is_empty() {
            map.insert("Condition".into(), Value::Map(self.conditions));
        }
        Value::Map(map)
    }
}

/// Whether the ARNs of a service's resources name the account, and the service is not documented
/// to say it once more.
pub(crate) fn names_account(service: &str) -> bool {
    service == "sns.amazonaws.com"
}

/// A policy document.
pub(crate) fn document(statements: impl IntoIterator<Item = Statement>) -> Value {
    let statements = statements.into_iter().map(Statement::into_value).collect();
    Value::map([("Version", "2012-10-17".into()), ("Statement", Value::List(statements))])
}

/// Adds a statement to a policy document, or its actions to the statement that is the same but
/// for them.
pub(crate) fn add_statement(document: &mut Value, statement: Statement) {
    let new = statement.into_value();
    let Value::Map(document) = document else {
        return;
    };
    let Some(Value::List(statements)) = document.get_mut("Statement") else {
        return;
    };
    let same = |old: &Value| {
        ["Effect", "Principal", "Resource", "Condition"]
            .iter()
            .all(|key| old.get(key) == new.get(key))
    };
    match statements.iter_mut().find(|old| same(old)) {
        Some(Value::Map(old)) => {
            let mut actions: Vec<Value> = old["Action"].items().to_vec();
            for action in new.get("Action").map(Value::items).unwrap_or_default() {
                if !actions.contains(action) {
                    actions.push(action.clone());
                }
            }
            let action = if actions.len() == 1 { actions.remove(0) } else { Value::List(actions) };
            old.insert("Action".into(), action);
        }
        _ => statements.push(new),
    }
}

/// Adds a statement to the `PolicyDocument` of a resource's policy.
pub(crate) fn allow_in_policy<T>(scope: &mut Scope, policy: Resource<T>, statement: Statement) {
    policy.edit(scope, |resource| {
        if let Some(document) = resource.properties.get_mut("PolicyDocument") {
            add_statement(document, statement);
        }
    });
}

/// What can be granted permissions: anything that acts under a role.
pub trait Grantee {
    /// The role.
    fn role(&self) -> &Role;
}
