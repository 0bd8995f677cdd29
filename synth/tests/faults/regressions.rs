//! Bugs of the engine that faults have found, one test each.

use std::{sync::Arc, time::Duration};

use fake_aws::{Fault, Lasting, Schedule, World};
use synth::testing::Command;

use crate::{
    package::Stack,
    run::{self, Case},
    scenario::{self, SECRET, Scenario, failing, jobs},
};

fn deploying(template: serde_json::Value) -> Scenario {
    Scenario::new("regression", &["deploy", "--yes"], vec![Stack::new("Jobs", template)])
}

/// Destroys a stack with objects in its buckets, one of which is to be kept.
fn destroying() -> Scenario {
    let words = ["destroy", "--yes", "--empty-buckets"];
    let stacks = vec![Stack::new("Jobs", jobs(1))];
    Scenario::new("regression", &words, stacks).after(|world| {
        scenario::deploy(world, "Jobs", &jobs(1), &[]);
        world.put("jobs-inbox", "report", Some(b"report"));
        world.put("jobs-kept", "archive", Some(b"precious"));
    })
}

/// With a fault at the first call of this action that comes after so many others.
fn faulty(scenario: &Scenario, action: &str, after: usize, fault: Fault, lasting: Lasting) -> Case {
    let calls = run::case(scenario, &Schedule::default(), Duration::ZERO).unwrap().first.calls;
    let mut places = (0..calls.len()).filter(|&call| calls[call].action == action);
    let call = places.nth(after).unwrap();
    run::case(scenario, &Schedule::one(call, fault, lasting), Duration::ZERO).unwrap()
}

fn foreign(act: impl Fn(&mut World) + Send + Sync + 'static) -> Fault {
    Fault::Foreign(Arc::new(act))
}

/// The number of calls of this action before the change set is executed.
fn before_execution(scenario: &Scenario, action: &str) -> usize {
    let calls = run::case(scenario, &Schedule::default(), Duration::ZERO).unwrap().first.calls;
    let is_execution = |call: &fake_aws::Call| call.action == "ExecuteChangeSet";
    let execution = calls.iter().position(is_execution).unwrap();
    calls[..execution].iter().filter(|call| call.action == action).count()
}

#[test]
fn an_outdated_status_is_not_the_end() {
    let scenario =
        deploying(failing("update")).after(|world| scenario::deploy(world, "Jobs", &jobs(1), &[]));
    let polls = before_execution(&scenario, "DescribeStacks");
    for poll in polls..polls + 3 {
        let case = faulty(&scenario, "DescribeStacks", poll, Fault::Stale, Lasting::Attempt);
        assert_eq!(case.first.success, Some(false), "{}", case.first.screen);
    }
}

#[test]
fn a_stack_that_is_said_to_be_absent_once_is_not_gone() {
    let scenario = deploying(jobs(1));
    let polls = before_execution(&scenario, "DescribeStacks");
    let case = faulty(&scenario, "DescribeStacks", polls + 1, Fault::Stale, Lasting::Attempt);
    assert_eq!(case.first.success, Some(true), "{}", case.first.screen);
}

#[test]
fn an_unknown_status_is_not_the_end() {
    let scenario = deploying(jobs(1));
    let polls = before_execution(&scenario, "DescribeStacks");
    let fault = Fault::UnknownStatus;
    let case = faulty(&scenario, "DescribeStacks", polls + 1, fault, Lasting::Attempt);
    assert_eq!(case.first.success, Some(true), "{}", case.first.screen);
}

#[test]
fn an_answer_that_ends_in_the_middle_is_none_and_is_not_shown() {
    let scenario = deploying(jobs(1));
    for action in ["DescribeStacks", "DescribeChangeSet", "GetTemplate"] {
        let case = faulty(&scenario, action, 0, Fault::Truncated, Lasting::Call);
        assert_eq!(case.first.success, Some(false));
        assert!(case.first.screen.contains("ends in the middle"), "{}", case.first.screen);
        assert!(!case.first.screen.contains(SECRET), "{}", case.first.screen);
    }
}

#[test]
fn nobody_is_accused_because_of_an_outdated_answer() {
    let scenario = deploying(jobs(1));
    let check = before_execution(&scenario, "DescribeStacks") - 1;
    let case = faulty(&scenario, "DescribeStacks", check, Fault::Stale, Lasting::Attempt);
    assert_eq!(case.first.success, Some(true), "{}", case.first.screen);
}

#[test]
fn an_operation_that_ends_while_a_rerun_looks_is_a_success() {
    let scenario = deploying(jobs(1));
    let calls = run::case(&scenario, &Schedule::default(), Duration::ZERO).unwrap().first.calls;
    for call in 0..calls.len() {
        for pause in [0, 150, 300, 450, 600, 750, 900] {
            let schedule = Schedule::one(call, Fault::KillAfter, Lasting::Attempt);
            let case = run::case(&scenario, &schedule, Duration::from_millis(pause)).unwrap();
            assert_eq!(case.again.success, Some(true), "{call} {pause} {}", case.again.screen);
        }
    }
}

#[test]
fn a_rerun_follows_the_rollback_of_its_own_creation() {
    let scenario = deploying(failing("create"));
    let schedule = |call| Schedule::one(call, Fault::KillAfter, Lasting::Attempt);
    let calls = run::case(&scenario, &Schedule::default(), Duration::ZERO).unwrap().first.calls;
    let followed = (0..calls.len()).any(|call| {
        let case = run::case(&scenario, &schedule(call), Duration::ZERO).unwrap();
        assert!(!case.again.screen.contains("another operation"), "{}", case.again.screen);
        case.again.screen.contains("Following") && case.again.screen.contains("ROLLBACK_COMPLETE")
    });
    assert!(followed);
}

#[test]
fn a_rerun_waits_for_the_empty_stack_that_is_being_removed() {
    let mut scenario = deploying(jobs(1)).fails();
    scenario.command = Command::parse(&["deploy"]).unwrap();
    scenario.answer = false;
    let case = faulty(&scenario, "DeleteStack", 0, Fault::KillAfter, Lasting::Attempt);
    assert!(!case.again.screen.contains("another operation"), "{}", case.again.screen);
    assert!(case.end.stack("Jobs").is_none());
}

#[test]
fn what_an_earlier_run_has_made_is_named_when_it_stays() {
    let mut scenario = deploying(jobs(1)).fails();
    scenario.command = Command::parse(&["deploy"]).unwrap();
    scenario.answer = false;
    let case = faulty(&scenario, "CreateChangeSet", 0, Fault::KillAfter, Lasting::Attempt);
    let stack = case.end.stack("Jobs").unwrap();
    assert_eq!(stack.change_sets.len(), 1);
    let name = &stack.change_sets[0].name;
    assert!(case.again.screen.contains(name.as_str()), "{}", case.again.screen);
}

#[test]
fn without_the_template_nothing_is_deleted() {
    let scenario = destroying();
    let gone = foreign(|world| {
        world.put("jobs-inbox", "report", None);
        world.buckets.get_mut("jobs-inbox").unwrap().versions.clear();
        world.call(&[("Action", "DeleteStack"), ("StackName", "Jobs")]).unwrap();
        world.settle();
    });
    let case = faulty(&scenario, "GetTemplate", 0, gone, Lasting::Attempt);
    let kept = case.end.buckets["jobs-kept"].get("archive");
    assert_eq!(kept, Some(b"precious".as_slice()), "{}", case.first.screen);
}

#[test]
fn a_bucket_that_could_not_be_created_is_not_emptied() {
    let template = scenario::with_queue(
        serde_json::json!({"Resources": {"Data": scenario::bucket(
            serde_json::json!({"BucketName": "bystander-data"}),
        )}}),
        1,
    );
    let words = ["destroy", "--yes", "--empty-buckets"];
    let scenario = Scenario::new("regression", &words, vec![Stack::new("Jobs", template.clone())])
        .after(move |world| scenario::deploy(world, "Jobs", &template, &[]));
    let case = run::case(&scenario, &Schedule::default(), Duration::ZERO).unwrap();
    assert_eq!(case.first.success, Some(true), "{}", case.first.screen);
    assert!(case.end.buckets["bystander-data"].get("precious").is_some());
}

#[test]
fn a_stack_that_is_protected_meanwhile_keeps_its_objects() {
    let scenario = destroying();
    let protect = foreign(|world| {
        let call = [
            ("Action", "UpdateTerminationProtection"),
            ("StackName", "Jobs"),
            ("EnableTerminationProtection", "true"),
        ];
        world.call(&call).unwrap();
    });
    let case = faulty(&scenario, "ListStackResources", 0, protect, Lasting::Attempt);
    assert_eq!(case.first.success, Some(false));
    assert!(case.end.buckets["jobs-inbox"].get("report").is_some());
}

#[test]
fn emptying_a_bucket_ends_though_somebody_goes_on_writing() {
    let scenario = destroying();
    let write = foreign(|world| world.put("jobs-inbox", "report", Some(b"another")));
    let schedule = Schedule::default().always("DeleteObjects", write);
    let case = run::case(&scenario, &schedule, Duration::ZERO).unwrap();
    assert!(!case.first.endless);
    let deletions = case.first.calls.iter().filter(|call| call.action == "DeleteObjects").count();
    assert!(deletions < 20, "{deletions}");
}
