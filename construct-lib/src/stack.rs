//! A stack: one template, one unit of deployment.

use crate::value::Text;

/// How a stack is deployed. `default()` deploys it under its construct id to wherever the
/// caller's credentials lead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StackProps {
    /// The name in CloudFormation; the construct id by default. Letters, digits and hyphens.
    pub name: Option<Text>,
    /// At most 1,024 bytes.
    pub description: Option<Text>,
    /// The account and region that it must be deployed to; any by default.
    pub environment: Option<Environment>,
    /// Refuses deletion until it is switched off again. Default: false.
    pub termination_protection: bool,
}

/// An account and a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// Twelve digits.
    pub account: Text,
    /// Such as `eu-west-1`.
    pub region: Text,
}
