//! What happens when a resource fails.

use super::{
    Resource,
    operation::{Action, Kind, Operation, Task, deletions},
    template,
};
use crate::World;

impl World {
    pub(super) fn fail(
        &mut self,
        stack: usize,
        operation: &mut Operation,
        action: Action,
        id: &str,
        reason: String,
    ) {
        operation.failed = true;
        let status = format!("{}_FAILED", action.word());
        self.resource_event(stack, operation, id, &status, Some(reason));
        match (operation.kind, action) {
            // Deletions go on with what can be deleted.
            (_, Action::Delete) => {}
            (_, Action::Restore) => {
                operation.tasks = [Task::Settle("UPDATE_ROLLBACK_FAILED")].into();
            }
            (Kind::Create, _) => self.roll_back_creation(stack, operation, id),
            (Kind::Update | Kind::Delete, _) => {
                let reason = format!("The following resource(s) failed to update: [{id}]. ");
                self.roll_back_update(stack, operation, reason);
            }
        }
    }

    fn roll_back_creation(&mut self, stack: usize, operation: &mut Operation, id: &str) {
        let reason = format!(
            "The following resource(s) failed to create: [{id}]. Rollback requested by user."
        );
        self.cancel_others(stack, operation);
        self.set_status(stack, "ROLLBACK_IN_PROGRESS", Some(reason), &operation.token);
        let made = self.stacks[stack].resources.iter().rev();
        let made: Vec<_> =
            made.filter(|resource| resource.status == "CREATE_COMPLETE").cloned().collect();
        let stuck = made
            .iter()
            .any(|r| template::told(&operation.goal.template, &r.logical_id, "rollback"));
        operation.tasks = deletions(made.iter()).collect();
        let end = if stuck { "ROLLBACK_FAILED" } else { "ROLLBACK_COMPLETE" };
        operation.tasks.push_back(Task::Settle(end));
    }

    /// What else was to be created is cancelled, which is no root cause.
    fn cancel_others(&mut self, stack: usize, operation: &Operation) {
        let next = operation.tasks.iter().find_map(|task| match task {
            Task::Begin(Action::Create, id) => Some(id.clone()),
            _ => None,
        });
        if let Some(id) = next {
            let reason = Some("Resource creation cancelled".into());
            self.resource_event(stack, operation, &id, "CREATE_FAILED", reason);
        }
    }

    pub(super) fn roll_back_update(
        &mut self,
        stack: usize,
        operation: &mut Operation,
        reason: String,
    ) {
        operation.failed = true;
        self.set_status(stack, "UPDATE_ROLLBACK_IN_PROGRESS", Some(reason), &operation.token);
        let before = &operation.before;
        let old = |resource: &&Resource| {
            before.iter().any(|other| other.logical_id == resource.logical_id)
        };
        let changed = |resource: &&Resource| {
            before.iter().any(|other| {
                other.logical_id == resource.logical_id
                    && (other.properties != resource.properties
                        || other.physical_id != resource.physical_id
                        || resource.status.ends_with("_FAILED"))
            })
        };
        let resources = &self.stacks[stack].resources;
        let restored = resources.iter().filter(changed).flat_map(|resource| {
            let id = &resource.logical_id;
            [Task::Begin(Action::Restore, id.clone()), Task::End(Action::Restore, id.clone())]
        });
        operation.tasks = restored.collect();
        operation.tasks.push_back(Task::Pass("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"));
        operation.tasks.extend(deletions(resources.iter().filter(|resource| !old(resource))));
        operation.tasks.push_back(Task::Settle("UPDATE_ROLLBACK_COMPLETE"));
    }
}
