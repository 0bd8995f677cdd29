//! Change sets.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use super::{
    Stack,
    operation::{Kind, Operation},
    template::{self, Scope},
};
use crate::{World, query::Query, world::Refusal, xml::Xml};

/// How long it takes to make one.
const WORK: Duration = Duration::from_millis(70);

/// Properties whose change means another resource.
const NAMES: [&str; 6] =
    ["BucketName", "QueueName", "TopicName", "FunctionName", "RoleName", "TableName"];

/// A change set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// Its ARN.
    pub id: String,
    /// Unique in its stack.
    pub name: String,
    /// What it was made with.
    pub description: String,
    /// The client token that it was made with.
    pub token: String,
    /// `CREATE`, `UPDATE` or `IMPORT`.
    pub kind: String,
    /// Like `CREATE_COMPLETE`.
    pub status: String,
    /// Like `AVAILABLE`.
    pub execution_status: String,
    /// Why.
    pub reason: String,
    /// The template to be.
    pub body: String,
    /// All parameters' values to be.
    pub parameters: BTreeMap<String, String>,
    /// All tags to be.
    pub tags: BTreeMap<String, String>,
    /// What its maker agreed to, like `CAPABILITY_IAM`.
    pub capabilities: Vec<String>,
    pub(crate) changes: Vec<Change>,
    pub(crate) due: Duration,
}

/// A change set that was executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// The name of the stack.
    pub stack: String,
    /// The change set's ARN.
    pub change_set: String,
    /// The token that it was executed with.
    pub token: String,
    /// The template that became the stack's.
    pub body: String,
    /// The parameters' values that became the stack's.
    pub parameters: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) action: &'static str,
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) kind: String,
    pub(crate) replacement: bool,
}

impl Change {
    pub(crate) fn xml(&self) -> Xml {
        let mut change = Xml::default()
            .text("Action", self.action)
            .text("LogicalResourceId", &self.logical_id)
            .text("PhysicalResourceId", &self.physical_id)
            .text("ResourceType", &self.kind);
        if self.action == "Modify" {
            let replacement = if self.replacement { "True" } else { "False" };
            change = change.text("Replacement", replacement);
            change = change.list("Scope", [Xml::raw("Properties")]);
        }
        Xml::default().text("Type", "Resource").element("ResourceChange", change)
    }
}

impl ChangeSet {
    pub(crate) fn xml(&self, stack: &Stack) -> Xml {
        Xml::default()
            .text("ChangeSetId", &self.id)
            .text("ChangeSetName", &self.name)
            .text("StackId", &stack.id)
            .text("StackName", &stack.name)
            .text("Description", &self.description)
            .text("Status", &self.status)
            .text("ExecutionStatus", &self.execution_status)
            .maybe("StatusReason", Some(&self.reason).filter(|reason| !reason.is_empty()))
    }

    fn is_unfinished(&self) -> bool {
        matches!(self.status.as_str(), "CREATE_PENDING" | "CREATE_IN_PROGRESS")
    }
}

impl World {
    /// The place of a change set by its ARN, or by its name and the stack's.
    pub(crate) fn find_set(&self, stack: &str, name: &str) -> Result<(usize, usize), Refusal> {
        let missing =
            || Refusal::new(404, "ChangeSetNotFound", format!("ChangeSet [{name}] does not exist"));
        if name.starts_with("arn:") {
            let place = |(index, stack): (usize, &Stack)| {
                Some((index, stack.change_sets.iter().position(|set| set.id == name)?))
            };
            return self.stacks.iter().enumerate().find_map(place).ok_or_else(missing);
        }
        let stack = self.find(stack)?;
        let set = self.stacks[stack].change_sets.iter().position(|set| set.name == name);
        Ok((stack, set.ok_or_else(missing)?))
    }

    pub(crate) fn create_change_set(&mut self, query: &Query) -> Result<Xml, Refusal> {
        let (name, set_name) = (query.text("StackName"), query.text("ChangeSetName"));
        let (token, description) = (query.text("ClientToken"), query.text("Description"));
        let kind = query.get("ChangeSetType").unwrap_or("UPDATE");
        let found = self.find(name).ok();
        if let Some(stack) = found {
            let stack = &self.stacks[stack];
            if let Some(set) = stack.change_sets.iter().find(|set| set.name == set_name) {
                if set.token == token && set.description == description {
                    return Ok(Xml::default().text("Id", &set.id).text("StackId", &stack.id));
                }
                let message = format!("ChangeSet {set_name} already exists");
                return Err(Refusal::new(400, "AlreadyExistsException", message));
            }
        }
        check_state(found.map(|stack| &self.stacks[stack]), name, kind)?;
        let body = self.body(query)?;
        let model = template::parse(&body)?;
        check_capabilities(&model, &query.list("Capabilities"))?;
        let given = query.pairs("Parameters", "ParameterKey", "ParameterValue");
        let previous = found.map(|stack| self.stacks[stack].parameters.clone()).unwrap_or_default();
        let parameters = template::parameters(&model, &given, &previous)?;
        let stack = found.unwrap_or_else(|| {
            let stack = self.new_stack(name);
            self.set_status(stack, "REVIEW_IN_PROGRESS", Some("User Initiated".into()), "");
            stack
        });
        let uuid = self.uuid();
        let id = format!(
            "arn:aws:cloudformation:{}:{}:changeSet/{set_name}/{uuid}",
            self.region, self.account
        );
        let tags = query.pairs("Tags", "Key", "Value");
        let stuck = model["Metadata"]["Fake"]["Stuck"] == true;
        let due = if stuck { Duration::MAX } else { self.now + WORK };
        let stack = &mut self.stacks[stack];
        stack.change_sets.push(ChangeSet {
            id: id.clone(),
            name: set_name.into(),
            description: description.into(),
            token: token.into(),
            kind: kind.into(),
            status: "CREATE_PENDING".into(),
            execution_status: "UNAVAILABLE".into(),
            body,
            parameters,
            tags: tags.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect(),
            capabilities: query.list("Capabilities").into_iter().map(str::to_owned).collect(),
            due,
            ..ChangeSet::default()
        });
        Ok(Xml::default().text("Id", &id).text("StackId", &stack.id))
    }

    fn body(&self, query: &Query) -> Result<String, Refusal> {
        if let Some(body) = query.get("TemplateBody") {
            if body.len() > 51_200 {
                let message = "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: \
                               Member must have length less than or equal to 51200";
                return Err(Refusal::validation(message));
            }
            return Ok(body.to_owned());
        }
        let body = self.object(query.text("TemplateURL"));
        body.ok_or_else(|| Refusal::validation("S3 error: Access Denied"))
    }

    /// The text at `http://…/bucket/key`.
    pub(crate) fn object(&self, url: &str) -> Option<String> {
        let (_, path) = url.split_once("://")?;
        let mut parts = path.splitn(3, '/').skip(1);
        let (bucket, key) = (parts.next()?, parts.next()?);
        let content = self.buckets.get(bucket)?.get(key)?;
        Some(String::from_utf8_lossy(content).into_owned())
    }

    /// Finishes the change sets that are due.
    pub(crate) fn advance_change_sets(&mut self) {
        for stack in 0..self.stacks.len() {
            for set in 0..self.stacks[stack].change_sets.len() {
                let found = &self.stacks[stack].change_sets[set];
                if !found.is_unfinished() {
                    continue;
                }
                if found.due > self.now {
                    let half_way = found.due - WORK / 2 <= self.now;
                    if half_way {
                        self.stacks[stack].change_sets[set].status = "CREATE_IN_PROGRESS".into();
                    }
                    continue;
                }
                let result = self.changes(&self.stacks[stack], found);
                let found = &mut self.stacks[stack].change_sets[set];
                match result {
                    Ok(changes) => {
                        found.changes = changes;
                        found.status = "CREATE_COMPLETE".into();
                        found.execution_status = "AVAILABLE".into();
                    }
                    Err(reason) => {
                        found.reason = reason;
                        found.status = "FAILED".into();
                    }
                }
            }
        }
    }

    /// The change sets that are being made are made at once.
    pub fn settle_change_sets(&mut self) {
        let sets = self.stacks.iter_mut().flat_map(|stack| &mut stack.change_sets);
        for set in sets.filter(|set| set.is_unfinished()) {
            set.due = self.now;
        }
        self.advance_change_sets();
    }

    /// What the change set would change; an error if it can't, or if that is nothing.
    fn changes(&self, stack: &Stack, set: &ChangeSet) -> Result<Vec<Change>, String> {
        let template = set_template(set);
        if let Some(reason) = template["Metadata"]["Fake"]["Invalid"].as_str() {
            return Err(reason.to_owned());
        }
        let changes = self.differences(stack, &template, &set.parameters)?;
        let outputs = stack.template()["Outputs"] != template["Outputs"];
        if changes.is_empty() && stack.tags == set.tags && !outputs && !stack.is_empty() {
            return Err("The submitted information didn't contain changes. Submit different \
                        information to create a change set."
                .into());
        }
        Ok(changes)
    }

    pub(crate) fn differences(
        &self,
        stack: &Stack,
        template: &Value,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Vec<Change>, String> {
        let resources = stack.resources.iter();
        let resources = resources.map(|r| (r.logical_id.clone(), r.physical_id.clone()));
        let scope = Scope { world: self, parameters, resources: resources.collect() };
        let mut changes = Vec::new();
        for logical_id in template::logical_ids(template) {
            let definition = &template["Resources"][&logical_id];
            let properties = scope.resolve(&definition["Properties"])?;
            let kind = definition["Type"].as_str().unwrap_or_default().to_owned();
            let found = stack.resources.iter().find(|r| r.logical_id == logical_id);
            let mut change = Change {
                action: "Add",
                logical_id,
                physical_id: String::new(),
                kind,
                replacement: false,
            };
            if let Some(found) = found {
                if found.properties == properties && found.kind == change.kind {
                    continue;
                }
                change.action = "Modify";
                change.physical_id.clone_from(&found.physical_id);
                change.replacement = found.kind != change.kind
                    || NAMES.iter().any(|name| found.properties[*name] != properties[*name]);
            }
            changes.push(change);
        }
        for resource in &stack.resources {
            if template["Resources"].get(&resource.logical_id).is_none() {
                changes.push(Change {
                    action: "Remove",
                    logical_id: resource.logical_id.clone(),
                    physical_id: resource.physical_id.clone(),
                    kind: resource.kind.clone(),
                    replacement: false,
                });
            }
        }
        Ok(changes)
    }

    pub(crate) fn execute_change_set(&mut self, query: &Query) -> Result<Xml, Refusal> {
        let (stack, set) = self.find_set(query.text("StackName"), query.text("ChangeSetName"))?;
        let token = query.text("ClientRequestToken");
        let used = |execution: &Execution| !token.is_empty() && execution.token == token;
        if self.executions.iter().any(used) {
            let message = "A client request token already exists";
            return Err(Refusal::new(400, "TokenAlreadyExistsException", message));
        }
        let found = self.stacks[stack].change_sets[set].clone();
        if found.execution_status != "AVAILABLE" {
            let message = format!(
                "ChangeSet [{}] cannot be executed in its current status of [{}]",
                found.id, found.execution_status
            );
            return Err(Refusal::new(400, "InvalidChangeSetStatus", message));
        }
        check_state(Some(&self.stacks[stack]), &self.stacks[stack].name, &found.kind)?;
        for other in &mut self.stacks[stack].change_sets {
            other.execution_status = "OBSOLETE".into();
        }
        self.stacks[stack].change_sets[set].execution_status = "EXECUTE_IN_PROGRESS".into();
        self.executions.push(Execution {
            stack: self.stacks[stack].name.clone(),
            change_set: found.id.clone(),
            token: token.into(),
            body: found.body.clone(),
            parameters: found.parameters.clone(),
        });
        let kind = if self.stacks[stack].is_empty() { Kind::Create } else { Kind::Update };
        let template = set_template(&found);
        let changes = self.differences(&self.stacks[stack], &template, &found.parameters);
        let changes = changes.unwrap_or_default();
        let mut operation = Operation::new(kind, token, &changes, Some(&found));
        operation.keeps_nothing_new = query.text("RetainExceptOnCreate") == "true";
        self.begin(stack, operation);
        Ok(Xml::default())
    }

    pub(crate) fn delete_change_set(&mut self, query: &Query) -> Result<Xml, Refusal> {
        let name = query.text("ChangeSetName");
        match self.find_set(query.text("StackName"), name) {
            Ok((stack, set)) => {
                let sets = &mut self.stacks[stack].change_sets;
                if sets[set].execution_status == "EXECUTE_IN_PROGRESS" {
                    let message = format!("ChangeSet [{name}] is being executed");
                    return Err(Refusal::new(400, "InvalidChangeSetStatus", message));
                }
                let removed = sets.remove(set).name;
                let id = self.stacks[stack].id.clone();
                self.removed_change_sets.push((id, removed));
                Ok(Xml::default())
            }
            Err(refusal) if refusal.code == "ChangeSetNotFound" => Ok(Xml::default()),
            Err(refusal) => Err(refusal),
        }
    }
}

pub(crate) fn set_template(set: &ChangeSet) -> Value {
    template::parse(&set.body).unwrap_or_default()
}

fn check_state(stack: Option<&Stack>, name: &str, kind: &str) -> Result<(), Refusal> {
    match (kind, stack) {
        ("CREATE", None) => Ok(()),
        ("CREATE", Some(stack)) if stack.is_empty() => Ok(()),
        ("CREATE", Some(stack)) => Err(Refusal::validation(format!(
            "Stack [{name}] already exists and cannot be created again with the changeSet [{}].",
            stack.name
        ))),
        (_, None) => Err(Refusal::validation(format!("Stack [{name}] does not exist"))),
        (_, Some(stack)) => match stack.status.as_str() {
            "CREATE_COMPLETE"
            | "UPDATE_COMPLETE"
            | "UPDATE_ROLLBACK_COMPLETE"
            | "IMPORT_COMPLETE"
            | "IMPORT_ROLLBACK_COMPLETE" => Ok(()),
            status => Err(Refusal::validation(format!(
                "Stack:{} is in {status} state and can not be updated.",
                stack.id
            ))),
        },
    }
}

fn check_capabilities(template: &Value, given: &[&str]) -> Result<(), Refusal> {
    let resources = template["Resources"].as_object();
    let mut kinds = resources.into_iter().flatten().filter_map(|(_, one)| one["Type"].as_str());
    let needs_iam = kinds.any(|kind| kind.starts_with("AWS::IAM::"));
    if !needs_iam || given.iter().any(|capability| capability.ends_with("IAM")) {
        return Ok(());
    }
    let message = "Requires capabilities : [CAPABILITY_IAM]";
    Err(Refusal::new(400, "InsufficientCapabilitiesException", message))
}
