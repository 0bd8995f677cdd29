//! A deployment that CloudFormation can't complete.

use crate::{
    environment::{is_on, local_aws},
    package,
    tool::{deploy, destroy},
};

#[test]
fn a_failed_creation_names_the_cause_and_the_line_and_the_way_out() {
    if !is_on() {
        return;
    }
    let aws = local_aws("failure", false);
    let broken = package::copy(package::reference(), "failure-package");
    package::edit_template(&broken, |body| {
        let line = body.lines().find(|line| line.trim().starts_with("VisibilityTimeout:")).unwrap();
        let (indented, _) = line.split_once(':').unwrap();
        body.replacen(line, &format!("{indented}: 999999"), 1)
    });

    let failed = deploy(&aws, &broken, &[]);
    assert_eq!(failed.code, 2, "{}", failed.stderr);
    assert_eq!(failed.stdout, "");
    assert!(
        failed.says(&["FailureQueue (AWS::SQS::Queue) failed:", "VisibilityTimeout"]),
        "{}",
        failed.stderr
    );
    assert!(
        failed.says(&["defined as DataProcessing/", "stacks/src/", ".rs:"]),
        "{}",
        failed.stderr
    );
    assert!(failed.says(&["hint:", "synth destroy DataProcessing"]), "{}", failed.stderr);

    let again = deploy(&aws, package::reference(), &[]);
    assert_eq!(again.code, 2, "{}", again.stderr);
    assert!(again.says(&["failed to be created (ROLLBACK_COMPLETE)"]), "{}", again.stderr);

    destroy(&aws).ok();
    deploy(&aws, package::reference(), &[]).ok();
}
