//! How operations end.

use serde_json::Value;

use super::{
    ChangeSet, Output, Resource,
    operation::{Kind, Operation, Task, deletions},
    template::Scope,
};
use crate::World;

impl World {
    pub(super) fn finish(&mut self, stack: usize, operation: &mut Operation) {
        match operation.kind {
            Kind::Delete if operation.failed => {
                operation.tasks.push_back(Task::Settle("DELETE_FAILED"));
            }
            Kind::Delete => {
                let gone = |resource: &mut Resource| resource.status == "DELETE_SKIPPED";
                self.stacks[stack].resources.retain_mut(gone);
                self.stacks[stack].outputs.clear();
                operation.tasks.push_back(Task::Settle("DELETE_COMPLETE"));
            }
            Kind::Create | Kind::Update => match self.commit(stack, operation) {
                Err(reason) => self.roll_back_update(stack, operation, reason),
                Ok(()) if operation.kind == Kind::Create => {
                    operation.tasks.push_back(Task::Settle("CREATE_COMPLETE"));
                }
                Ok(()) => {
                    operation.tasks.push_back(Task::Pass("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"));
                    let stack = &self.stacks[stack];
                    let gone = |resource: &&Resource| {
                        operation.goal.template["Resources"].get(&resource.logical_id).is_none()
                    };
                    operation.tasks.extend(deletions(stack.resources.iter().filter(gone)));
                    operation.tasks.push_back(Task::Settle("UPDATE_COMPLETE"));
                }
            },
        }
    }

    /// The stack becomes what it was to become.
    fn commit(&mut self, stack: usize, operation: &Operation) -> Result<(), String> {
        let resources = self.stacks[stack].resources.iter();
        let resources = resources.map(|r| (r.logical_id.clone(), r.physical_id.clone())).collect();
        let goal = &operation.goal;
        let scope = Scope { world: self, parameters: &goal.parameters, resources };
        let mut outputs = Vec::new();
        for (key, output) in goal.template["Outputs"].as_object().into_iter().flatten() {
            let text =
                |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let export = scope.resolve(&output["Export"]["Name"])?;
            let export = export.as_str().map(str::to_owned);
            outputs.push(Output {
                key: key.clone(),
                value: text(scope.resolve(&output["Value"])?),
                export,
            });
        }
        for old in self.stacks[stack].outputs.iter().filter_map(|output| output.export.as_deref()) {
            let stays = outputs.iter().any(|output| output.export.as_deref() == Some(old));
            if let Some(importer) = self.importer(old).filter(|_| !stays) {
                return Err(format!("Cannot delete export {old} as it is in use by {importer}."));
            }
        }
        let stack = &mut self.stacks[stack];
        stack.body.clone_from(&goal.body);
        stack.parameters.clone_from(&goal.parameters);
        stack.tags.clone_from(&goal.tags);
        stack.outputs = outputs;
        Ok(())
    }

    /// What was replaced goes.
    pub(super) fn sweep(&mut self, stack: usize, operation: &Operation) {
        for resource in &operation.replaced {
            if self.erase(resource, &operation.token).is_err() {
                let status = "DELETE_FAILED";
                self.event(
                    stack,
                    &operation.token,
                    &resource.logical_id,
                    &resource.physical_id,
                    &resource.kind,
                    status,
                    Some("not empty".into()),
                );
            }
        }
    }

    pub(super) fn close_change_set(&mut self, stack: usize, operation: &Operation) {
        let executed = |set: &&mut ChangeSet| Some(&set.id) == operation.change_set.as_ref();
        if let Some(set) = self.stacks[stack].change_sets.iter_mut().find(executed) {
            let end = if operation.failed { "EXECUTE_FAILED" } else { "EXECUTE_COMPLETE" };
            set.execution_status = end.into();
        }
    }
}
