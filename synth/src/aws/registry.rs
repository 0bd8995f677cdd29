//! CloudFormation's registry of resource types.

use aws_sdk_cloudformation::types::RegistryType;

use super::{Aws, failed};
use crate::error::Error;

impl Aws {
    /// The schema of a resource type that is public, or that this account has registered in this
    /// region: JSON.
    pub(crate) async fn schema(&self, type_name: &str) -> Result<String, Error> {
        let request = self.cfn().describe_type().r#type(RegistryType::Resource);
        let answer = request.type_name(type_name).send().await;
        let output = answer.map_err(failed(format!("describe type {type_name}")))?;
        Ok(output.schema.unwrap_or_default())
    }
}
