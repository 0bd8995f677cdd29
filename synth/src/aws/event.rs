//! What happens to the resources of a stack.

use aws_sdk_cloudformation::types;

use super::{Aws, failed, text};
use crate::error::Error;

/// Something that happened to a resource, or to the stack itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ResourceEvent {
    /// Unique.
    pub(crate) id: String,
    /// The `ClientRequestToken` of the operation.
    pub(crate) token: String,
    /// In the template; for the stack itself its name.
    pub(crate) logical_id: String,
    /// What it became.
    pub(crate) physical_id: String,
    /// Like `AWS::S3::Bucket`.
    pub(crate) resource_type: String,
    /// Like `CREATE_FAILED`.
    pub(crate) status: String,
    /// Why, where CloudFormation says so.
    pub(crate) reason: Option<String>,
}

impl Aws {
    /// One page of a stack's events, newest first, and where the next page begins.
    pub(crate) async fn events(
        &self,
        stack_id: &str,
        from: Option<String>,
    ) -> Result<(Vec<ResourceEvent>, Option<String>), Error> {
        let request = self.cfn().describe_stack_events().stack_name(stack_id);
        let page =
            request.set_next_token(from).send().await.map_err(failed("read the stack's events"))?;
        let events = page.stack_events.unwrap_or_default();
        let next = page.next_token.filter(|token| !token.is_empty());
        Ok((events.into_iter().map(ResourceEvent::from).collect(), next))
    }

    /// The token of what has last happened to a stack, if that can be read.
    pub(crate) async fn running_token(&self, stack_id: &str) -> Option<String> {
        let (events, _) = self.events(stack_id, None).await.ok()?;
        events.into_iter().next().map(|event| event.token).filter(|token| !token.is_empty())
    }

    /// What CloudFormation's own checks found wrong before it touched any resource: in a change set,
    /// or in the operations of a stack. Nothing where that can't be read: it only explains.
    pub(crate) async fn failed_checks(
        &self,
        stack_id: &str,
        change_set: Option<&str>,
    ) -> Vec<ResourceEvent> {
        let filter = types::EventFilter::builder().failed_events(true).build();
        let request = self.cfn().describe_events().stack_name(stack_id).filters(filter);
        let request = request.set_change_set_name(change_set.map(str::to_owned));
        let answer = request.send().await;
        let events = answer.map(|page| page.operation_events.unwrap_or_default());
        let failed = |event: types::OperationEvent| {
            Some(ResourceEvent {
                reason: Some(event.validation_status_reason?),
                id: event.event_id.unwrap_or_default(),
                token: event.client_request_token.unwrap_or_default(),
                logical_id: event.logical_resource_id.unwrap_or_default(),
                physical_id: event.physical_resource_id.unwrap_or_default(),
                resource_type: event.resource_type.unwrap_or_default(),
                status: "VALIDATION_FAILED".into(),
            })
        };
        events.unwrap_or_default().into_iter().filter_map(failed).collect()
    }
}

impl From<types::StackEvent> for ResourceEvent {
    fn from(event: types::StackEvent) -> Self {
        Self {
            id: event.event_id.unwrap_or_default(),
            token: event.client_request_token.unwrap_or_default(),
            logical_id: event.logical_resource_id.unwrap_or_default(),
            physical_id: event.physical_resource_id.unwrap_or_default(),
            resource_type: event.resource_type.unwrap_or_default(),
            status: text(event.resource_status.as_ref().map(types::ResourceStatus::as_str)),
            reason: event.resource_status_reason.filter(|reason| !reason.is_empty()),
        }
    }
}
