//! What other deployers get wrong (P1 to P24 of the specification), each as a test of ours. Not
//! here: P15 and P16, which are about verbs that there are not yet.

use std::{sync::Arc, time::Duration};

use fake_aws::{Fault, Lasting, Schedule, World};
use serde_json::json;

use crate::{
    package::Stack,
    run::{self, Case},
    scenario::{self, SECRET, Scenario, failing, jobs},
};

fn deploying(template: serde_json::Value) -> Scenario {
    Scenario::new("peer", &["deploy", "--yes"], vec![Stack::new("Jobs", template)])
}

fn declining(mut scenario: Scenario) -> Scenario {
    scenario.command = synth::testing::Command::parse(&["deploy"]).unwrap();
    scenario.answer = false;
    scenario
}

fn case(scenario: &Scenario, schedule: &Schedule) -> Case {
    run::case(scenario, schedule, Duration::ZERO).unwrap()
}

fn plain(scenario: &Scenario) -> Case {
    case(scenario, &Schedule::default())
}

/// Where a fault-free run makes its first (or last) call of this action.
fn place(scenario: &Scenario, action: &str, last: bool) -> usize {
    let calls = plain(scenario).first.calls;
    let is_it = |call: &fake_aws::Call| call.action == action;
    let place = if last { calls.iter().rposition(is_it) } else { calls.iter().position(is_it) };
    place.unwrap()
}

fn reviewed_by_others(world: &mut World) {
    scenario::change_set(world, "Jobs", "review-of-a-colleague", &jobs(9), &[]);
}

fn deployed(world: &mut World) {
    scenario::deploy(world, "Jobs", &jobs(1), &[]);
}

fn set_names(world: &World) -> Vec<String> {
    let stack = world.stack("Jobs").cloned().unwrap_or_default();
    stack.change_sets.into_iter().map(|set| set.name).collect()
}

#[test]
fn p01_a_stack_that_others_review_is_never_deleted() {
    let end = plain(&declining(deploying(jobs(1)).after(reviewed_by_others))).end;
    assert_eq!(set_names(&end), ["review-of-a-colleague"]);
}

#[test]
fn p02_p03_change_sets_are_named_after_what_they_do() {
    let name = |version| {
        let scenario = deploying(jobs(version)).after(deployed);
        plain(&scenario).end.executions[0].change_set.clone()
    };
    assert_ne!(name(2), name(3));
    assert_eq!(name(2), name(2));
}

#[test]
fn p04_a_lost_answer_is_no_error() {
    let scenario = deploying(jobs(1));
    for action in ["CreateChangeSet", "ExecuteChangeSet"] {
        let call = place(&scenario, action, false);
        for lasting in [Lasting::Attempt, Lasting::Call] {
            let case = case(&scenario, &Schedule::one(call, Fault::NoAnswerAfter, lasting));
            assert_eq!(case.end.executions.len(), 1, "{action}");
            let lost_for_good = action == "CreateChangeSet" && lasting == Lasting::Call;
            assert_eq!(case.first.success, Some(!lost_for_good), "{}", case.first.screen);
            assert_eq!(case.again.success, Some(true), "{}", case.again.screen);
        }
    }
}

#[test]
fn p05_a_throttled_last_poll_fails_nothing() {
    let scenario = deploying(jobs(1));
    let call = place(&scenario, "DescribeStackEvents", true);
    let case = case(&scenario, &Schedule::one(call, Fault::Throttle, Lasting::Call));
    assert_eq!(case.first.success, Some(true), "{}", case.first.screen);
}

#[test]
fn p06_a_failure_without_events_is_a_failure_and_a_success_a_success() {
    let blind = Schedule::default().always("DescribeStackEvents", Fault::AccessDenied);
    for (template, succeeds) in [(failing("create"), false), (jobs(1), true)] {
        let case = case(&deploying(template), &blind);
        assert_eq!(case.first.success, Some(succeeds), "{}", case.first.screen);
    }
}

#[test]
fn p07_protection_comes_after_success_only() {
    let mut stack = Stack::new("Jobs", failing("create"));
    stack.protected = true;
    let scenario = Scenario::new("peer", &["deploy", "--yes"], vec![stack]);
    assert!(!plain(&scenario).end.stack("Jobs").unwrap().protected);
}

#[test]
fn p08_no_macro_no_right_to_expand_one() {
    let end = plain(&deploying(jobs(1))).end;
    let sets = &end.stack("Jobs").unwrap().change_sets;
    assert!(sets.iter().all(|set| set.capabilities == ["CAPABILITY_IAM"]), "{sets:?}");
}

#[test]
fn p09_a_failed_creation_is_not_deleted_on_the_way() {
    let scenario =
        deploying(jobs(1)).after(|world| scenario::deploy(world, "Jobs", &failing("create"), &[]));
    let case = plain(&scenario);
    assert_eq!(case.first.success, Some(false));
    assert_eq!(case.end.stack("Jobs").unwrap().id, case.before.stack("Jobs").unwrap().id);
}

const STAGING: &str = "synth-assets-111111111111-eu-west-1-an";

#[test]
fn p10_what_lies_there_under_our_key_with_another_content_is_not_used() {
    let scenario = scenario::assets().after(|world| world.put(STAGING, "code.zip", Some(b"other")));
    let case = plain(&scenario);
    assert_eq!(case.first.success, Some(false));
    assert!(case.end.executions.is_empty());
    assert_eq!(case.end.buckets[STAGING].get("code.zip"), Some(b"other".as_slice()));
}

#[test]
fn p11_nothing_goes_to_a_bucket_of_another_account() {
    let scenario = scenario::assets().after(|world| {
        world.put(STAGING, "readme", Some(b"come in"));
        world.buckets.get_mut(STAGING).unwrap().owner = "222222222222".into();
    });
    let case = plain(&scenario);
    assert_eq!(case.first.success, Some(false));
    assert_eq!(case.end.buckets[STAGING].versions.len(), 1);
}

#[test]
fn p12_no_wait_is_for_ever() {
    let mut template = jobs(1);
    template["Metadata"] = json!({"Fake": {"Stuck": true}});
    let case = plain(&deploying(template));
    assert!(!case.first.endless);
    assert!(case.first.took < Duration::from_secs(3600), "{:?}", case.first.took);
    assert!(case.first.screen.contains("run the same command again"), "{}", case.first.screen);
}

#[test]
fn p13_a_templates_length_is_in_bytes() {
    let mut template = jobs(1);
    template["Description"] = json!("é".repeat(25_000));
    let body = format!("{template:#}\n");
    assert!(body.chars().count() < 51_200 && body.len() > 51_200);
    let case = plain(&deploying(template));
    assert_eq!(case.first.success, Some(true), "{}", case.first.screen);
    assert_eq!(case.end.stack("Jobs").unwrap().body, body);
}

#[test]
fn p14_p20_neither_control_characters_nor_secrets_reach_the_terminal() {
    let screen = plain(&deploying(failing("create"))).first.screen;
    assert!(screen.contains("Value 2 is invalid"), "{screen}");
    assert!(
        !screen.contains('\u{1b}') && !screen.contains('\u{9b}') && !screen.contains('\u{202e}')
    );
    assert!(!screen.contains(SECRET));
}

#[test]
fn p17_a_failure_leaves_the_outputs_file_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("outputs.json");
    std::fs::write(&file, "old").unwrap();
    let words = ["deploy", "--yes", "--outputs-file", file.to_str().unwrap()];
    for (template, kept) in [(failing("create"), true), (jobs(1), false)] {
        plain(&Scenario::new("peer", &words, vec![Stack::new("Jobs", template)]));
        assert_eq!(std::fs::read_to_string(&file).unwrap() == "old", kept);
    }
}

#[test]
fn p18_the_review_has_every_page() {
    let screen = plain(&deploying(jobs(1))).first.screen;
    for id in ["Inbox", "Kept", "Function", "Role", "Topic", "Alarm", "Queue"] {
        assert!(screen.contains(&format!("+ add  {id}")), "{screen}");
    }
}

#[test]
fn p19_an_empty_stack_of_others_is_filled_if_the_answer_is_yes_and_left_alone_if_it_is_no() {
    let scenario = || deploying(jobs(1)).after(reviewed_by_others);
    let before = plain(&scenario()).before.stack("Jobs").unwrap().id.clone();
    let yes = plain(&scenario());
    assert_eq!(yes.first.success, Some(true), "{}", yes.first.screen);
    let no = plain(&declining(scenario()));
    assert_eq!(no.end.stack("Jobs").unwrap().id, before);
}

#[test]
fn p21_another_stack_of_the_same_name_is_not_ours() {
    let scenario = deploying(jobs(1));
    let call = place(&scenario, "ExecuteChangeSet", false) + 2;
    let act = |world: &mut World| {
        world.settle();
        world.call(&[("Action", "DeleteStack"), ("StackName", "Jobs")]).unwrap();
        world.settle();
        world.buckets.remove("jobs-kept");
        scenario::deploy(world, "Jobs", &jobs(9), &[]);
    };
    let schedule = Schedule::one(call, Fault::Foreign(Arc::new(act)), Lasting::Attempt);
    let case = case(&scenario, &schedule);
    assert_eq!(case.first.success, Some(false), "{}", case.first.screen);
}

#[test]
fn p22_no_event_is_lost_between_two_polls_and_none_is_told_twice() {
    let mut template = json!({"Resources": {}});
    for number in 0..40 {
        let topic = json!({"Type": "AWS::SNS::Topic", "Properties": {}});
        template["Resources"][format!("Topic{number:02}")] = topic;
    }
    let screen = plain(&deploying(template)).first.screen;
    for number in 0..40 {
        let told = screen.lines().filter(|line| {
            line.contains("CREATE_COMPLETE") && line.ends_with(&format!("Topic{number:02}"))
        });
        assert_eq!(told.count(), 1, "{screen}");
    }
}

#[test]
fn p23_p24_a_killed_run_leaves_no_lock_and_needs_no_repair() {
    let scenario = deploying(jobs(2)).after(deployed);
    for action in ["CreateChangeSet", "ExecuteChangeSet"] {
        let call = place(&scenario, action, false);
        for fault in [Fault::KillBefore, Fault::KillAfter] {
            let case = case(&scenario, &Schedule::one(call, fault, Lasting::Attempt));
            assert_eq!(case.again.success, Some(true), "{}", case.again.screen);
            assert_eq!(case.end.executions.len(), 1);
        }
    }
}
