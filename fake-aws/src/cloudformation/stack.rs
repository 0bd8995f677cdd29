//! Stacks, their resources and their events.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use super::{ChangeSet, operation::Operation, template};
use crate::{World, world::Refusal, xml::Xml};

/// A stack; one that was deleted stays here as `DELETE_COMPLETE`.
#[derive(Clone, Debug, Default)]
pub struct Stack {
    /// Its ARN.
    pub id: String,
    /// Unique among those that are not deleted.
    pub name: String,
    /// Like `CREATE_COMPLETE`.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    /// The template that it has.
    pub body: String,
    /// All parameters' values.
    pub parameters: BTreeMap<String, String>,
    /// All tags.
    pub tags: BTreeMap<String, String>,
    /// In the template's order, then what failed to go.
    pub resources: Vec<Resource>,
    /// In the template's order.
    pub outputs: Vec<Output>,
    /// Oldest first.
    pub events: Vec<Event>,
    /// Whether it refuses to be deleted.
    pub protected: bool,
    /// Oldest first.
    pub change_sets: Vec<ChangeSet>,
    /// The ARN of the stack whose resource it is.
    pub parent: Option<String>,
    pub(crate) created: Duration,
    pub(crate) updated: Option<Duration>,
    pub(crate) operation: Option<Operation>,
}

/// A resource of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resource {
    /// In the template.
    pub logical_id: String,
    /// What it became; empty if nothing.
    pub physical_id: String,
    /// Like `AWS::S3::Bucket`.
    pub kind: String,
    /// Like `CREATE_COMPLETE`.
    pub status: String,
    /// Its properties, worked out.
    pub properties: Value,
    /// Whether it is the stack's; not when it was there before and so could not be created.
    pub is_real: bool,
}

/// An output of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name in the template.
    pub key: String,
    /// Worked out.
    pub value: String,
    /// Its name for other stacks.
    pub export: Option<String>,
}

/// Something that happened to a resource, or to the stack itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Unique.
    pub id: String,
    /// Of the operation.
    pub token: String,
    /// For the stack itself its name.
    pub logical_id: String,
    /// For the stack itself its ARN.
    pub physical_id: String,
    /// Like `AWS::S3::Bucket`.
    pub kind: String,
    /// Like `CREATE_FAILED`.
    pub status: String,
    /// Why.
    pub reason: Option<String>,
    pub(crate) at: Duration,
}

impl Stack {
    /// Whether there is nothing in it yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.status == "REVIEW_IN_PROGRESS"
    }

    /// Whether an operation is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.status.ends_with("_IN_PROGRESS") && !self.is_empty()
    }

    /// Whether it is no more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.status == "DELETE_COMPLETE"
    }

    pub(crate) fn template(&self) -> Value {
        template::parse(&self.body).unwrap_or_default()
    }

    pub(crate) fn resource(&mut self, logical_id: &str) -> Option<&mut Resource> {
        self.resources.iter_mut().find(|resource| resource.logical_id == logical_id)
    }

    pub(crate) fn xml(&self) -> Xml {
        let parameter = |(key, value): (&String, &String)| {
            Xml::default().text("ParameterKey", key).text("ParameterValue", value)
        };
        let output = |output: &Output| {
            let xml = Xml::default().text("OutputKey", &output.key);
            xml.text("OutputValue", &output.value).maybe("ExportName", output.export.as_ref())
        };
        let tag =
            |(key, value): (&String, &String)| Xml::default().text("Key", key).text("Value", value);
        Xml::default()
            .text("StackId", &self.id)
            .text("StackName", &self.name)
            .text("StackStatus", &self.status)
            .maybe("StackStatusReason", self.reason.as_ref())
            .text("CreationTime", timestamp(self.created))
            .maybe("LastUpdatedTime", self.updated.map(timestamp))
            .text("EnableTerminationProtection", self.protected.to_string())
            .list("Parameters", self.parameters.iter().map(parameter))
            .list("Outputs", self.outputs.iter().map(output))
            .list("Tags", self.tags.iter().map(tag))
    }
}

impl Resource {
    pub(crate) fn xml(&self) -> Xml {
        Xml::default()
            .text("LogicalResourceId", &self.logical_id)
            .text("PhysicalResourceId", &self.physical_id)
            .text("ResourceType", &self.kind)
            .text("ResourceStatus", &self.status)
            .text("LastUpdatedTimestamp", timestamp(Duration::ZERO))
    }
}

impl Event {
    pub(crate) fn xml(&self, stack: &Stack) -> Xml {
        Xml::default()
            .text("EventId", &self.id)
            .text("StackId", &stack.id)
            .text("StackName", &stack.name)
            .text("Timestamp", timestamp(self.at))
            .text("ClientRequestToken", &self.token)
            .text("LogicalResourceId", &self.logical_id)
            .text("PhysicalResourceId", &self.physical_id)
            .text("ResourceType", &self.kind)
            .text("ResourceStatus", &self.status)
            .maybe("ResourceStatusReason", self.reason.as_ref())
    }
}

/// 2030-01-01 and this much later.
pub(crate) fn timestamp(since: Duration) -> String {
    let seconds = since.as_secs();
    let (days, hours) = (seconds / 86400, seconds / 3600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let milliseconds = since.subsec_millis();
    format!(
        "2030-01-{:02}T{hours:02}:{minutes:02}:{seconds:02}.{milliseconds:03}Z",
        1 + days.min(30)
    )
}

impl World {
    /// The stack of this name that is not deleted.
    #[must_use]
    pub fn stack(&self, name: &str) -> Option<&Stack> {
        self.stacks.iter().find(|stack| stack.name == name && !stack.is_gone())
    }

    /// The place of the stack of this name (not of a deleted one) or ARN.
    pub(crate) fn find(&self, name: &str) -> Result<usize, Refusal> {
        let is_it = |stack: &Stack| match name.starts_with("arn:") {
            true => stack.id == name,
            false => stack.name == name && !stack.is_gone(),
        };
        let missing = || Refusal::validation(format!("Stack with id {name} does not exist"));
        self.stacks.iter().position(is_it).ok_or_else(missing)
    }

    pub(crate) fn new_stack(&mut self, name: &str) -> usize {
        let uuid = self.uuid();
        let id =
            format!("arn:aws:cloudformation:{}:{}:stack/{name}/{uuid}", self.region, self.account);
        self.stacks.push(Stack { id, name: name.into(), created: self.now, ..Stack::default() });
        self.stacks.len() - 1
    }

    /// Stack id, name and value of all exports.
    pub(crate) fn exports(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let of = |stack: &'_ Stack| !stack.is_gone();
        self.stacks.iter().filter(move |stack| of(stack)).flat_map(|stack| {
            stack.outputs.iter().filter_map(|output| {
                Some((stack.id.as_str(), output.export.as_deref()?, output.value.as_str()))
            })
        })
    }

    /// The name of a stack that imports this export.
    pub(crate) fn importer(&self, export: &str) -> Option<&str> {
        let imports =
            |stack: &&Stack| !stack.is_gone() && template::imports(&stack.template(), export);
        self.stacks.iter().find(imports).map(|stack| stack.name.as_str())
    }

    pub(crate) fn set_status(
        &mut self,
        stack: usize,
        status: &str,
        reason: Option<String>,
        token: &str,
    ) {
        let stack_ = &mut self.stacks[stack];
        stack_.status = status.into();
        stack_.reason.clone_from(&reason);
        let (name, id) = (stack_.name.clone(), stack_.id.clone());
        self.event(stack, token, &name, &id, "AWS::CloudFormation::Stack", status, reason);
    }

    #[expect(clippy::too_many_arguments, reason = "an event has as many fields")]
    pub(crate) fn event(
        &mut self,
        stack: usize,
        token: &str,
        logical_id: &str,
        physical_id: &str,
        kind: &str,
        status: &str,
        reason: Option<String>,
    ) {
        let event = Event {
            id: self.uuid(),
            token: token.into(),
            logical_id: logical_id.into(),
            physical_id: physical_id.into(),
            kind: kind.into(),
            status: status.into(),
            reason,
            at: self.now,
        };
        self.stacks[stack].events.push(event);
    }
}
