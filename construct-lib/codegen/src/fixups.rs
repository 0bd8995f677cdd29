//! Faults of the sources, one function each. A fixup that no longer applies is an error, so that
//! none outlives its reason.

use serde_json::Value;

use crate::Error;
use crate::model::Resource;

/// Corrects the merged model.
pub fn apply(resources: &mut Vec<Resource>, runtimes: &Runtimes) -> Result<(), Error> {
    drop_internal_types(resources)?;
    deprecate_dead_runtimes(resources, runtimes)?;
    name_references(resources)
}

/// What is known of Lambda's runtimes, as JSON, and the day on which it was.
pub struct Runtimes {
    /// Runtime, then `deprecated`: a day or null.
    pub lifecycle: String,
    /// Such as `2026-10-20`.
    pub as_of: String,
}

/// The registry lists types that no customer can create.
fn drop_internal_types(resources: &mut Vec<Resource>) -> Result<(), Error> {
    for name in ["AMZN::SDC::Deployment", "AWS::CDK::Metadata"] {
        let before = resources.len();
        resources.retain(|it| it.type_name != name);
        applied("drop_internal_types", name, resources.len() < before)?;
    }
    Ok(())
}

/// The sources list runtimes that Lambda no longer supports beside those that it does.
fn deprecate_dead_runtimes(resources: &mut [Resource], runtimes: &Runtimes) -> Result<(), Error> {
    let lifecycle: Value = serde_json::from_str(&runtimes.lifecycle)?;
    let mut dead = 0;
    for resource in resources.iter_mut().filter(|it| it.namespace() == "AWS::Lambda") {
        for allowed in resource.properties_mut().flat_map(|it| &mut it.allowed) {
            let runtime = &lifecycle[&allowed.value];
            let day = runtime["deprecated"].as_str().filter(|day| **day <= *runtimes.as_of);
            if let Some(day) = day {
                let successor = runtime["successor"].as_str();
                let instead = successor.map(|it| format!("; use {it}")).unwrap_or_default();
                allowed.deprecated = Some(format!("not supported since {day}{instead}"));
                dead += 1;
            }
        }
    }
    applied("deprecate_dead_runtimes", "Runtime", dead > 0)
}

/// Neither source says what these refer to; their texts do.
fn name_references(resources: &mut [Resource]) -> Result<(), Error> {
    for (type_name, name, target, part) in [
        ("AWS::IAM::Policy", "Groups", "AWS::IAM::Group", "GroupName"),
        ("AWS::IAM::Policy", "Roles", "AWS::IAM::Role", "RoleName"),
        ("AWS::IAM::Policy", "Users", "AWS::IAM::User", "UserName"),
        ("AWS::SNS::TopicPolicy", "Topics", "AWS::SNS::Topic", "TopicArn"),
        ("AWS::SQS::QueueInlinePolicy", "Queue", "AWS::SQS::Queue", "QueueUrl"),
        ("AWS::SQS::QueuePolicy", "Queues", "AWS::SQS::Queue", "QueueUrl"),
    ] {
        let resource = resources.iter_mut().find(|it| it.type_name == type_name);
        let mut properties = resource.into_iter().flat_map(|it| &mut it.shape.properties);
        let property = properties.find(|it| it.name == name && it.targets.is_empty());
        applied("name_references", &format!("{type_name}.{name}"), property.is_some())?;
        if let Some(property) = property {
            property.targets.push((target.to_owned(), part.to_owned()));
        }
    }
    Ok(())
}

fn applied(fixup: &str, what: &str, applied: bool) -> Result<(), Error> {
    match applied {
        true => Ok(()),
        false => Err(format!(
            "the fixup {fixup} no longer applies to {what}\n  hint: delete it from fixups.rs"
        )
        .into()),
    }
}
