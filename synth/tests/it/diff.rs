//! `synth diff` without AWS.

use crate::fixture::{Fixture, snapshots};

#[test]
fn the_app_is_compared_with_a_file() {
    let fixture = Fixture::new();
    fixture.synth(&[]);
    let same =
        fixture.synth(&["diff", "Images", "--template", "templates/Images.yaml", "--exit-code"]);
    assert_eq!(same.code, 0, "{same:?}");
    assert_eq!(same.stdout, "");

    fixture.edit("templates/Images.yaml", "provided.al2023", "provided.al2");
    fixture.edit("templates/Images.yaml", "ResizeName", "Name");
    let call = ["diff", "Images", "--template", "templates/Images.yaml"];
    let changed = fixture.synth(&call);
    let json = fixture.synth(&[&call[..], &["--json", "--exit-code"]].concat());
    assert_eq!(json.code, 3);
    snapshots().bind(|| {
        insta::assert_snapshot!("diff", changed.screen());
        insta::assert_snapshot!("diff-json", json.stdout);
    });
}

#[test]
fn two_files_are_compared_without_the_app() {
    let fixture = Fixture::new();
    fixture.write("stacks/src/main.rs", "this is not Rust");
    let files =
        ["--old", "assembly/Images.template.yaml", "--new", "assembly/Images.template.json"];
    let outcome = fixture.synth(&[&["diff", "--exit-code"][..], &files].concat());
    assert_eq!(outcome.code, 0, "{outcome:?}");
}

#[test]
fn a_file_is_for_one_stack() {
    let fixture = Fixture::new();
    let outcome = fixture.synth(&["diff", "--template", "assembly/Site.template.yaml"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("hint: name one of: Images, Site"), "{outcome:?}");
}

#[test]
fn a_broken_template_is_named_with_its_line() {
    let fixture = Fixture::new();
    fixture.write("broken.yaml", "Resources:\n  A: !Reff B\n");
    let outcome = fixture.synth(&["diff", "Site", "--template", "broken.yaml"]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stderr.contains("error: broken.yaml: line 2, column 6: `!Reff`"),
        "{outcome:?}"
    );
}

#[test]
fn replacement_and_data_loss_can_fail_the_call() {
    let fixture = Fixture::new();
    let table = |name: &str, capacity: &str| {
        format!(
            "Resources: {{Jobs: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: {name}, BillingMode: {capacity}}}}}}}\n"
        )
    };
    fixture.write("old.yaml", &table("jobs", "PROVISIONED"));
    let code = |new: &str, what: &str| {
        fixture.write("new.yaml", new);
        let call = ["diff", "--old", "old.yaml", "--new", "new.yaml", "--fail-on", what];
        fixture.synth(&call).code
    };
    let (other_name, other_capacity) =
        (table("tasks", "PROVISIONED"), table("jobs", "PAY_PER_REQUEST"));
    for (new, what, expected) in [
        (other_name.as_str(), "replacement", 3),
        (&other_name, "data-loss", 3),
        (&other_capacity, "replacement", 0),
        (&other_capacity, "any", 3),
        ("Resources: {}", "replacement", 0),
        ("Resources: {}", "data-loss", 3),
    ] {
        assert_eq!(code(new, what), expected, "{what}: {new}");
    }
    fixture.write("new.yaml", &other_name);
    let outcome = fixture.synth(&["diff", "--old", "old.yaml", "--new", "new.yaml"]);
    assert!(outcome.stdout.contains("WILL be replaced: DATA LOSS"), "{outcome:?}");
}
