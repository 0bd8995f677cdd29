//! The whole life of the reference app.

use std::{fs, path::Path, time::Duration};

use aws_sdk_s3::{Client as S3, primitives::ByteStream};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{
    alerts::Listener,
    environment::{is_on, local_aws, root, s3, scratch, sdk},
    package::{self, TEMPLATE},
    tool::{deploy, destroy, synth},
};

#[tokio::test]
async fn files_are_processed_and_failures_alerted() {
    if is_on() {
        let package = package::reference();
        let (ours, reviewed) =
            (package.join(TEMPLATE), root().join("templates/DataProcessing.yaml"));
        assert_eq!(fs::read_to_string(ours).unwrap(), fs::read_to_string(reviewed).unwrap());
        whole_life("plain", package, false).await;
    }
}

/// With IAM enforced, the roles that the app generates have to allow all that its handlers do.
#[tokio::test]
async fn the_generated_roles_are_sufficient() {
    if is_on() {
        let package = package::for_plain_http(package::reference(), "auth-package");
        whole_life("auth", &package, true).await;
    }
}

async fn whole_life(name: &str, package: &Path, enforce_iam: bool) {
    let aws = local_aws(name, enforce_iam);
    let sdk = sdk(&aws).await;

    let file = scratch(&format!("{name}-outputs.json"));
    let first = deploy(&aws, package, &["--outputs-file", file.to_str().unwrap()]).ok();
    let outputs: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let output = |key: &str| outputs["DataProcessing"][key].as_str().unwrap().to_owned();
    for key in [
        "BucketName",
        "FailureQueueUrl",
        "LastQueueUrl",
        "AlertTopicArn",
        "ProcessorName",
        "ErrorHandlerName",
    ] {
        let line =
            first.stdout.lines().find(|line| line.starts_with(&format!("DataProcessing.{key} ")));
        assert!(line.unwrap().ends_with(&format!("= {}", output(key))), "{}", first.stdout);
    }

    let inbox = Inbox { s3: s3(&sdk), bucket: output("BucketName") };
    let alerts = Listener::to(&output("AlertTopicArn"), &sdk).await;
    processes_files(&inbox, &alerts).await;

    let again = deploy(&aws, package, &[]).ok();
    assert!(again.says(&["Unchanged", "DataProcessing"]), "{}", again.stderr);
    assert!(!again.says(&["Uploaded"]), "{}", again.stderr);

    // Nothing in the template says which code: it is as it was.
    let changed = package::with_other_code(package, &format!("{name}-changed-package"));
    assert_eq!(
        fs::read(changed.join(TEMPLATE)).unwrap(),
        fs::read(package.join(TEMPLATE)).unwrap()
    );
    let update = deploy(&aws, &changed, &[]).ok();
    for function in ["Processor", "ErrorHandler"] {
        assert!(
            update.says(&["UPDATE_COMPLETE", "AWS::Lambda::Function", function]),
            "{}",
            update.stderr
        );
    }
    inbox.upload("data/after.csv", "a,b\n1,2\n").await;
    assert_eq!(inbox.report("data/after.csv").await["status"], "completed");

    destroy(&aws).ok();
    leaves_nothing(&inbox.s3, &sdk).await;
    let gone = synth(Some(&aws), &["destroy", "--yes"]).ok();
    assert!(gone.says(&["DataProcessing", "nothing to delete"]), "{}", gone.stderr);
}

async fn processes_files(inbox: &Inbox, alerts: &Listener) {
    inbox.upload("data/good.csv", "name,count\nfirst,1\nsecond,2\nthird,3\n").await;
    inbox.upload("data/good.json", r#"{"one": 1, "two": [1, 2]}"#).await;
    inbox.upload("data/ragged file.csv", "a,b,c\n1,2,3\n1,2\n").await;
    inbox.upload("data/notes.txt", "not a table").await;

    let csv = inbox.report("data/good.csv").await;
    assert_eq!(csv["status"], "completed", "{csv:#}");
    assert_eq!((&csv["rows"], &csv["columns"]), (&3.into(), &2.into()), "{csv:#}");
    let json = inbox.report("data/good.json").await;
    assert_eq!(json["status"], "completed", "{json:#}");

    let heard = alerts.hear(2).await;
    for key in ["data/ragged file.csv", "data/notes.txt"] {
        let about: Vec<_> = heard.iter().filter(|alert| alert.contains(key)).collect();
        assert_eq!(about.len(), 1, "{key} is in {} of {heard:#?}", about.len());
        assert!(about[0].contains(&inbox.bucket), "{}", about[0]);
    }
    assert_eq!(heard.len(), 2, "{heard:#?}");
}

async fn leaves_nothing(s3: &S3, sdk: &aws_config::SdkConfig) {
    let buckets = s3.list_buckets().send().await.unwrap();
    let names: Vec<_> = buckets.buckets().iter().filter_map(|bucket| bucket.name()).collect();
    assert_eq!(names, ["synth-assets-000000000000-us-east-1-an"]);
    let queues = aws_sdk_sqs::Client::new(sdk).list_queues().send().await.unwrap();
    let others: Vec<_> =
        queues.queue_urls().iter().filter(|url| !url.ends_with("/e2e-alerts")).collect();
    assert!(others.is_empty(), "{others:?}");
    let topics = aws_sdk_sns::Client::new(sdk).list_topics().send().await.unwrap();
    assert!(topics.topics().is_empty(), "{:?}", topics.topics());
}

/// The app's bucket.
struct Inbox {
    s3: S3,
    bucket: String,
}

impl Inbox {
    async fn upload(&self, key: &str, content: &str) {
        let body = ByteStream::from(content.as_bytes().to_vec());
        let request = self.s3.put_object().bucket(&self.bucket).key(key);
        request.body(body).send().await.unwrap();
    }

    /// The only report about a file, when it has been written.
    async fn report(&self, key: &str) -> Value {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let request = self.s3.list_objects_v2().bucket(&self.bucket);
            let listed = request.prefix(format!("reports/{key}/")).send().await.unwrap();
            if let [report] = listed.contents() {
                let request = self.s3.get_object().bucket(&self.bucket);
                let object = request.key(report.key().unwrap()).send().await.unwrap();
                let content = object.body.collect().await.unwrap().into_bytes();
                return serde_json::from_slice(&content).unwrap();
            }
            assert!(listed.contents().len() < 2, "{:?}", listed.contents());
            assert!(Instant::now() < deadline, "no report about {key} after 30 s");
            sleep(Duration::from_millis(50)).await;
        }
    }
}
