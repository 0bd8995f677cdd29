//! The staging bucket: where the code of functions and long templates lie for CloudFormation. It
//! belongs to a stack of its own, deployed like any other.

use std::collections::BTreeMap;

use crate::{aws::Aws, deploy::Goal, template};

/// The stack's name.
pub(crate) const STACK: &str = "synth-staging";

const TEMPLATE: &str = include_str!("staging.yaml");

/// The bucket's name. The suffix makes it one that no other account can ever have.
pub(crate) fn bucket(aws: &Aws) -> String {
    format!("synth-assets-{}-{}-an", aws.account, aws.region)
}

/// The stack that has the bucket.
pub(crate) fn goal() -> Goal {
    Goal {
        stack: STACK.into(),
        body: TEMPLATE.into(),
        template: template::parse(TEMPLATE).expect("our own template can be read"),
        url: None,
        parameters: BTreeMap::new(),
        tags: BTreeMap::new(),
        termination_protection: false,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_template_is_one() {
        assert_eq!(super::goal().template["Outputs"]["BucketName"]["Value"]["Ref"], "Assets");
    }
}
