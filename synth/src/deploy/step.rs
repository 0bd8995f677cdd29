//! What to do next: a function of what is observed and of nothing else, so that running the same
//! command again goes on wherever the last run ended.

use crate::aws::ChangeSet;

/// The next thing to do for a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Make a change set that creates the stack.
    Create,
    /// Make a change set that updates the stack.
    Update,
    /// The change set is not ready: look again.
    Wait,
    /// The change set is ready: show it, and execute it if the user agrees.
    Review,
    /// The stack is as it should be.
    NoChanges,
    /// The change set could not be made, for this reason.
    Failed(String),
    /// An earlier run executed the change set: follow it.
    Follow,
    /// Nothing can be done now.
    Refuse {
        /// A fragment about the stack.
        problem: String,
        /// What the user can do.
        hint: String,
    },
}

/// The next step for a stack of this status (none if there is no stack) and our change set for it.
pub(crate) fn next(name: &str, status: Option<&str>, set: Option<&ChangeSet>) -> Step {
    match set {
        Some(set) => with_change_set(set),
        None => without_change_set(name, status),
    }
}

/// Whether an operation is under way.
pub(crate) fn in_progress(status: &str) -> bool {
    status.ends_with("_IN_PROGRESS") && !is_empty(status)
}

/// Whether the status is an operation's end.
pub(crate) fn is_terminal(status: &str) -> bool {
    status.ends_with("_COMPLETE") || status.ends_with("_FAILED")
}

/// Whether there is a stack without anything in it: it waits for its first change set.
pub(crate) fn is_empty(status: &str) -> bool {
    status == "REVIEW_IN_PROGRESS"
}

fn with_change_set(set: &ChangeSet) -> Step {
    match (set.status.as_str(), set.execution_status.as_str()) {
        (_, "EXECUTE_IN_PROGRESS") => Step::Follow,
        ("CREATE_PENDING" | "CREATE_IN_PROGRESS", _) => Step::Wait,
        ("DELETE_PENDING" | "DELETE_IN_PROGRESS", _) => Step::Wait,
        ("CREATE_COMPLETE", "AVAILABLE") => Step::Review,
        ("FAILED", _) if has_no_changes(set) => Step::NoChanges,
        ("FAILED", _) => Step::Failed(set.reason.clone()),
        ("CREATE_COMPLETE", "OBSOLETE") => Step::Refuse {
            problem: "was changed by somebody else since its change set was made".into(),
            hint: "run the same command again to see what would change now".into(),
        },
        (status, execution) => Step::Refuse {
            problem: format!("has a change set that can't be executed: {status}, {execution}"),
            hint: format!("delete change set {} and run the same command again", set.id),
        },
    }
}

/// CloudFormation has no code for it: the sentence, an empty list and the status have to agree.
fn has_no_changes(set: &ChangeSet) -> bool {
    let reason = set.reason.to_ascii_lowercase();
    let said = ["didn't contain changes", "no updates are to be performed", "no changes"];
    set.changes.is_empty()
        && set.execution_status == "UNAVAILABLE"
        && said.iter().any(|phrase| reason.contains(phrase))
}

fn without_change_set(name: &str, status: Option<&str>) -> Step {
    let refuse = |problem: &str, hint: String| Step::Refuse { problem: problem.into(), hint };
    let status = match status {
        None | Some("REVIEW_IN_PROGRESS" | "DELETE_COMPLETE") => return Step::Create,
        Some(status) => status,
    };
    match status {
        "CREATE_COMPLETE"
        | "UPDATE_COMPLETE"
        | "IMPORT_COMPLETE"
        | "UPDATE_ROLLBACK_COMPLETE"
        | "IMPORT_ROLLBACK_COMPLETE" => Step::Update,
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" => refuse(
            &format!("failed to be created ({status}) and can only be deleted"),
            format!("look at its events, then `cargo synth destroy {name}` and deploy again"),
        ),
        "DELETE_FAILED" => refuse(
            "could not be deleted completely (DELETE_FAILED)",
            format!("finish that with `cargo synth destroy {name}`, then deploy again"),
        ),
        "UPDATE_FAILED" => refuse(
            "stopped in the middle of an update (UPDATE_FAILED)",
            format!("roll it back: aws cloudformation rollback-stack --stack-name {name}"),
        ),
        "UPDATE_ROLLBACK_FAILED" => refuse(
            "could not be rolled back (UPDATE_ROLLBACK_FAILED)",
            format!(
                "remove the cause, then: aws cloudformation continue-update-rollback --stack-name {name}"
            ),
        ),
        "IMPORT_ROLLBACK_FAILED" => refuse(
            "could not be rolled back after an import (IMPORT_ROLLBACK_FAILED)",
            "look at its events in the CloudFormation console".into(),
        ),
        _ if status.ends_with("_IN_PROGRESS") => refuse(
            &format!("is in the middle of another operation ({status})"),
            "wait until that has ended and run the same command again".into(),
        ),
        _ => refuse(
            &format!("has a status that this synth does not know: {status}"),
            "look at it in the CloudFormation console, or update synth".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, next};
    use crate::aws::{self, ChangeSet};

    fn word(step: &Step) -> &'static str {
        match step {
            Step::Create => "create",
            Step::Update => "update",
            Step::Wait => "wait",
            Step::Review => "review",
            Step::NoChanges => "no changes",
            Step::Failed(_) => "failed",
            Step::Follow => "follow",
            Step::Refuse { .. } => "refuse",
        }
    }

    #[test]
    fn every_stack_status_has_its_step() {
        let mut table = format!("{:46}{}\n", "(no stack)", word(&next("Jobs", None, None)));
        for status in aws::stack_statuses().chain(["SOMETHING_NEW"]) {
            table += &format!("{status:46}{}\n", word(&next("Jobs", Some(status), None)));
        }
        insta::assert_snapshot!(table, @r"
        (no stack)                                    create
        CREATE_COMPLETE                               update
        CREATE_FAILED                                 refuse
        CREATE_IN_PROGRESS                            refuse
        DELETE_COMPLETE                               create
        DELETE_FAILED                                 refuse
        DELETE_IN_PROGRESS                            refuse
        IMPORT_COMPLETE                               update
        IMPORT_IN_PROGRESS                            refuse
        IMPORT_ROLLBACK_COMPLETE                      update
        IMPORT_ROLLBACK_FAILED                        refuse
        IMPORT_ROLLBACK_IN_PROGRESS                   refuse
        REVIEW_IN_PROGRESS                            create
        ROLLBACK_COMPLETE                             refuse
        ROLLBACK_FAILED                               refuse
        ROLLBACK_IN_PROGRESS                          refuse
        UPDATE_COMPLETE                               update
        UPDATE_COMPLETE_CLEANUP_IN_PROGRESS           refuse
        UPDATE_FAILED                                 refuse
        UPDATE_IN_PROGRESS                            refuse
        UPDATE_ROLLBACK_COMPLETE                      update
        UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS  refuse
        UPDATE_ROLLBACK_FAILED                        refuse
        UPDATE_ROLLBACK_IN_PROGRESS                   refuse
        SOMETHING_NEW                                 refuse
        ");
    }

    #[test]
    fn every_change_set_has_its_step() {
        let mut table = String::new();
        for (status, execution, reason) in [
            ("CREATE_PENDING", "UNAVAILABLE", ""),
            ("CREATE_IN_PROGRESS", "UNAVAILABLE", ""),
            ("CREATE_COMPLETE", "AVAILABLE", ""),
            ("CREATE_COMPLETE", "EXECUTE_IN_PROGRESS", ""),
            ("CREATE_COMPLETE", "EXECUTE_COMPLETE", ""),
            ("CREATE_COMPLETE", "OBSOLETE", ""),
            ("CREATE_COMPLETE", "SOMETHING_NEW", ""),
            ("DELETE_IN_PROGRESS", "UNAVAILABLE", ""),
            ("FAILED", "UNAVAILABLE", "The submitted information didn't contain changes."),
            ("FAILED", "UNAVAILABLE", "No updates are to be performed."),
            ("FAILED", "UNAVAILABLE", "Circular dependency between resources"),
            ("FAILED", "AVAILABLE", "No updates are to be performed."),
            ("SOMETHING_NEW", "AVAILABLE", ""),
        ] {
            let set = ChangeSet {
                status: status.into(),
                execution_status: execution.into(),
                reason: reason.into(),
                ..ChangeSet::default()
            };
            let step = next("Jobs", Some("UPDATE_COMPLETE"), Some(&set));
            let row = format!("{status:20}{execution:21}{:12}{reason}", word(&step));
            table += row.trim_end();
            table += "\n";
        }
        insta::assert_snapshot!(table, @r"
        CREATE_PENDING      UNAVAILABLE          wait
        CREATE_IN_PROGRESS  UNAVAILABLE          wait
        CREATE_COMPLETE     AVAILABLE            review
        CREATE_COMPLETE     EXECUTE_IN_PROGRESS  follow
        CREATE_COMPLETE     EXECUTE_COMPLETE     refuse
        CREATE_COMPLETE     OBSOLETE             refuse
        CREATE_COMPLETE     SOMETHING_NEW        refuse
        DELETE_IN_PROGRESS  UNAVAILABLE          wait
        FAILED              UNAVAILABLE          no changes  The submitted information didn't contain changes.
        FAILED              UNAVAILABLE          no changes  No updates are to be performed.
        FAILED              UNAVAILABLE          failed      Circular dependency between resources
        FAILED              AVAILABLE            failed      No updates are to be performed.
        SOMETHING_NEW       AVAILABLE            refuse
        ");
    }
}
