//! Reads the messages of the failure queue, in all shapes that arrive there.

use aws_lambda_events::sqs::SqsMessage;
use aws_sdk_s3::primitives::DateTime;
use serde_json::Value;

use super::alert::{Alert, Object};
use crate::failure::{Failure, KIND};
use crate::{key, time};

/// How many wrappers may be around a message.
const MAX_WRAPPERS: usize = 4;

/// Where wrappers keep what they wrap: SNS, SQS, EventBridge.
const WRAPPED: [&str; 3] = ["Message", "body", "detail"];

/// The alert that `message` calls for, or `None` where it can't be read.
///
/// It can be: a [`Failure`] of the data processor; the record that Lambda sends to an `OnFailure`
/// destination; the event that Lambda sends to a dead-letter queue, with the error in attributes;
/// and any of these in the wrapper of SNS, SQS or EventBridge, as redriving by hand leaves them.
pub fn read(message: &SqsMessage) -> Option<Alert> {
    let body = serde_json::from_str(message.body.as_deref()?).ok()?;
    find(&body, message, MAX_WRAPPERS)
}

/// The alert for a message that can't be read.
pub fn unreadable(message: &SqsMessage) -> Alert {
    let id = message.message_id.as_deref().unwrap_or("without id");
    Alert {
        error_type: Some("UnreadableMessage".into()),
        error: Some(format!("message {id} is no failure that the error handler knows")),
        time: sent_time(message),
        attempt: receive_count(message),
        raw: Some(message.body.clone().unwrap_or_default()),
        ..Alert::default()
    }
}

/// How often the queue has handed out `message`.
pub fn receive_count(message: &SqsMessage) -> Option<u64> {
    message.attributes.get("ApproximateReceiveCount")?.parse().ok()
}

fn find(value: &Value, message: &SqsMessage, wrappers: usize) -> Option<Alert> {
    let found =
        failure(value).or_else(|| destination(value, message)).or_else(|| event(value, message));
    if found.is_some() || wrappers == 0 {
        return found;
    }
    let unwrap = |inner: &Value| match inner.as_str() {
        Some(text) => find(&serde_json::from_str(text).ok()?, message, wrappers - 1),
        None => find(inner, message, wrappers - 1),
    };
    if value.is_string() {
        return unwrap(value);
    }
    WRAPPED.iter().find_map(|name| unwrap(value.get(name)?))
}

/// What the data processor sends.
fn failure(value: &Value) -> Option<Alert> {
    if value.get("kind")? != KIND {
        return None;
    }
    let Failure { bucket, key, version_id, error_type, message, time, attempt, request_id, .. } =
        serde_json::from_value(value.clone()).ok()?;
    Some(Alert {
        objects: vec![Object { bucket, key, version_id }],
        error_type: Some(error_type),
        error: Some(message),
        time: Some(time),
        attempt: Some(attempt.into()),
        request_id: Some(request_id),
        raw: None,
    })
}

/// What Lambda sends to an `OnFailure` destination.
fn destination(value: &Value, message: &SqsMessage) -> Option<Alert> {
    let context = value.get("requestContext")?;
    let condition = context.get("condition")?;
    let response = value.get("responsePayload").unwrap_or(&Value::Null);
    Some(Alert {
        objects: objects(value.get("requestPayload")?),
        // There is no response where the event grew too old before it was tried.
        error_type: text(&response["errorType"]).or_else(|| text(condition)),
        error: text(&response["errorMessage"]).or_else(|| text(condition)),
        time: text(&value["timestamp"]).or_else(|| sent_time(message)),
        attempt: context["approximateInvokeCount"].as_u64(),
        request_id: text(&context["requestId"]),
        raw: None,
    })
}

/// What Lambda sends to a dead-letter queue: the S3 event, with the error in attributes. Redriven
/// by hand, only the event may be left.
fn event(value: &Value, message: &SqsMessage) -> Option<Alert> {
    let objects = objects(value);
    if objects.is_empty() {
        return None;
    }
    let attribute = |name| message.message_attributes.get(name)?.string_value.clone();
    Some(Alert {
        objects,
        error_type: attribute("ErrorCode").map(|code| format!("Lambda error {code}")),
        error: attribute("ErrorMessage"),
        time: sent_time(message),
        attempt: None,
        request_id: attribute("RequestID"),
        raw: None,
    })
}

/// The objects that an S3 event names.
fn objects(event: &Value) -> Vec<Object> {
    let records = event["Records"].as_array().map(Vec::as_slice).unwrap_or_default();
    records.iter().filter_map(|record| object(&record["s3"])).collect()
}

fn object(s3: &Value) -> Option<Object> {
    let raw = s3["object"]["key"].as_str()?;
    Some(Object {
        bucket: text(&s3["bucket"]["name"])?,
        key: key::decode(raw).unwrap_or_else(|| raw.to_owned()),
        version_id: text(&s3["object"]["versionId"]),
    })
}

fn sent_time(message: &SqsMessage) -> Option<String> {
    let millis = message.attributes.get("SentTimestamp")?.parse().ok()?;
    Some(time::rfc3339(&DateTime::from_millis(millis)))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(Into::into)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::s3_event_json;

    fn message(body: &Value) -> SqsMessage {
        sqs_message(json!({"body": body.to_string()}))
    }

    fn sqs_message(mut fields: Value) -> SqsMessage {
        fields["attributes"] = json!({"SentTimestamp": "1782000000000"});
        serde_json::from_value(fields).unwrap()
    }

    fn typed() -> Value {
        json!({
            "kind": "file-failure/1", "bucket": "inbox", "key": "data/a.csv", "version_id": null,
            "error_type": "InvalidContent", "message": "line 3", "time": "2026-06-21T00:00:00Z",
            "attempt": 1, "request_id": "request-1",
        })
    }

    fn envelope(response: Value) -> Value {
        let mut event = s3_event_json("data/a+b.csv", Some("v1"));
        let second = s3_event_json("data/c.csv", None)["Records"][0].clone();
        event["Records"].as_array_mut().unwrap().push(second);
        json!({
            "version": "1.0", "timestamp": "2026-06-21T00:00:00.000Z",
            "requestContext": {
                "requestId": "request-1", "functionArn": "arn:aws:lambda:eu-west-1:1:function:f:$LATEST",
                "condition": "RetriesExhausted", "approximateInvokeCount": 3,
            },
            "requestPayload": event,
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": response,
        })
    }

    #[test]
    fn a_typed_failure_is_read() {
        let alert = read(&message(&typed())).unwrap();
        assert_eq!(alert.objects[0].key, "data/a.csv");
        assert_eq!((alert.error.as_deref(), alert.attempt), (Some("line 3"), Some(1)));
    }

    #[test]
    fn a_destination_record_names_every_object() {
        let response = json!({"errorType": "TransientAws", "errorMessage": "s3:GetObject failed"});
        let alert = read(&message(&envelope(response))).unwrap();
        let keys: Vec<_> = alert.objects.iter().map(|object| object.key.as_str()).collect();
        assert_eq!(keys, ["data/a b.csv", "data/c.csv"]);
        assert_eq!(alert.error_type.as_deref(), Some("TransientAws"));
        assert_eq!(alert.error.as_deref(), Some("s3:GetObject failed"));
        assert_eq!((alert.attempt, alert.request_id.as_deref()), (Some(3), Some("request-1")));
    }

    #[test]
    fn a_destination_record_without_a_response_tells_the_condition() {
        let alert = read(&message(&envelope(Value::Null))).unwrap();
        assert_eq!(alert.error.as_deref(), Some("RetriesExhausted"));
    }

    #[test]
    fn a_dead_letter_has_its_error_in_attributes() {
        let attribute = |value| json!({"stringValue": value, "dataType": "String"});
        let dead = sqs_message(json!({
            "body": s3_event_json("data/a.csv", Some("v1")).to_string(),
            "messageAttributes": {
                "RequestID": attribute("request-1"),
                "ErrorCode": attribute("200"),
                "ErrorMessage": attribute("it broke"),
            },
        }));
        let alert = read(&dead).unwrap();
        assert_eq!(alert.error_type.as_deref(), Some("Lambda error 200"));
        assert_eq!(alert.error.as_deref(), Some("it broke"));
        assert_eq!(alert.time.as_deref(), Some("2026-06-21T00:00:00Z"));
        assert_eq!(alert.objects[0].version_id.as_deref(), Some("v1"));
    }

    #[test]
    fn what_was_redriven_by_hand_is_found_in_its_wrapper() {
        let direct = read(&message(&typed())).unwrap();
        let in_sns = json!({"Type": "Notification", "Message": typed().to_string()});
        let in_sqs = json!({"messageId": "1", "body": in_sns.to_string()});
        for wrapped in [json!(typed().to_string()), in_sns, in_sqs, json!({"detail": typed()})] {
            assert_eq!(read(&message(&wrapped)).unwrap(), direct, "{wrapped}");
        }
        assert!(read(&message(&s3_event_json("data/a.csv", None))).is_some());
    }

    #[test]
    fn anything_else_is_unreadable() {
        let mut newer = typed();
        newer["kind"] = "file-failure/2".into();
        let endless = (0..100).fold(json!(1), |inner, _| json!({ "detail": inner }));
        for body in [json!({"error": "?"}), json!([1]), json!({"Records": []}), newer, endless] {
            assert_eq!(read(&message(&body)), None, "{body}");
        }
        let text = sqs_message(json!({"body": "not JSON"}));
        assert_eq!(read(&text), None);
        assert_eq!(unreadable(&text).raw.as_deref(), Some("not JSON"));
    }
}
