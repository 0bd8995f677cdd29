//! What lies in the staging bucket.

use std::fs;

use aws_sdk_s3::primitives::ByteStream;

use crate::{
    environment::{is_on, local_aws, s3, sdk},
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

#[tokio::test]
async fn code_that_is_not_ours_is_not_deployed() {
    if !is_on() {
        return;
    }
    let aws = local_aws("foreign", false);
    let package = package::reference();
    deploy(&aws, package, &[]).ok();
    let changed = package::with_other_code(package, "foreign-package");
    let zip = fs::read_dir(&changed).unwrap().map(|entry| entry.unwrap().path());
    let zip = zip.filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
    let zip = zip.filter_map(|name| name.strip_prefix("asset.").map(str::to_owned)).next().unwrap();
    let foreign = s3(&sdk(&aws).await).put_object().key(&zip);
    let foreign = foreign.bucket("synth-assets-000000000000-us-east-1-an");
    foreign.body(ByteStream::from_static(b"not ours")).send().await.unwrap();

    let refused = deploy(&aws, &changed, &[]);
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    assert!(refused.says(&["error:", &zip, "its key is made from ours"]), "{}", refused.stderr);
}
