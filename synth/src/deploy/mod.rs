//! Deploys a stack through a change set: [`prepare`] makes it, the caller shows it and asks,
//! [`execute`] or [`discard`] follows. Nothing here prints or ends the process, and there is no
//! state but CloudFormation's: running the same command again goes on where the last run ended.

mod follow;
mod plan;
mod step;

use std::time::Duration;

use tokio::time::{Instant, sleep};

pub(crate) use follow::{Ending, Event, Operation, readable};
pub(crate) use plan::{Goal, hash};
use plan::{Plan, execute_token};
use step::Step;
pub(crate) use step::{in_progress, is_empty};

use crate::{
    aws::{Aws, Change, ChangeSet, ChangeSetRequest, Stack, Template},
    error::Error,
};

/// The longest template that travels in a request, in bytes.
pub(crate) const LONGEST_BODY: usize = 51_200;

/// How long CloudFormation may take to make a change set.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
const SHORTEST_PAUSE: Duration = Duration::from_millis(30);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What there is to do for a stack.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// Nothing: it is as it should be.
    NoChanges(Stack),
    /// To execute this change set, or to discard it.
    Ready(Review),
    /// To follow what an earlier run began.
    Running(Operation),
}

/// A change set that holds what was asked for and nothing else.
#[derive(Debug)]
pub(crate) struct Review {
    /// What it does.
    pub(crate) changes: Vec<Change>,
    /// Whether it creates the stack.
    pub(crate) create: bool,
    change_set: String,
    /// What it was made for.
    stack: Stack,
    made: Made,
}

/// What this run has made. Nothing else may it remove.
#[derive(Clone, Debug, Default)]
struct Made {
    /// Whether there was no stack before.
    stack: bool,
    /// The change set's name.
    change_set: Option<String>,
}

impl Review {
    fn new(set: ChangeSet, stack: Stack, made: Made) -> Self {
        let create = step::is_empty(&stack.status);
        Self { changes: set.changes, create, change_set: set.id, stack, made }
    }

    /// Whether the stack is still what the change set was made for.
    fn is_for(&self, now: &Stack) -> bool {
        now.id == self.stack.id && now.changed == self.stack.changed && !in_progress(&now.status)
    }
}

/// Makes the change set that takes the stack to its goal, or finds the one of an earlier run.
pub(crate) async fn prepare(aws: &Aws, goal: &Goal) -> Result<Prepared, Error> {
    let began = Instant::now();
    let mut pause = SHORTEST_PAUSE;
    let mut made = Made::default();
    let mut is_certain = false;
    loop {
        let stack = aws.stack(&goal.stack).await?;
        let plan = Plan::new(goal, [&aws.account, &aws.region], stack.as_ref())?;
        let set = our_change_set(aws, goal, &plan, stack.as_ref()).await?;
        let status = stack.as_ref().map(|stack| stack.status.as_str());
        let is_new = made.change_set.as_ref() == Some(&plan.change_set);
        match (step::next(&goal.stack, status, set.as_ref()), stack, set) {
            (step @ (Step::Create | Step::Update), stack, _) => {
                let request = request(goal, &plan, step == Step::Create);
                aws.create_change_set(&request).await?;
                made.stack |= stack.is_none();
                made.change_set = Some(plan.change_set);
            }
            (Step::Review, Some(stack), Some(set)) => {
                verify(aws, goal, &set).await?;
                return Ok(Prepared::Ready(Review::new(set, stack, made)));
            }
            // An earlier run's: what was so then may be otherwise by now.
            (Step::NoChanges | Step::Failed(_), _, Some(set)) if !is_new => {
                aws.delete_change_set(&set.id).await?;
            }
            (Step::NoChanges, Some(stack), Some(set)) => {
                aws.delete_change_set(&set.id).await?;
                return Ok(Prepared::NoChanges(stack));
            }
            (Step::Failed(reason), Some(stack), Some(set)) => {
                return Err(failed(aws, goal, &made, &stack, &set, &reason).await?);
            }
            (Step::Follow, Some(stack), Some(set)) => {
                let token = execute_token(&set.id);
                return Ok(Prepared::Running(Operation::resume(stack.id, token)));
            }
            // An answer may be outdated: what stops us is looked at twice.
            (Step::Refuse { problem, hint }, stack, _) => {
                if is_certain {
                    return Err(refused(goal, problem, hint));
                }
                is_certain = !is_being_removed(aws, stack.as_ref()).await;
            }
            _ => {}
        }
        sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
        if began.elapsed() > PATIENCE {
            let problem = "has a change set that CloudFormation does not finish".into();
            let hint = "run the same command again to go on waiting".into();
            return Err(refused(goal, problem, hint));
        }
    }
}

/// Executes exactly what was reviewed and follows it to its end.
pub(crate) async fn execute(
    aws: &Aws,
    goal: &Goal,
    review: Review,
    on_event: &mut dyn FnMut(Event),
) -> Result<Ending, Error> {
    let mut pause = SHORTEST_PAUSE;
    loop {
        let now = aws.stack(&review.stack.id).await?;
        if now.is_some_and(|now| review.is_for(&now)) {
            break;
        }
        // Another run of the same command may have been faster.
        if is_executed(aws, &review.change_set).await? {
            return resume(&review).follow(aws, on_event).await;
        }
        if pause >= LONGEST_PAUSE {
            let problem = "was changed by somebody else during the review".into();
            let hint = "run the same command again to see what would change now".into();
            return Err(refused(goal, problem, hint));
        }
        sleep(pause).await;
        pause *= 3;
    }
    let token = execute_token(&review.change_set);
    let operation = Operation::begin(aws, review.stack.clone(), token).await;
    let executed = aws.execute_change_set(&review.change_set, operation.token()).await;
    // It may run though the answer says otherwise, or did not come.
    if executed.is_err() && !is_executed(aws, &review.change_set).await.unwrap_or_default() {
        executed?;
    }
    operation.follow(aws, on_event).await
}

fn resume(review: &Review) -> Operation {
    Operation::resume(review.stack.id.clone(), execute_token(&review.change_set))
}

async fn is_executed(aws: &Aws, set: &str) -> Result<bool, Error> {
    let set = aws.change_set("", set).await?;
    Ok(set.is_some_and(|set| set.execution_status.starts_with("EXECUTE_")))
}

/// Updates a stack whose template differs although no change set comes of it. AWS makes one where
/// outputs alone change; the local AWS does not, and the stacks that import them would fail.
pub(crate) async fn update_outputs(
    aws: &Aws,
    goal: &Goal,
    stack: Stack,
    on_event: &mut dyn FnMut(Event),
) -> Result<Ending, Error> {
    let plan = Plan::new(goal, [&aws.account, &aws.region], Some(&stack))?;
    let operation = Operation::begin(aws, stack, execute_token(&plan.change_set)).await;
    aws.update_stack(&request(goal, &plan, false), operation.token()).await?;
    operation.follow(aws, on_event).await
}

/// Removes a change set that is not to be executed, and the empty stack that was made for it. Says
/// what stays because an earlier run, or somebody else, has made it.
pub(crate) async fn discard(
    aws: &Aws,
    goal: &Goal,
    review: &Review,
) -> Result<Option<String>, Error> {
    if review.made.change_set.is_none() {
        let set = &review.change_set;
        return Ok(Some(format!(
            "change set {set} was there before and stays: aws cloudformation delete-change-set --change-set-name {set}"
        )));
    }
    remove(aws, &goal.stack, &review.change_set, &review.stack, &review.made).await
}

/// The error for an operation that ended otherwise than it should have; nothing if it succeeded.
pub(crate) fn check(goal: &Goal, ending: Ending) -> Result<Stack, Error> {
    let Some(stack) = ending.stack else {
        let hint = "look at its events in the CloudFormation console".into();
        return Err(refused(goal, "is gone: somebody has deleted it".into(), hint));
    };
    match stack.status.as_str() {
        "CREATE_COMPLETE" | "UPDATE_COMPLETE" => Ok(stack),
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" => {
            let hint = format!(
                "correct the cause, `cargo synth destroy {}`, and deploy again",
                goal.stack
            );
            Err(refused(goal, format!("could not be created ({})", stack.status), hint))
        }
        "UPDATE_ROLLBACK_COMPLETE" => {
            let problem = "could not be updated and is as it was before (UPDATE_ROLLBACK_COMPLETE)";
            Err(refused(goal, problem.into(), "correct the cause and deploy again".into()))
        }
        status => match step::next(&goal.stack, Some(status), None) {
            Step::Refuse { problem, hint } => Err(refused(goal, problem, hint)),
            _ => Err(refused(goal, format!("ended as {status}"), "look at its events".into())),
        },
    }
}

/// The change set of this plan, if it is there: while an operation is under way, the one that runs.
async fn our_change_set(
    aws: &Aws,
    goal: &Goal,
    plan: &Plan,
    stack: Option<&Stack>,
) -> Result<Option<ChangeSet>, Error> {
    let Some(stack) = stack else { return Ok(None) };
    if !in_progress(&stack.status) {
        let set = aws.change_set(&goal.stack, &plan.change_set).await?;
        return Ok(set.filter(|set| set.stack_id == stack.id));
    }
    let running = aws.running_token(&stack.id).await;
    let sets = aws.change_sets(&goal.stack).await?;
    Ok(sets
        .into_iter()
        .filter(|set| set.stack_id == stack.id && set.description == plan.description)
        .find(|set| {
            set.execution_status == "EXECUTE_IN_PROGRESS"
                || running.as_ref() == Some(&execute_token(&set.id))
        })
        .map(|set| ChangeSet { execution_status: "EXECUTE_IN_PROGRESS".into(), ..set }))
}

fn request<'a>(goal: &'a Goal, plan: &'a Plan, create: bool) -> ChangeSetRequest<'a> {
    ChangeSetRequest {
        stack: &goal.stack,
        name: &plan.change_set,
        description: &plan.description,
        create,
        template: goal.url.as_deref().map_or(Template::Body(&goal.body), Template::Url),
        parameters: &plan.parameters,
        tags: &goal.tags,
        capabilities: &plan.capabilities,
    }
}

/// What is executed is what was reviewed, to the byte.
async fn verify(aws: &Aws, goal: &Goal, set: &ChangeSet) -> Result<(), Error> {
    if aws.change_set_template(&set.id).await? == goal.body {
        return Ok(());
    }
    let problem = format!("has change set {} that holds another template than ours", set.id);
    Err(refused(goal, problem, "find out who made it, delete it, and deploy again".into()))
}

/// A stack goes too if it was made by this run, is empty, and nobody else waits to fill it. Says
/// what stays.
async fn remove(
    aws: &Aws,
    name: &str,
    set: &str,
    stack: &Stack,
    made: &Made,
) -> Result<Option<String>, Error> {
    aws.delete_change_set(set).await?;
    if !step::is_empty(&stack.status) {
        return Ok(None);
    }
    let others = aws.change_sets(name).await?;
    let now = aws.stack(&stack.id).await?;
    let is_empty = now.is_some_and(|now| now.id == stack.id && step::is_empty(&now.status));
    if others.iter().any(|other| other.id != set) || !is_empty {
        return Ok(None);
    }
    if !made.stack {
        return Ok(Some(format!(
            "stack {name} is empty, was there before and stays: aws cloudformation delete-stack --stack-name {name}"
        )));
    }
    let removal = Operation::deletion(stack.id.clone(), removal_token(&stack.id));
    aws.delete_stack(&stack.id, removal.token()).await?;
    removal.follow(aws, &mut |_| {}).await?;
    Ok(None)
}

/// Whether a run of ours is removing the empty stack that it had made.
async fn is_being_removed(aws: &Aws, stack: Option<&Stack>) -> bool {
    match stack {
        Some(stack) if stack.status == "DELETE_IN_PROGRESS" => {
            aws.running_token(&stack.id).await == Some(removal_token(&stack.id))
        }
        _ => false,
    }
}

fn removal_token(stack: &str) -> String {
    format!("remove-{}", hash([stack]))
}

/// The error for a change set that could not be made; it is gone by then.
async fn failed(
    aws: &Aws,
    goal: &Goal,
    made: &Made,
    stack: &Stack,
    set: &ChangeSet,
    reason: &str,
) -> Result<Error, Error> {
    let mut problem = format!("can't be changed so: {}", why(aws, set, reason).await);
    if let Some(stays) = remove(aws, &goal.stack, &set.id, stack, made).await? {
        problem += &format!("\n  {stays}");
    }
    let hint = "correct the template or the parameters and deploy again".into();
    Ok(refused(goal, problem, hint))
}

/// Why there is no change set: its own reason, and which checks the template did not pass.
async fn why(aws: &Aws, set: &ChangeSet, reason: &str) -> String {
    let mut text = readable(reason);
    for check in aws.failed_checks(&set.stack_id, Some(&set.id)).await {
        let reason = check.reason.as_deref().map(readable).unwrap_or_default();
        text += &format!("\n  {} ({}): {reason}", check.logical_id, check.resource_type);
    }
    text
}

fn refused(goal: &Goal, problem: String, hint: String) -> Error {
    Error::Stack { stack: goal.stack.clone(), problem, hint }
}
