//! Deletes stacks. [`survey`] says what would go and what would stay, the caller shows it and
//! asks, [`delete`] does it. Nothing here prints.

use serde_json::Value;

use crate::{
    aws::{Aws, Resource, Stack},
    deploy::{self, Ending, Event, Operation},
    error::Error,
    template,
};

const BUCKET: &str = "AWS::S3::Bucket";

/// How often a bucket is emptied again because something still writes to it.
const ROUNDS: usize = 3;

/// A stack that is to be deleted, and what is in it.
#[derive(Debug)]
pub(crate) struct Survey {
    stack: Stack,
    /// CloudFormation's name for it.
    pub(crate) name: String,
    /// What goes with the stack.
    pub(crate) deleted: Vec<Resource>,
    /// What the deployed template says to keep.
    pub(crate) kept: Vec<Resource>,
}

/// What to do beyond deleting the stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// Delete all versions of all objects in the buckets that are to go.
    pub(crate) empty_buckets: bool,
    /// Delete the buckets that the template says to keep.
    pub(crate) delete_kept_buckets: bool,
}

impl Survey {
    /// The names of the buckets that go: with the stack, or after it.
    pub(crate) fn buckets(&self, options: Options) -> Vec<&str> {
        let kept = self.kept.iter().filter(|_| options.delete_kept_buckets);
        buckets(self.deleted.iter().chain(kept)).collect()
    }

    /// What will be there when all is done.
    pub(crate) fn stays(&self, options: Options) -> Vec<&Resource> {
        let goes =
            |resource: &&Resource| options.delete_kept_buckets && resource.resource_type == BUCKET;
        self.kept.iter().filter(|resource| !goes(resource)).collect()
    }
}

/// What is in the stack of this name; nothing if there is none.
pub(crate) async fn survey(aws: &Aws, name: &str) -> Result<Option<Survey>, Error> {
    let Some(stack) = aws.stack(name).await? else {
        return Ok(None);
    };
    check(aws, name, &stack).await?;
    let template = deployed_template(aws, name, &stack).await?;
    let resources = aws.resources(&stack.id).await?;
    let there = |resource: &Resource| {
        resource.status != "DELETE_COMPLETE" && !resource.physical_id.is_empty()
    };
    let (kept, deleted) =
        resources.into_iter().filter(there).partition(|resource| is_kept(&template, resource));
    Ok(Some(Survey { stack, name: name.into(), deleted, kept }))
}

/// What says what to keep: without it nothing may be deleted.
async fn deployed_template(aws: &Aws, name: &str, stack: &Stack) -> Result<Value, Error> {
    // A stack that never got beyond its first change set has no template.
    if deploy::is_empty(&stack.status) {
        return Ok(Value::Null);
    }
    let body = aws.deployed_template(&stack.id).await?.unwrap_or_default();
    template::parse(&body).map_err(|problem| Error::Stack {
        stack: name.into(),
        problem: format!("has a template that can't be read, and it says what to keep: {problem}"),
        hint: format!(
            "to delete it all the same: aws cloudformation delete-stack --stack-name {name}"
        ),
    })
}

/// Empties and deletes buckets if told so, deletes the stack, follows that to its end.
///
/// The buckets come first: as long as there is the stack, a repeated run finds what is left.
pub(crate) async fn delete(
    aws: &Aws,
    survey: &Survey,
    options: Options,
    on_event: &mut dyn FnMut(Event),
) -> Result<(), Error> {
    confirm(aws, survey).await?;
    if options.empty_buckets {
        for bucket in survey.buckets(options) {
            empty(aws, bucket).await?;
        }
    }
    if options.delete_kept_buckets {
        for bucket in buckets(survey.kept.iter()) {
            aws.delete_bucket(bucket).await?;
        }
    }
    let stack = &survey.stack;
    // The same for every attempt from the same state, so that a repeated run joins the first.
    let token = deploy::hash([stack.id.as_str(), &stack.changed, &stack.status]);
    let operation = Operation::begin_deletion(aws, stack.clone(), format!("delete-{token}")).await;
    aws.delete_stack(&stack.id, operation.token()).await?;
    finish(survey, operation.follow(aws, on_event).await?)
}

/// Refuses a stack that is no longer what was shown.
async fn confirm(aws: &Aws, survey: &Survey) -> Result<(), Error> {
    let Some(now) = aws.stack(&survey.stack.id).await? else { return Ok(()) };
    check(aws, &survey.name, &now).await?;
    if now.changed == survey.stack.changed {
        return Ok(());
    }
    Err(Error::Stack {
        stack: survey.name.clone(),
        problem: "was changed by somebody else since it was looked at".into(),
        hint: "run the same command again to see what would be deleted now".into(),
    })
}

fn finish(survey: &Survey, ending: Ending) -> Result<(), Error> {
    let status = ending.stack.map(|stack| stack.status);
    match status.as_deref() {
        None | Some("DELETE_COMPLETE") => Ok(()),
        Some(status) => {
            let reason = ending.root_cause.map(|event| {
                let reason = event.reason.unwrap_or_default();
                format!(": {} {}", event.logical_id, deploy::readable(&reason))
            });
            Err(Error::Stack {
                stack: survey.name.clone(),
                problem: format!("could not be deleted ({status}){}", reason.unwrap_or_default()),
                hint: "a bucket that is not empty stops a deletion: --empty-buckets; else remove the cause and run the same command again".into(),
            })
        }
    }
}

/// Deletes all versions of all objects, and the delete markers; again while something still writes.
async fn empty(aws: &Aws, bucket: &str) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        let mut found = false;
        let mut from = None;
        loop {
            let (versions, next) = aws.some_versions(bucket, from).await?;
            if !versions.is_empty() {
                found = true;
                aws.delete_versions(bucket, versions).await?;
            }
            from = next;
            if from.is_none() {
                break;
            }
        }
        if !found {
            break;
        }
    }
    Ok(())
}

async fn check(aws: &Aws, name: &str, stack: &Stack) -> Result<(), Error> {
    let refuse =
        |problem: String, hint: String| Err(Error::Stack { stack: name.into(), problem, hint });
    if stack.termination_protection {
        return refuse(
            "is protected against deletion".into(),
            format!(
                "to delete it all the same: aws cloudformation update-termination-protection \
                 --no-enable-termination-protection --stack-name {name}"
            ),
        );
    }
    if deploy::is_empty(&stack.status) && !aws.change_sets(name).await?.is_empty() {
        return refuse(
            "is empty, and somebody reviews a change set that would fill it".into(),
            "wait for them, or delete the change set: aws cloudformation list-change-sets".into(),
        );
    }
    if deploy::in_progress(&stack.status) && stack.status != "DELETE_IN_PROGRESS" {
        let problem = format!("is in the middle of another operation ({})", stack.status);
        return refuse(problem, "wait until that has ended and run the same command again".into());
    }
    Ok(())
}

fn is_kept(template: &Value, resource: &Resource) -> bool {
    let policy = &template["Resources"][&resource.logical_id]["DeletionPolicy"];
    resource.status == "DELETE_SKIPPED"
        || matches!(policy.as_str(), Some("Retain" | "RetainExceptOnCreate"))
}

fn buckets<'a>(resources: impl Iterator<Item = &'a Resource>) -> impl Iterator<Item = &'a str> {
    resources
        .filter(|resource| resource.resource_type == BUCKET && is_the_stacks(resource))
        .map(|resource| resource.physical_id.as_str())
}

/// Whether CloudFormation certainly has made it. A bucket that could not be created, because there
/// was one of its name, is somebody else's.
fn is_the_stacks(resource: &Resource) -> bool {
    match resource.status.as_str() {
        "CREATE_COMPLETE" | "IMPORT_COMPLETE" | "DELETE_FAILED" | "DELETE_SKIPPED" => true,
        status => status.starts_with("UPDATE_"),
    }
}
