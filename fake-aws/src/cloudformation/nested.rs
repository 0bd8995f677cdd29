//! Nested stacks: made, changed and deleted in one go.

use serde_json::{Value, json};

use super::{Resource, template};
use crate::World;

impl World {
    /// A nested stack, which is there at once.
    pub(super) fn make_child(
        &mut self,
        parent: usize,
        id: &str,
        properties: &Value,
        token: &str,
    ) -> Result<String, String> {
        let serial = self.serial();
        let name = format!("{}-{id}-{serial}", self.stacks[parent].name);
        let child = self.new_stack(&name);
        self.stacks[child].parent = Some(self.stacks[parent].id.clone());
        self.set_status(child, "CREATE_IN_PROGRESS", None, token);
        let child_id = self.stacks[child].id.clone();
        let failed = self.fill_child(child, properties, token).err();
        let status = if failed.is_some() { "ROLLBACK_COMPLETE" } else { "CREATE_COMPLETE" };
        self.set_status(child, status, None, token);
        match failed {
            None => Ok(child_id),
            Some(failed) => {
                self.delete_child(&child_id, token);
                Err(format!(
                    "Embedded stack {child_id} was not successfully created: The following resource(s) failed to create: [{failed}]. "
                ))
            }
        }
    }

    pub(super) fn update_child(
        &mut self,
        child_id: &str,
        properties: &Value,
        token: &str,
    ) -> Result<(), String> {
        let child = self.find(child_id).map_err(|refusal| refusal.message)?;
        self.set_status(child, "UPDATE_IN_PROGRESS", None, token);
        let before = self.stacks[child].clone();
        let failed = self.fill_child(child, properties, token).err();
        let status = if failed.is_some() { "UPDATE_ROLLBACK_COMPLETE" } else { "UPDATE_COMPLETE" };
        if failed.is_some() {
            self.stacks[child].body = before.body;
            self.stacks[child].resources = before.resources;
        }
        self.set_status(child, status, None, token);
        failed.map_or(Ok(()), |failed| {
            Err(format!("Embedded stack {child_id} was not successfully updated: [{failed}]. "))
        })
    }

    fn fill_child(&mut self, child: usize, properties: &Value, token: &str) -> Result<(), String> {
        let body = self.object(properties["TemplateURL"].as_str().unwrap_or_default());
        let body = body.ok_or("S3 error: Access Denied")?;
        let template = template::parse(&body).map_err(|refusal| refusal.message)?;
        let serial = self.serial();
        self.stacks[child].body = body;
        self.stacks[child].resources.clear();
        for id in template::logical_ids(&template) {
            let definition = &template["Resources"][&id];
            let kind = definition["Type"].as_str().unwrap_or_default().to_owned();
            let failed = template::told(&template, &id, "create");
            let status = if failed { "CREATE_FAILED" } else { "CREATE_COMPLETE" };
            let reason = failed.then(|| template::reason(&template, &id));
            self.event(child, token, &id, &id, &kind, status, reason);
            if failed {
                return Err(id);
            }
            let physical_id = format!("{id}-{serial}");
            let properties = definition.get("Properties").cloned().unwrap_or(json!(null));
            self.stacks[child].resources.push(Resource {
                logical_id: id,
                physical_id,
                kind,
                status: status.into(),
                properties,
                is_real: true,
            });
        }
        Ok(())
    }

    pub(super) fn delete_child(&mut self, child_id: &str, token: &str) {
        if let Ok(child) = self.find(child_id) {
            self.stacks[child].resources.clear();
            self.set_status(child, "DELETE_COMPLETE", None, token);
        }
    }
}
