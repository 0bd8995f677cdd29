//! A template that is too long for a request.

use crate::{
    environment::{is_on, local_aws},
    package,
    tool::deploy,
};

#[test]
fn a_long_template_is_deployed_from_the_staging_bucket() {
    if !is_on() {
        return;
    }
    let aws = local_aws("long", false);
    let long = package::copy(package::reference(), "long-package");
    // Two bytes a letter: what counts is bytes.
    package::edit_template(&long, |body| format!("{body}# {}\n", "é".repeat(30_000)));
    deploy(&aws, &long, &[]).ok();
    let again = deploy(&aws, &long, &[]).ok();
    assert!(again.says(&["Unchanged", "DataProcessing"]), "{}", again.stderr);
}
