//! Stacks and what is in them.

use aws_sdk_cloudformation::types::{self, TemplateStage};
use aws_sdk_sts::error::ProvideErrorMetadata as _;

use super::{Aws, does_not_exist, failed, text};
use crate::error::Error;

/// A deployed stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stack {
    /// Its ARN: a name can be given to another stack, an ARN cannot.
    pub(crate) id: String,
    /// Like `CREATE_COMPLETE`; may be one that we don't know.
    pub(crate) status: String,
    /// Why, where CloudFormation says so.
    pub(crate) reason: Option<String>,
    /// When it was last created or updated: differs after every operation.
    pub(crate) changed: String,
    /// The names of the parameters that have a value.
    pub(crate) parameters: Vec<String>,
    /// In the template's order.
    pub(crate) outputs: Vec<(String, String)>,
    /// Whether it refuses to be deleted.
    pub(crate) termination_protection: bool,
}

/// A resource of a deployed stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Resource {
    /// In the template.
    pub(crate) logical_id: String,
    /// What it became; empty if nothing.
    pub(crate) physical_id: String,
    /// Like `AWS::S3::Bucket`.
    pub(crate) resource_type: String,
    /// Like `CREATE_COMPLETE`.
    pub(crate) status: String,
}

impl Aws {
    /// The stack of this name or ARN. A name finds no deleted stack, an ARN does.
    pub(crate) async fn stack(&self, name: &str) -> Result<Option<Stack>, Error> {
        let answer = self.cfn().describe_stacks().stack_name(name).send().await;
        let stacks = match answer {
            Ok(output) => output.stacks.unwrap_or_default(),
            Err(error) if does_not_exist(error.code(), error.message()) => return Ok(None),
            Err(error) => return Err(failed(format!("describe stack {name}"))(error)),
        };
        Ok(stacks.into_iter().next().map(Stack::from))
    }

    /// The body that a stack was last deployed with, as it was sent.
    pub(crate) async fn deployed_template(&self, stack: &str) -> Result<Option<String>, Error> {
        let request = self.cfn().get_template().stack_name(stack);
        match request.template_stage(TemplateStage::Original).send().await {
            Ok(output) => Ok(output.template_body),
            Err(error) if does_not_exist(error.code(), error.message()) => Ok(None),
            Err(error) => Err(failed(format!("read the template of stack {stack}"))(error)),
        }
    }

    /// The resources of a stack.
    pub(crate) async fn resources(&self, stack: &str) -> Result<Vec<Resource>, Error> {
        let mut pages =
            self.cfn().list_stack_resources().stack_name(stack).into_paginator().items().send();
        let mut resources = Vec::new();
        while let Some(resource) = pages.next().await {
            let resource =
                resource.map_err(failed(format!("list the resources of stack {stack}")))?;
            resources.push(Resource {
                logical_id: resource.logical_resource_id.unwrap_or_default(),
                physical_id: resource.physical_resource_id.unwrap_or_default(),
                resource_type: resource.resource_type.unwrap_or_default(),
                status: text(resource.resource_status.as_ref().map(types::ResourceStatus::as_str)),
            });
        }
        Ok(resources)
    }

    /// Starts to delete a stack.
    pub(crate) async fn delete_stack(&self, id: &str, token: &str) -> Result<(), Error> {
        let request = self.cfn().delete_stack().stack_name(id);
        let answer = request.client_request_token(token).send().await;
        answer.map(drop).map_err(failed("delete the stack"))
    }

    /// From now on, CloudFormation refuses to delete the stack.
    pub(crate) async fn protect_stack(&self, name: &str) -> Result<(), Error> {
        let request = self.cfn().update_termination_protection().stack_name(name);
        let answer = request.enable_termination_protection(true).send().await;
        answer.map(drop).map_err(failed("turn on termination protection"))
    }
}

impl From<types::Stack> for Stack {
    fn from(stack: types::Stack) -> Self {
        let output = |output: types::Output| {
            (output.output_key.unwrap_or_default(), output.output_value.unwrap_or_default())
        };
        let changed = stack.last_updated_time.or(stack.creation_time);
        Self {
            id: stack.stack_id.unwrap_or_default(),
            status: text(stack.stack_status.as_ref().map(types::StackStatus::as_str)),
            reason: stack.stack_status_reason,
            changed: changed.map(|time| time.to_string()).unwrap_or_default(),
            parameters: stack
                .parameters
                .unwrap_or_default()
                .into_iter()
                .filter_map(|parameter| parameter.parameter_key)
                .collect(),
            outputs: stack.outputs.unwrap_or_default().into_iter().map(output).collect(),
            termination_protection: stack.enable_termination_protection.unwrap_or_default(),
        }
    }
}
