//! What a destroy must not take with it.

use aws_sdk_s3::primitives::ByteStream;

use crate::{
    environment::{is_on, local_aws, s3, sdk},
    package,
    tool::{deploy, synth},
};

#[tokio::test]
async fn data_goes_only_when_told_so() {
    if !is_on() {
        return;
    }
    let aws = local_aws("keep", false);
    deploy(&aws, package::reference(), &[]).ok();
    let (bucket, key) = ("data-processing-inbox-000000000000-us-east-1-an", "elsewhere/x");
    let s3 = s3(&sdk(&aws).await);
    let request = s3.put_object().bucket(bucket).key(key);
    request.body(ByteStream::from_static(b"precious")).send().await.unwrap();

    let refused = synth(Some(&aws), &["destroy", "--yes", "--delete-retained"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.says(&["hint:", "--empty-buckets"]), "{}", refused.stderr);
    let intact = deploy(&aws, package::reference(), &[]).ok();
    assert!(intact.says(&["Unchanged", "DataProcessing"]), "{}", intact.stderr);

    let kept = synth(Some(&aws), &["destroy", "--yes"]).ok();
    assert!(kept.says(&["stays", "Inbox", bucket]), "{}", kept.stderr);
    assert!(kept.says(&["Deleted", "DataProcessing"]), "{}", kept.stderr);
    let object = s3.get_object().bucket(bucket).key(key).send().await.unwrap();
    assert_eq!(object.body.collect().await.unwrap().into_bytes(), "precious");

    // What was kept is in the way, and is named.
    let again = deploy(&aws, package::reference(), &[]);
    assert_eq!(again.code, 2, "{}", again.stderr);
    assert!(again.says(&["Inbox", "failed:", bucket, "already exists"]), "{}", again.stderr);
    assert!(again.says(&["defined as", "stacks/src/data_processing.rs:"]), "{}", again.stderr);

    // A stack that is not the app's goes by the name that CloudFormation knows.
    let staging = ["destroy", "synth-staging", "--yes", "--empty-buckets", "--delete-retained"];
    let gone = synth(Some(&aws), &staging).ok();
    assert!(gone.says(&["warning:", "no stack synth-staging"]), "{}", gone.stderr);
    let unknown = synth(Some(&aws), &["destroy", "Nowhere", "--yes"]);
    assert!(unknown.says(&["error:", "no stack `Nowhere`"]), "{}", unknown.stderr);
}
