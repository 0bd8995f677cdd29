//! `synth` without a verb.

use std::fs;

use crate::fixture::{Fixture, snapshots};

#[test]
fn templates_are_written_once_and_checked() {
    let fixture = Fixture::new();
    let screens = [
        fixture.synth(&["--check"]).screen(),
        fixture.synth(&[]).screen(),
        fixture.synth(&[]).screen(),
        fixture.synth(&["--check"]).screen(),
    ];
    snapshots().bind(|| insta::assert_snapshot!("synth", screens.join("\n==========\n")));
    assert_eq!(
        fixture.read("templates/Images.yaml"),
        fixture.read("assembly/Images.template.yaml")
    );
}

#[test]
fn an_unchanged_template_keeps_its_time() {
    let fixture = Fixture::new();
    fixture.synth(&[]);
    let modified =
        || fs::metadata(fixture.path("templates/Site.yaml")).unwrap().modified().unwrap();
    let before = modified();
    fixture.synth(&[]);
    assert_eq!(modified(), before);
}

#[test]
fn standard_output_has_the_template_and_nothing_else() {
    let fixture = Fixture::new();
    let outcome = fixture.synth(&["--stdout", "Site"]);
    assert_eq!(outcome.stdout, fixture.read("assembly/Site.template.yaml"));
    assert!(!fixture.path("templates").exists());
}

#[test]
fn names_of_stacks_restrict_it() {
    let fixture = Fixture::new();
    fixture.synth(&["Site"]);
    assert!(fixture.path("templates/Site.yaml").exists());
    assert!(!fixture.path("templates/Images.yaml").exists());
    let outcome = fixture.synth(&["deplyo"]);
    snapshots().bind(|| insta::assert_snapshot!("unknown-stack", outcome.screen()));
}

#[test]
fn only_a_template_of_a_stack_that_is_gone_is_removed() {
    let fixture = Fixture::new();
    fixture.synth(&[]);
    fixture.write("templates/Old.yaml", "Resources:\n  A:\n    Type: AWS::SNS::Topic\n");
    fixture.write("templates/notes.yaml", "not: a template\n");
    fixture.write("templates/README.md", "Rendered.\n");
    let check = fixture.synth(&["--check"]);
    assert_eq!(check.code, 1);
    assert!(check.stdout.contains("-    Type: AWS::SNS::Topic"), "{check:?}");
    let render = fixture.synth(&[]);
    assert!(render.stderr.contains("removed"), "{render:?}");
    assert!(!fixture.path("templates/Old.yaml").exists());
    assert!(fixture.path("templates/notes.yaml").exists());
    assert!(fixture.path("templates/README.md").exists());
}

#[test]
fn a_failing_app_has_the_last_word() {
    let fixture = Fixture::new();
    let main =
        "fn main() { eprintln!(\"error: Inbox: the name is too long\"); std::process::exit(1); }";
    fixture.write("stacks/src/main.rs", main);
    let outcome = fixture.synth(&[]);
    assert_eq!(outcome.code, 1);
    assert_eq!(outcome.stderr, "error: Inbox: the name is too long\n");
}

#[test]
fn compile_errors_are_shown_as_rustc_writes_them() {
    let fixture = Fixture::new();
    fixture.write("stacks/src/main.rs", "fn main() { let x: u8 = \"\"; }");
    let outcome = fixture.synth(&[]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("error[E0308]: mismatched types"), "{outcome:?}");
    assert!(outcome.stderr.contains("error: could not compile `stacks`"), "{outcome:?}");
}

#[test]
fn a_workspace_without_an_app_is_told_how_to_name_one() {
    let fixture = Fixture::new();
    fixture.edit("Cargo.toml", "app = \"stacks\"", "");
    let outcome = fixture.synth(&[]);
    snapshots().bind(|| insta::assert_snapshot!("no-app", outcome.screen()));
}

#[test]
fn an_app_that_writes_nothing_is_told_how_to_begin() {
    let fixture = Fixture::new();
    fixture.write("stacks/src/main.rs", "fn main() {}");
    let outcome = fixture.synth(&[]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stderr.contains("error: the app `stacks` wrote no cloud assembly"),
        "{outcome:?}"
    );
}

#[test]
fn a_wrong_call_and_help_have_their_documented_exit_codes() {
    let fixture = Fixture::new();
    assert_eq!(fixture.synth(&["--nonsense"]).code, 1);
    let help = fixture.synth(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.stdout.contains("Exit codes"), "{help:?}");
}

#[test]
fn colours_are_for_terminals_only() {
    let fixture = Fixture::new();
    let screen = fixture.synth(&["--check"]).screen() + &fixture.synth(&[]).screen();
    assert!(!screen.contains('\x1b'), "{screen:?}");
}
