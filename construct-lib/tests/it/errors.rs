//! What is wrong is said all at once, with the construct and its source line.

use construct_lib::prelude::*;
use construct_lib::testing::diagnostics;
use insta::assert_snapshot;

#[test]
fn every_problem_is_reported_with_its_line() {
    let mut app = App::new();
    app.stack("Jobs", |stack| {
        Queue::new(stack, "Slow", QueueProps { visibility_timeout: hours(24), ..default() });
        stack.child("Inner", |scope| {
            Queue::new(scope, "Late", QueueProps { delay: hours(1), ..default() });
        });
    });
    let problems = app.synth().unwrap_err();
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2);
    assert!(texts[0].starts_with("error: Jobs/Inner/Late: the delay is 3600 s"), "{}", texts[0]);
    assert!(texts[0].contains("construct-lib/tests/it/errors.rs:13:"), "{}", texts[0]);
    assert!(texts[1].contains("construct-lib/tests/it/errors.rs:11:"), "{}", texts[1]);
}

#[test]
fn two_things_of_one_logical_id_are_named_both() {
    assert_snapshot!(diagnostics(|stack| {
        Queue::new(stack, "Jobs", default());
        stack.child("Jo", |scope| Topic::new(scope, "bs", default()));
        Topic::new(stack, "JobsPolicy", default());
    }).replace(char::is_numeric, "_"), @r#"
    error: Test/JobsPolicy: its logical id "JobsPolicy" is that of Test/Jobs/Policy already, defined at construct-lib/tests/it/errors.rs:__
      hint: give one of them another id
    "#);
}

#[test]
fn a_thing_that_is_defined_twice_is_reported_once() {
    let problems = diagnostics(|stack| {
        Queue::new(stack, "Jobs", default());
        Queue::new(stack, "Jobs", default());
    });
    assert_eq!(problems.matches("error:").count(), 1, "{problems}");
    assert!(problems.starts_with("error: Test/Jobs: it is defined twice, first at"), "{problems}");
}

#[test]
fn a_reference_to_nothing_is_reported() {
    assert_snapshot!(diagnostics(|stack| {
        stack.add_raw("Rule", "AWS::Events::Rule", json!({
            "EventBusName": {"Ref": "bus"},
            "RoleArn": {"Fn::GetAtt": ["Nowhere", "Arn"]},
        }));
        stack.add_raw("Bus", "AWS::Events::EventBus", json!({"Name": "bus"}));
        Output::new(stack, "Text", sub("${Bus} ${Typo}", []));
    }), @r#"
    error: Test/Rule: it refers to "Nowhere", which this stack does not have
      hint: refer to constructs by their values, such as `queue.arn()`
    error: Test/Rule: it refers to "bus", which this stack does not have
      hint: did you mean "Bus"?
    error: Test/Text: it refers to "Typo", which this stack does not have
      hint: refer to constructs by their values, such as `queue.arn()`
    "#);
}

#[test]
fn ids_without_letters_are_refused() {
    assert_snapshot!(diagnostics(|stack| {
        Queue::new(stack, "--", default());
        Queue::new(stack, "a/b", default());
    }), @r#"
    error: Test/--: the construct id "--" has no letters or digits, or a `/` in it
      hint: name it after what it is, such as `Inbox`
    error: Test/a/b: the construct id "a/b" has no letters or digits, or a `/` in it
      hint: name it after what it is, such as `Inbox`
    "#);
}
