//! Change sets.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{self, ChangeSetType, TemplateStage};
use aws_sdk_sts::error::ProvideErrorMetadata as _;

use super::{Aws, does_not_exist, failed, text};
use crate::error::Error;

/// What a change set is made from.
#[derive(Clone, Debug)]
pub(crate) struct ChangeSetRequest<'a> {
    /// The stack's name.
    pub(crate) stack: &'a str,
    /// The change set's name.
    pub(crate) name: &'a str,
    /// Part of its identity: a repeated request must repeat it.
    pub(crate) description: &'a str,
    /// Whether the stack is to be created.
    pub(crate) create: bool,
    /// The body or its place.
    pub(crate) template: Template<'a>,
    /// Every parameter that has no default or is not to have it.
    pub(crate) parameters: &'a BTreeMap<String, Parameter>,
    /// All tags of the stack: those that are not here go away.
    pub(crate) tags: &'a BTreeMap<String, String>,
    /// Like `CAPABILITY_IAM`.
    pub(crate) capabilities: &'a [&'static str],
}

/// A template body: short ones travel in the request, long ones lie in S3.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Template<'a> {
    /// At most 51,200 bytes.
    Body(&'a str),
    /// Where CloudFormation finds it.
    Url(&'a str),
}

impl Template<'_> {
    /// Body and address, of which a request has one.
    fn parts(self) -> (Option<String>, Option<String>) {
        match self {
            Template::Body(body) => (Some(body.to_owned()), None),
            Template::Url(url) => (None, Some(url.to_owned())),
        }
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parameter {
    /// This one.
    Value(String),
    /// The one that the stack has.
    Previous,
}

/// A change set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChangeSet {
    /// Its ARN.
    pub(crate) id: String,
    /// The stack's ARN.
    pub(crate) stack_id: String,
    /// Like `CREATE_COMPLETE`.
    pub(crate) status: String,
    /// Like `AVAILABLE`.
    pub(crate) execution_status: String,
    /// Why it failed.
    pub(crate) reason: String,
    /// What it was created with.
    pub(crate) description: String,
    /// Empty in a list of change sets.
    pub(crate) changes: Vec<Change>,
}

/// What a change set does to a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    /// `Add`, `Modify`, `Remove`, …
    pub(crate) action: String,
    /// In the template.
    pub(crate) logical_id: String,
    /// Like `AWS::S3::Bucket`.
    pub(crate) resource_type: String,
    /// `True`, `False`, `Conditional`, or empty where it makes no sense.
    pub(crate) replacement: String,
    /// What changes of a resource that stays.
    pub(crate) scope: Vec<String>,
}

impl Aws {
    /// Creates a change set. One of this name that is there already is as good.
    pub(crate) async fn create_change_set(
        &self,
        request: &ChangeSetRequest<'_>,
    ) -> Result<(), Error> {
        let kind = if request.create { ChangeSetType::Create } else { ChangeSetType::Update };
        let (body, url) = request.template.parts();
        let answer = self
            .cfn()
            .create_change_set()
            .stack_name(request.stack)
            .change_set_name(request.name)
            .client_token(request.name)
            .description(request.description)
            .change_set_type(kind)
            .set_template_body(body)
            .set_template_url(url)
            .set_parameters(Some(parameters(request.parameters)))
            .set_tags(Some(tags(request.tags)))
            .set_capabilities(Some(request.capabilities.iter().map(|&name| name.into()).collect()))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("AlreadyExistsException") => Ok(()),
            Err(error) => {
                let stack = request.stack;
                Err(failed(format!("create a change set for stack {stack}"))(error))
            }
        }
    }

    /// A change set by name (with the stack's) or by ARN (the stack may be empty then), with all its
    /// changes.
    pub(crate) async fn change_set(
        &self,
        stack: &str,
        name: &str,
    ) -> Result<Option<ChangeSet>, Error> {
        let mut found: Option<ChangeSet> = None;
        let mut next = None;
        loop {
            let request = self.cfn().describe_change_set().set_next_token(next);
            let request = request.change_set_name(name);
            let request = request.set_stack_name((!stack.is_empty()).then(|| stack.to_owned()));
            let page = match request.send().await {
                Ok(page) => page,
                Err(error)
                    if error.code() == Some("ChangeSetNotFound")
                        || error.code() == Some("ChangeSetNotFoundException")
                        || does_not_exist(error.code(), error.message()) =>
                {
                    return Ok(None);
                }
                Err(error) => {
                    return Err(failed(format!("describe a change set of stack {stack}"))(error));
                }
            };
            let changes = page.changes.unwrap_or_default();
            let changes = changes.into_iter().filter_map(|change| change.resource_change);
            let set = found.get_or_insert_with(|| ChangeSet {
                id: page.change_set_id.unwrap_or_default(),
                stack_id: page.stack_id.unwrap_or_default(),
                status: text(page.status.as_ref().map(types::ChangeSetStatus::as_str)),
                execution_status: text(
                    page.execution_status.as_ref().map(types::ExecutionStatus::as_str),
                ),
                reason: page.status_reason.unwrap_or_default(),
                description: page.description.unwrap_or_default(),
                changes: Vec::new(),
            });
            set.changes.extend(changes.map(Change::from));
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    /// All change sets of a stack, without their changes.
    pub(crate) async fn change_sets(&self, stack: &str) -> Result<Vec<ChangeSet>, Error> {
        let mut pages =
            self.cfn().list_change_sets().stack_name(stack).into_paginator().items().send();
        let mut sets = Vec::new();
        while let Some(set) = pages.next().await {
            let set = set.map_err(failed(format!("list the change sets of stack {stack}")))?;
            sets.push(ChangeSet {
                id: set.change_set_id.unwrap_or_default(),
                stack_id: set.stack_id.unwrap_or_default(),
                status: text(set.status.as_ref().map(types::ChangeSetStatus::as_str)),
                execution_status: text(
                    set.execution_status.as_ref().map(types::ExecutionStatus::as_str),
                ),
                reason: set.status_reason.unwrap_or_default(),
                description: set.description.unwrap_or_default(),
                changes: Vec::new(),
            });
        }
        Ok(sets)
    }

    /// The body that a change set was made from, as it was sent.
    pub(crate) async fn change_set_template(&self, change_set: &str) -> Result<String, Error> {
        let request = self.cfn().get_template().change_set_name(change_set);
        let output = request
            .template_stage(TemplateStage::Original)
            .send()
            .await
            .map_err(failed("read the change set's template"))?;
        Ok(output.template_body.unwrap_or_default())
    }

    /// Executes a change set. That it runs already, for an earlier call, is as good.
    pub(crate) async fn execute_change_set(&self, id: &str, token: &str) -> Result<(), Error> {
        let request = self.cfn().execute_change_set().change_set_name(id);
        // What a failed operation has just created is not worth keeping, and would be in the way.
        let request = request.retain_except_on_create(true);
        match request.client_request_token(token).send().await {
            Ok(_) => Ok(()),
            Err(error) if is_running(error.code(), error.message()) => Ok(()),
            Err(error) => Err(failed("execute the change set")(error)),
        }
    }

    /// Updates a stack without a change set: for a local AWS that can't make one.
    pub(crate) async fn update_stack(
        &self,
        request: &ChangeSetRequest<'_>,
        token: &str,
    ) -> Result<(), Error> {
        let (body, url) = request.template.parts();
        let update = self.cfn().update_stack().stack_name(request.stack);
        let update = update.set_template_body(body).set_template_url(url);
        let update = update.set_parameters(Some(parameters(request.parameters)));
        let update = update.set_tags(Some(tags(request.tags))).client_request_token(token);
        let capabilities = request.capabilities.iter().map(|&name| name.into()).collect();
        match update.set_capabilities(Some(capabilities)).send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(failed(format!("update stack {}", request.stack))(error)),
        }
    }

    /// Deletes a change set; one that is gone is as good.
    pub(crate) async fn delete_change_set(&self, id: &str) -> Result<(), Error> {
        let request = self.cfn().delete_change_set().change_set_name(id);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if does_not_exist(error.code(), error.message()) => Ok(()),
            Err(error) => Err(failed("delete the change set")(error)),
        }
    }
}

fn is_running(code: Option<&str>, message: Option<&str>) -> bool {
    match code {
        Some("TokenAlreadyExistsException") => true,
        Some("InvalidChangeSetStatus" | "InvalidChangeSetStatusException") => {
            message.is_some_and(|text| text.contains("EXECUTE_IN_PROGRESS"))
        }
        _ => false,
    }
}

fn parameters(values: &BTreeMap<String, Parameter>) -> Vec<types::Parameter> {
    let parameter = |(key, value): (&String, &Parameter)| {
        let parameter = types::Parameter::builder().parameter_key(key);
        match value {
            Parameter::Value(value) => parameter.parameter_value(value).build(),
            Parameter::Previous => parameter.use_previous_value(true).build(),
        }
    };
    values.iter().map(parameter).collect()
}

fn tags(tags: &BTreeMap<String, String>) -> Vec<types::Tag> {
    let tag = |(key, value)| types::Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect()
}

impl From<types::ResourceChange> for Change {
    fn from(change: types::ResourceChange) -> Self {
        let scope = change.scope.unwrap_or_default();
        Self {
            action: text(change.action.as_ref().map(types::ChangeAction::as_str)),
            logical_id: change.logical_resource_id.unwrap_or_default(),
            resource_type: change.resource_type.unwrap_or_default(),
            replacement: text(change.replacement.as_ref().map(types::Replacement::as_str)),
            scope: scope.iter().map(|scope| scope.as_str().to_owned()).collect(),
        }
    }
}
