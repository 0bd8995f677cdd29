//! `synth validate`, and the same checks of what the app renders.

use crate::fixture::{Fixture, snapshots};

const BAD: &str = "Parameters:
  Stage: {Type: String}
Resources:
  Job:
    Type: AWS::Lambda::Function
    Properties:
      Code: {ZipFile: x}
      Handler: index.handler
      Role: !Sub arn:aws:iam::123456789012:role/${Stag}
      Runtime: nodejs12.x
      Timout: 3
      MemorySize: 64
      FunctionName: a b
";

#[test]
fn a_foreign_template_is_checked_with_lines() {
    let fixture = Fixture::new();
    fixture.write("bad.yaml", BAD);
    let files = ["validate", "bad.yaml", "assembly/Images.template.yaml"];
    let screen = fixture.synth(&files).screen();
    let json = fixture.synth(&["validate", "--json", "bad.yaml"]);
    assert_eq!(json.code, 1);
    snapshots().bind(|| {
        insta::assert_snapshot!("validate", screen);
        insta::assert_snapshot!("validate-json", json.stdout);
    });
}

#[test]
fn a_good_template_is_good_and_none_is_something_else() {
    let fixture = Fixture::new();
    fixture.write("good.json", r#"{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}"#);
    let good = fixture.synth(&["validate", "good.json"]);
    assert_eq!((good.code, good.stdout.as_str()), (0, ""), "{good:?}");
    assert_eq!(good.stderr, "good.json: 1 resource, nothing found\n");

    fixture.write("none.yaml", "a: [");
    for file in ["none.yaml", "missing.yaml"] {
        let outcome = fixture.synth(&["validate", "good.json", file]);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(outcome.stderr.contains(&format!("{file}: ")), "{outcome:?}");
    }
}

#[test]
fn a_region_is_one_that_there_is() {
    let fixture = Fixture::new();
    fixture.write("good.json", r#"{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}"#);
    let outcome = fixture.synth(&["validate", "good.json", "--region", "eu-west-11"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("error: there is no region `eu-west-11`"), "{outcome:?}");
}

#[test]
fn what_the_app_renders_is_checked() {
    let fixture = Fixture::new();
    fixture.edit("assembly/Images.template.yaml", "Handler: bootstrap", "MemorySize: 64");
    let outcome = fixture.synth(&[]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(!fixture.path("templates").exists());
    snapshots().bind(|| insta::assert_snapshot!("synth-refused", outcome.stderr));
}
