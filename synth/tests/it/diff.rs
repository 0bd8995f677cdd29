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
