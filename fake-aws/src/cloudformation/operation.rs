//! What happens to a stack over time: a task, a while, the next task.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use serde_json::Value;

use super::{
    ChangeSet, Resource,
    change_set::{Change, set_template},
    template::{self, Scope},
};
use crate::World;

/// How long each task takes.
const WORK: Duration = Duration::from_millis(60);
const BUCKET: &str = "AWS::S3::Bucket";
const STACK: &str = "AWS::CloudFormation::Stack";

/// An operation under way.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) kind: Kind,
    pub(super) token: String,
    pub(super) tasks: VecDeque<Task>,
    due: Duration,
    /// What the stack is to become.
    pub(super) goal: Goal,
    /// The resources as they were.
    pub(super) before: Vec<Resource>,
    pub(super) change_set: Option<String>,
    /// Of replacements: what goes in the end.
    pub(super) replaced: Vec<Resource>,
    pub(super) failed: bool,
    /// Whether a failure leaves nothing that was to be kept but is new: `RetainExceptOnCreate`.
    pub(crate) keeps_nothing_new: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    Update,
    Delete,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Goal {
    pub(super) body: String,
    pub(super) template: Value,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug)]
pub(super) enum Task {
    Begin(Action, String),
    End(Action, String),
    /// Everything that was to be done is done.
    Finish,
    /// The operation ends with this status.
    Settle(&'static str),
    /// The stack has this status, and the operation goes on.
    Pass(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Update,
    Replace,
    Delete,
    /// Back to what it was before.
    Restore,
}

impl Action {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update | Self::Replace | Self::Restore => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

impl Operation {
    pub(crate) fn new(
        kind: Kind,
        token: &str,
        changes: &[Change],
        set: Option<&ChangeSet>,
    ) -> Self {
        let mut tasks = VecDeque::new();
        for change in changes {
            let action = match change.action {
                "Add" => Action::Create,
                "Remove" => continue,
                _ if change.replacement => Action::Replace,
                _ => Action::Update,
            };
            tasks.push_back(Task::Begin(action, change.logical_id.clone()));
            tasks.push_back(Task::End(action, change.logical_id.clone()));
        }
        tasks.push_back(Task::Finish);
        let goal = set.map(|set| Goal {
            body: set.body.clone(),
            template: set_template(set),
            parameters: set.parameters.clone(),
            tags: set.tags.clone(),
        });
        Self {
            kind,
            token: token.into(),
            tasks,
            due: Duration::ZERO,
            goal: goal.unwrap_or_default(),
            before: Vec::new(),
            change_set: set.map(|set| set.id.clone()),
            replaced: Vec::new(),
            failed: false,
            keeps_nothing_new: false,
        }
    }

    pub(crate) fn delete(token: &str, resources: &[Resource]) -> Self {
        let mut operation = Self::new(Kind::Delete, token, &[], None);
        operation.tasks = deletions(resources.iter().rev()).collect();
        operation.tasks.push_back(Task::Finish);
        operation
    }
}

pub(super) fn deletions<'a>(
    resources: impl Iterator<Item = &'a Resource>,
) -> impl Iterator<Item = Task> {
    resources.flat_map(|resource| {
        let id = &resource.logical_id;
        [Task::Begin(Action::Delete, id.clone()), Task::End(Action::Delete, id.clone())]
    })
}

impl World {
    /// Everything that is due by then happens.
    pub(crate) fn advance_to(&mut self, now: Duration) {
        loop {
            let due = |operation: &Operation| operation.due;
            let next = self
                .stacks
                .iter()
                .enumerate()
                .filter_map(|(index, stack)| Some((stack.operation.as_ref().map(due)?, index)));
            match next.min() {
                Some((due, stack)) if due <= now => {
                    self.now = self.now.max(due);
                    self.work(stack);
                }
                _ => break,
            }
        }
        self.now = self.now.max(now);
        self.advance_change_sets();
    }

    /// Everything that has begun comes to its end at once.
    pub fn settle(&mut self) {
        while self.stacks.iter().any(|stack| stack.operation.is_some()) {
            self.advance_to(self.now + WORK);
        }
        self.advance_to(self.now + Duration::from_secs(1));
    }

    pub(crate) fn begin(&mut self, stack: usize, mut operation: Operation) {
        let status = match operation.kind {
            Kind::Create => "CREATE_IN_PROGRESS",
            Kind::Update => "UPDATE_IN_PROGRESS",
            Kind::Delete => "DELETE_IN_PROGRESS",
        };
        operation.due = self.now + WORK;
        operation.before.clone_from(&self.stacks[stack].resources);
        let token = operation.token.clone();
        if operation.kind == Kind::Create {
            // A rollback and a deletion must know what was to become of it.
            self.stacks[stack].body.clone_from(&operation.goal.body);
            self.stacks[stack].parameters.clone_from(&operation.goal.parameters);
            self.stacks[stack].tags.clone_from(&operation.goal.tags);
        }
        if operation.kind != Kind::Delete {
            self.stacks[stack].updated = Some(self.now);
        }
        self.stacks[stack].operation = Some(operation);
        self.set_status(stack, status, Some("User Initiated".into()), &token);
    }

    fn work(&mut self, stack: usize) {
        let Some(mut operation) = self.stacks[stack].operation.take() else { return };
        let Some(task) = operation.tasks.pop_front() else { return };
        operation.due += WORK;
        let goes_on = match task {
            Task::Begin(action, id) => {
                let status = format!("{}_IN_PROGRESS", action.word());
                self.resource_event(stack, &operation, &id, &status, None);
                true
            }
            Task::End(action, id) => {
                if let Err(reason) = self.perform(stack, &mut operation, action, &id) {
                    self.fail(stack, &mut operation, action, &id, reason);
                }
                true
            }
            Task::Finish => {
                self.finish(stack, &mut operation);
                true
            }
            Task::Pass(status) => {
                self.set_status(stack, status, None, &operation.token);
                true
            }
            Task::Settle(status) => {
                if operation.kind != Kind::Delete && !operation.failed {
                    self.sweep(stack, &operation);
                }
                self.close_change_set(stack, &operation);
                self.set_status(stack, status, None, &operation.token);
                false
            }
        };
        if goes_on {
            self.stacks[stack].operation = Some(operation);
        }
    }

    pub(super) fn resource_event(
        &mut self,
        stack: usize,
        operation: &Operation,
        id: &str,
        status: &str,
        reason: Option<String>,
    ) {
        let kind = operation.goal.template["Resources"][id]["Type"].as_str().map(str::to_owned);
        let (mut physical_id, mut found_kind) = (String::new(), String::new());
        if let Some(resource) = self.stacks[stack].resource(id) {
            resource.status = status.into();
            physical_id.clone_from(&resource.physical_id);
            found_kind.clone_from(&resource.kind);
        }
        let kind = kind.unwrap_or(found_kind);
        let token = operation.token.clone();
        self.event(stack, &token, id, &physical_id, &kind, status, reason);
    }

    fn perform(
        &mut self,
        stack: usize,
        operation: &mut Operation,
        action: Action,
        id: &str,
    ) -> Result<(), String> {
        let word = action.word().to_ascii_lowercase();
        let template = match action {
            Action::Delete => self.stacks[stack].template(),
            _ => operation.goal.template.clone(),
        };
        if action != Action::Restore && template::told(&template, id, &word) {
            return Err(template::reason(&template, id));
        }
        match action {
            Action::Create => {
                let resource = self.make(stack, operation, id)?;
                let stack = &mut self.stacks[stack];
                stack.resources.retain(|other| other.logical_id != id);
                stack.resources.push(resource);
            }
            Action::Update => {
                let properties = self.properties(stack, operation, id)?;
                let child = self.stacks[stack]
                    .resource(id)
                    .map(|r| (r.kind.clone(), r.physical_id.clone()));
                if let Some((STACK, child)) = child.as_ref().map(|(kind, id)| (kind.as_str(), id)) {
                    self.update_child(child, &properties, &operation.token)?;
                }
                if let Some(resource) = self.stacks[stack].resource(id) {
                    resource.properties = properties;
                }
            }
            Action::Replace => {
                let new = self.make(stack, operation, id)?;
                if let Some(resource) = self.stacks[stack].resource(id) {
                    operation.replaced.push(std::mem::replace(resource, new));
                }
            }
            Action::Delete => return self.remove(stack, operation, id),
            Action::Restore => {
                if template::told(&operation.goal.template, id, "rollback") {
                    return Err(template::reason(&operation.goal.template, id));
                }
                let old =
                    operation.before.iter().find(|resource| resource.logical_id == id).cloned();
                let now =
                    self.stacks[stack].resource(id).map(|resource| resource.physical_id.clone());
                if let (Some(old), Some(resource)) = (old, self.stacks[stack].resource(id)) {
                    let replaced = now.is_some_and(|now| now != old.physical_id);
                    let new = std::mem::replace(resource, old);
                    if replaced {
                        self.buckets.remove(&new.physical_id);
                        operation.replaced.clear();
                    }
                }
            }
        }
        self.resource_event(stack, operation, id, &format!("{}_COMPLETE", action.word()), None);
        Ok(())
    }

    fn properties(&self, stack: usize, operation: &Operation, id: &str) -> Result<Value, String> {
        let resources = self.stacks[stack].resources.iter();
        let resources = resources.map(|r| (r.logical_id.clone(), r.physical_id.clone())).collect();
        let scope = Scope { world: self, parameters: &operation.goal.parameters, resources };
        scope.resolve(&operation.goal.template["Resources"][id]["Properties"])
    }

    /// A new resource in the world.
    fn make(&mut self, stack: usize, operation: &Operation, id: &str) -> Result<Resource, String> {
        let properties = self.properties(stack, operation, id)?;
        let kind = operation.goal.template["Resources"][id]["Type"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let noun = kind.rsplit("::").next().unwrap_or_default();
        let named = properties[format!("{noun}Name")].as_str().map(str::to_owned);
        let serial = self.serial();
        let name = format!("{}-{id}-{serial}", self.stacks[stack].name);
        let mut physical_id = named.unwrap_or(name);
        match kind.as_str() {
            BUCKET => {
                physical_id.make_ascii_lowercase();
                if self.buckets.contains_key(&physical_id) {
                    // As seen in real events, the failed resource has the other's name.
                    let status = "CREATE_IN_PROGRESS".into();
                    let resource = Resource {
                        logical_id: id.into(),
                        physical_id: physical_id.clone(),
                        kind,
                        status,
                        properties,
                        is_real: false,
                    };
                    self.stacks[stack].resources.push(resource);
                    return Err(format!("{physical_id} already exists"));
                }
                let owner = self.account.clone();
                let bucket = crate::s3::Bucket { owner, ..Default::default() };
                self.buckets.insert(physical_id.clone(), bucket);
            }
            STACK => physical_id = self.make_child(stack, id, &properties, &operation.token)?,
            _ => {}
        }
        let status = "CREATE_IN_PROGRESS".into();
        Ok(Resource { logical_id: id.into(), physical_id, kind, status, properties, is_real: true })
    }

    fn remove(&mut self, stack: usize, operation: &Operation, id: &str) -> Result<(), String> {
        let Some(resource) = self.stacks[stack].resource(id).cloned() else { return Ok(()) };
        let policy = self.stacks[stack].template()["Resources"][id]["DeletionPolicy"].clone();
        let is_new = operation.kind != Kind::Delete && operation.failed;
        let goes = is_new && (operation.keeps_nothing_new || policy == "RetainExceptOnCreate");
        let is_kept = !goes && (policy == "Retain" || policy == "RetainExceptOnCreate");
        if is_kept {
            self.resource_event(stack, operation, id, "DELETE_SKIPPED", None);
            return Ok(());
        }
        if resource.is_real {
            self.erase(&resource, &operation.token)?;
        }
        self.resource_event(stack, operation, id, "DELETE_COMPLETE", None);
        if operation.kind == Kind::Update {
            self.stacks[stack].resources.retain(|other| other.logical_id != id);
        }
        Ok(())
    }

    /// A resource leaves the world.
    pub(super) fn erase(&mut self, resource: &Resource, token: &str) -> Result<(), String> {
        match resource.kind.as_str() {
            BUCKET => {
                let bucket = self.buckets.get(&resource.physical_id);
                if bucket.is_some_and(|bucket| !bucket.versions.is_empty()) {
                    return Err("The bucket you tried to delete is not empty. You must delete all versions in the bucket.".into());
                }
                self.buckets.remove(&resource.physical_id);
            }
            STACK => self.delete_child(&resource.physical_id, token),
            _ => {}
        }
        Ok(())
    }
}
