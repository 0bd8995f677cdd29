//! CloudFormation: stacks, change sets and what becomes of them over time.

mod change_set;
mod ending;
mod nested;
mod operation;
mod rollback;
mod stack;
mod template;

pub use change_set::{ChangeSet, Execution};
pub use stack::{Event, Output, Resource, Stack};

use self::operation::Operation;
use crate::{
    World,
    query::Query,
    world::{Answer, Refusal},
    xml::Xml,
};

pub(crate) fn perform(world: &mut World, query: &Query) -> Result<Answer, Refusal> {
    let result = match query.text("Action") {
        "DescribeStacks" => world.describe_stacks(query),
        "CreateChangeSet" => world.create_change_set(query),
        "DescribeChangeSet" => world.describe_change_set(query),
        "ListChangeSets" => world.list_change_sets(query),
        "ExecuteChangeSet" => world.execute_change_set(query),
        "DeleteChangeSet" => world.delete_change_set(query),
        "GetTemplate" => world.get_template(query),
        "DescribeStackEvents" => world.describe_stack_events(query),
        "DescribeEvents" => Ok(Xml::default().list("OperationEvents", [])),
        "ListStackResources" => world.list_stack_resources(query),
        "DeleteStack" => world.delete_stack(query),
        "UpdateTerminationProtection" => world.update_termination_protection(query),
        action => {
            Err(Refusal::new(400, "InvalidAction", format!("the fake does not know {action}")))
        }
    };
    result.map(|result| Answer::of(query, result))
}

impl World {
    /// Does what a call would do, as somebody else.
    ///
    /// # Errors
    /// What AWS would refuse.
    pub fn call(&mut self, values: &[(&str, &str)]) -> Result<(), Refusal> {
        perform(self, &Query::new(values)).map(drop)
    }

    fn describe_stacks(&self, query: &Query) -> Result<Xml, Refusal> {
        let stack = &self.stacks[self.find(query.text("StackName"))?];
        Ok(Xml::default().list("Stacks", [stack.xml()]))
    }

    fn describe_change_set(&self, query: &Query) -> Result<Xml, Refusal> {
        let place = self.find_set(query.text("StackName"), query.text("ChangeSetName"))?;
        let stack = &self.stacks[place.0];
        let set = &stack.change_sets[place.1];
        let (changes, next) = self.page.cut(&set.changes, query.text("NextToken"));
        let changes = changes.into_iter().map(|change| change.xml());
        Ok(set.xml(stack).list("Changes", changes).maybe("NextToken", next))
    }

    fn list_change_sets(&self, query: &Query) -> Result<Xml, Refusal> {
        let stack = &self.stacks[self.find(query.text("StackName"))?];
        let (sets, next) = self.page.cut(&stack.change_sets, query.text("NextToken"));
        let sets = sets.into_iter().map(|set| set.xml(stack));
        Ok(Xml::default().list("Summaries", sets).maybe("NextToken", next))
    }

    fn get_template(&self, query: &Query) -> Result<Xml, Refusal> {
        let body = match query.get("ChangeSetName") {
            Some(name) => {
                let (stack, set) = self.find_set(query.text("StackName"), name)?;
                &self.stacks[stack].change_sets[set].body
            }
            None => &self.stacks[self.find(query.text("StackName"))?].body,
        };
        Ok(Xml::default().text("TemplateBody", body))
    }

    fn describe_stack_events(&self, query: &Query) -> Result<Xml, Refusal> {
        let stack = &self.stacks[self.find(query.text("StackName"))?];
        let newest_first: Vec<_> = stack.events.iter().rev().collect();
        let (events, next) = self.page.cut(&newest_first, query.text("NextToken"));
        let events = events.into_iter().map(|event| event.xml(stack));
        Ok(Xml::default().list("StackEvents", events).maybe("NextToken", next))
    }

    fn list_stack_resources(&self, query: &Query) -> Result<Xml, Refusal> {
        let stack = &self.stacks[self.find(query.text("StackName"))?];
        let (resources, next) = self.page.cut(&stack.resources, query.text("NextToken"));
        let resources = resources.into_iter().map(Resource::xml);
        Ok(Xml::default().list("StackResourceSummaries", resources).maybe("NextToken", next))
    }

    fn delete_stack(&mut self, query: &Query) -> Result<Xml, Refusal> {
        let name = query.text("StackName");
        let Ok(stack) = self.find(name) else { return Ok(Xml::default()) };
        let found = &self.stacks[stack];
        if found.protected {
            let message = format!(
                "Stack [{}] cannot be deleted while TerminationProtection is enabled",
                found.name
            );
            return Err(Refusal::validation(message));
        }
        if matches!(found.status.as_str(), "DELETE_IN_PROGRESS" | "DELETE_COMPLETE") {
            return Ok(Xml::default());
        }
        if found.is_busy() && !found.status.starts_with("CREATE_") {
            let message =
                format!("Stack [{}] cannot be deleted while in status {}", found.id, found.status);
            return Err(Refusal::validation(message));
        }
        let exports = found.outputs.iter().filter_map(|output| output.export.as_deref());
        let used = exports.filter_map(|export| Some((export, self.importer(export)?))).next();
        if let Some((export, importer)) = used {
            let message = format!(
                "Delete canceled. Cannot delete export {export} as it is in use by {importer}."
            );
            return Err(Refusal::validation(message));
        }
        let there = |resource: &&Resource| resource.status != "DELETE_COMPLETE";
        let resources: Vec<_> = found.resources.iter().filter(there).cloned().collect();
        let operation = Operation::delete(query.text("ClientRequestToken"), &resources);
        self.stacks[stack].change_sets.clear();
        self.begin(stack, operation);
        Ok(Xml::default())
    }

    fn update_termination_protection(&mut self, query: &Query) -> Result<Xml, Refusal> {
        let stack = self.find(query.text("StackName"))?;
        self.stacks[stack].protected = query.text("EnableTerminationProtection") == "true";
        Ok(Xml::default().text("StackId", &self.stacks[stack].id))
    }
}
