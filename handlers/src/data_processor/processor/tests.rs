//! Events in, requests to AWS out.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::testing::{FakeAws, invocation, invocation_with, s3_event};

const REPORT: &str = "/inbox/reports/data/a.csv/v1.json";

fn processor(aws: &FakeAws) -> Processor {
    let env = Env {
        failure_queue_url: "http://aws.test/failed".into(),
        reports_prefix: "reports/".into(),
    };
    Processor::new(env, &aws.config()).unwrap()
}

fn upload(aws: &FakeAws, key: &str, content: &str) {
    aws.state().objects.insert(format!("/inbox/{key}"), content.into());
}

async fn receive(aws: &FakeAws, key: &str, version: Option<&str>) -> Result<(), Error> {
    processor(aws).handle(invocation(s3_event(key, version))).await
}

fn report(aws: &FakeAws, path: &str) -> Value {
    serde_json::from_slice(&aws.state().objects[path]).unwrap()
}

#[tokio::test]
async fn a_good_file_gets_a_report_of_the_version_in_the_event() {
    let aws = FakeAws::default();
    upload(&aws, "data/a.csv", "name,age\nJohn,30\nJane,25\n");
    receive(&aws, "data/a.csv", Some("v1")).await.unwrap();

    let requests = aws.state().requests.clone();
    assert_eq!(requests[0], "GET /inbox/data/a.csv?x-id=GetObject&versionId=v1");
    assert_eq!(requests[1], format!("PUT {REPORT}?x-id=PutObject"));
    assert_eq!(requests.len(), 2);

    let mut report = report(&aws, REPORT);
    assert!(report["duration_ms"].take().is_u64());
    assert!(report["processing_time"].take().as_str().unwrap().ends_with('Z'));
    let expected = json!({
        "bucket": "inbox",
        "file_processed": "data/a.csv",
        "file_size": 25,
        "last_modified": "2026-06-21T00:00:00Z",
        "etag": "e7a9",
        "version_id": "v1",
        "format": "csv",
        "rows": 2,
        "columns": 2,
        "status": "completed",
        "processing_time": null,
        "duration_ms": null,
        "processor_version": env!("CARGO_PKG_VERSION"),
    });
    assert_eq!(report, expected);
    assert!(String::from_utf8_lossy(&aws.state().objects[REPORT]).starts_with("{\n  \"bucket\""));
}

#[tokio::test]
async fn a_repeated_event_writes_nothing_twice() {
    let aws = FakeAws::default();
    upload(&aws, "data/a.csv", "name\nJohn\n");
    receive(&aws, "data/a.csv", Some("v1")).await.unwrap();
    let first = aws.state().objects.clone();
    receive(&aws, "data/a.csv", Some("v1")).await.unwrap();
    assert_eq!(aws.state().objects, first);
    assert_eq!(aws.state().messages.len(), 0);
}

#[tokio::test]
async fn an_encoded_key_is_fetched_by_its_real_name() {
    let aws = FakeAws::default();
    upload(&aws, "data/a%20b%2B%E2%82%AC.json", "[1, 2]");
    receive(&aws, "data/a+b%2B%E2%82%AC.json", None).await.unwrap();
    let report = report(&aws, "/inbox/reports/data/a%20b%2B%E2%82%AC.json/e7a9-0055AED6.json");
    assert_eq!(report["file_processed"], "data/a b+€.json");
    assert_eq!((&report["elements"], &report["version_id"]), (&json!(2), &Value::Null));
}

#[tokio::test]
async fn bad_content_is_one_message_and_a_report_and_no_failed_invocation() {
    let aws = FakeAws::default();
    upload(&aws, "data/a.csv", "a,b,c\n1,2,3\n4,5\n");
    for _ in 0..2 {
        receive(&aws, "data/a.csv", Some("v1")).await.unwrap();
    }
    let mut messages = aws.state().messages.clone();
    assert_eq!(messages.len(), 1, "the repeated event must not alert again");
    assert!(messages[0]["time"].take().as_str().unwrap().ends_with('Z'));
    let expected = json!({
        "kind": "file-failure/1",
        "bucket": "inbox",
        "key": "data/a.csv",
        "version_id": "v1",
        "error_type": "InvalidContent",
        "message": "line 3 has 2 columns, the header has 3",
        "time": null,
        "attempt": 1,
        "request_id": "request-1",
    });
    assert_eq!(messages[0], expected);
    let report = report(&aws, REPORT);
    assert_eq!(report["status"], "failed");
    assert_eq!(report["error"]["message"], "line 3 has 2 columns, the header has 3");
}

#[tokio::test]
async fn an_unsupported_file_is_a_failure_that_needs_no_download() {
    let aws = FakeAws::default();
    receive(&aws, "data/a.txt", Some("v1")).await.unwrap();
    assert_eq!(aws.state().messages[0]["error_type"], "UnsupportedType");
    assert!(!aws.state().requests.iter().any(|request| request.starts_with("GET")));
}

#[tokio::test]
async fn the_alert_goes_out_even_if_the_report_can_not_be_looked_up_or_written() {
    let aws = FakeAws::default();
    aws.state().broken = Some("/reports/");
    receive(&aws, "data/a.txt", Some("v1")).await.unwrap();
    assert_eq!(aws.state().messages.len(), 1);
}

#[tokio::test]
async fn what_is_gone_or_replaced_is_done() {
    let aws = FakeAws::default();
    receive(&aws, "data/a.csv", Some("v1")).await.unwrap();
    upload(&aws, "data/a.csv", "name\nJohn\n");
    receive(&aws, "data/a.csv", Some("v0")).await.unwrap();
    let mut replaced = s3_event("data/a.csv", None);
    replaced.records[0].s3.object.e_tag = Some("0ld".into());
    processor(&aws).handle(invocation(replaced)).await.unwrap();
    assert_eq!(aws.state().objects.len(), 1, "no report");
    assert!(aws.state().messages.is_empty());
}

#[tokio::test]
async fn reports_folders_and_other_events_are_left_alone() {
    let aws = FakeAws::default();
    receive(&aws, "reports/data/a.csv/v1.json", None).await.unwrap();
    let mut folder = s3_event("data/new/", None);
    folder.records[0].s3.object.size = Some(0);
    processor(&aws).handle(invocation(folder)).await.unwrap();
    let mut deleted = s3_event("data/a.csv", Some("v1"));
    deleted.records[0].event_name = Some("ObjectRemoved:Delete".into());
    processor(&aws).handle(invocation(deleted)).await.unwrap();
    assert_eq!(aws.state().requests.len(), 0);
}

#[tokio::test]
async fn a_transient_failure_fails_the_invocation_after_the_other_records() {
    let aws = FakeAws::default();
    upload(&aws, "data/b.json", "{}");
    aws.state().broken = Some("GET /inbox/data/a.csv");
    let mut event = s3_event("data/a.csv", Some("v1"));
    event.records.extend(s3_event("data/b.json", Some("v1")).records);
    let error = processor(&aws).handle(invocation(event)).await.unwrap_err();
    assert_eq!(error.name(), "TransientAws");
    assert!(error.to_string().starts_with("s3:GetObject failed: "), "{error}");
    assert_eq!(report(&aws, "/inbox/reports/data/b.json/v1.json")["keys"], 0);
    assert_eq!(aws.state().messages.len(), 0, "Lambda tells the failure destination");
}

#[tokio::test]
async fn a_failure_that_can_not_be_sent_is_tried_again() {
    let aws = FakeAws::default();
    aws.state().broken = Some("SendMessage");
    let error = receive(&aws, "data/a.txt", Some("v1")).await.unwrap_err();
    assert!(error.to_string().starts_with("sqs:SendMessage failed"), "{error}");
    assert!(aws.state().objects.is_empty(), "a report would keep the next attempt from sending");
}

#[tokio::test]
async fn work_that_would_outlast_the_timeout_is_stopped_with_a_reason() {
    let aws = FakeAws::default();
    aws.state().hanging = Some("GET");
    let event = invocation_with(Duration::from_millis(100), s3_event("data/a.csv", Some("v1")));
    let error = processor(&aws).handle(event).await.unwrap_err();
    assert_eq!(error.name(), "OutOfTime");
}

#[test]
fn reports_without_a_prefix_are_refused() {
    let env = Env { failure_queue_url: "q".into(), reports_prefix: String::new() };
    let error = Processor::new(env, &FakeAws::default().config()).unwrap_err();
    assert_eq!(error.name(), "Configuration");
}
