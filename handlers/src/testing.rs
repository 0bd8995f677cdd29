//! AWS for the tests: real SDK clients whose requests go to an S3 bucket, a queue and a topic in
//! memory instead of the network.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_lambda_events::s3::S3Event;
use aws_sdk_s3::config::http::{HttpRequest, HttpResponse};
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

/// A bucket, a queue and a topic.
#[derive(Clone, Debug, Default)]
pub(crate) struct FakeAws(Arc<Mutex<State>>);

#[derive(Debug, Default)]
pub(crate) struct State {
    /// Path of the object with its content; every object has the version `v1` and the ETag `e7a9`.
    pub(crate) objects: BTreeMap<String, Vec<u8>>,
    /// `METHOD /path?query` of every request.
    pub(crate) requests: Vec<String>,
    /// Bodies of the messages sent to the queue.
    pub(crate) messages: Vec<Value>,
    /// Subject and text of what was published to the topic.
    pub(crate) published: Vec<(String, String)>,
    /// What is answered with a server error: requests that contain this.
    pub(crate) broken: Option<&'static str>,
    /// What is never answered: requests that contain this.
    pub(crate) hanging: Option<&'static str>,
}

impl FakeAws {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn config(&self) -> SdkConfig {
        let connector = SharedHttpConnector::new(self.clone());
        let credentials = Credentials::new("id", "secret", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("eu-west-1"))
            .endpoint_url("http://aws.test")
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build()
    }
}

impl HttpConnector for FakeAws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some((status, headers, body)) = self.state().answer(&request) else {
            return HttpConnectorFuture::new(std::future::pending());
        };
        let mut response =
            HttpResponse::new(status.try_into().expect("a status"), SdkBody::from(body));
        for (name, value) in headers {
            response.headers_mut().insert(name, value);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}

type Answer = (u16, Vec<(&'static str, String)>, Vec<u8>);

impl State {
    fn answer(&mut self, request: &HttpRequest) -> Option<Answer> {
        let uri = request.uri().strip_prefix("http://aws.test").unwrap_or(request.uri());
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let line = format!("{} {uri}{target}", request.method());
        self.requests.push(line.clone());
        let body = request.body().bytes().unwrap_or_default();
        if self.hanging.is_some_and(|hanging| line.contains(hanging)) {
            return None;
        }
        Some(if self.broken.is_some_and(|broken| line.contains(broken)) {
            (503, vec![], vec![])
        } else if target == "AmazonSQS.SendMessage" {
            let message: Value = serde_json::from_slice(body).unwrap();
            let text = message["MessageBody"].as_str().unwrap();
            self.messages.push(serde_json::from_str(text).unwrap());
            (200, vec![], b"{\"MessageId\": \"m1\"}".to_vec())
        } else if request.method() == "POST" {
            self.published.push((form_field(body, "Subject"), form_field(body, "Message")));
            (200, vec![], PUBLISHED.into())
        } else {
            self.answer_s3(request, uri, body)
        })
    }

    fn answer_s3(&mut self, request: &HttpRequest, uri: &str, body: &[u8]) -> Answer {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let header = |name| request.headers().get(name);
        let found = self.objects.get(path);
        if request.method() == "PUT" {
            if found.is_some() && header("if-none-match") == Some("*") {
                return (412, vec![], vec![]);
            }
            assert_eq!(header("content-type"), Some("application/json"));
            self.objects.insert(path.into(), body.into());
            return (200, vec![], vec![]);
        }
        match found {
            None => (404, vec![], vec![]),
            Some(_) if query.contains("versionId=") && !query.contains("versionId=v1") => {
                (404, vec![], vec![])
            }
            Some(_) if header("if-match").is_some_and(|etag| etag != "\"e7a9\"") => {
                (412, vec![], vec![])
            }
            Some(content) => {
                let date = "Sun, 21 Jun 2026 00:00:00 GMT".to_owned();
                let length = content.len().to_string();
                let headers = vec![("last-modified", date), ("content-length", length)];
                (200, headers, content.clone())
            }
        }
    }
}

const PUBLISHED: &str = "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult>\
                         </PublishResponse>";

fn form_field(body: &[u8], name: &str) -> String {
    let body = std::str::from_utf8(body).unwrap();
    let prefix = format!("{name}=");
    let value = body.split('&').find_map(|field| field.strip_prefix(&prefix)).unwrap();
    crate::key::decode(value).unwrap()
}

/// What S3 sends for an upload of `key`, which is written as S3 encodes it.
pub(crate) fn s3_event(key: &str, version: Option<&str>) -> S3Event {
    serde_json::from_value(s3_event_json(key, version)).unwrap()
}

/// [`s3_event`] as it comes.
pub(crate) fn s3_event_json(key: &str, version: Option<&str>) -> Value {
    let mut object = json!({"key": key, "size": 7, "eTag": "e7a9", "sequencer": "0055AED6"});
    if let Some(version) = version {
        object["versionId"] = version.into();
    }
    json!({"Records": [{
        "eventVersion": "2.6",
        "eventSource": "aws:s3",
        "awsRegion": "eu-west-1",
        "eventTime": "2026-06-21T00:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AIDA"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "C3D1"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "uploads",
            "bucket": {"name": "inbox", "ownerIdentity": {"principalId": "A3"}, "arn": "arn:aws:s3:::inbox"},
            "object": object,
        },
    }]})
}

/// `payload` as an invocation that has a minute left.
pub(crate) fn invocation<T>(payload: T) -> LambdaEvent<T> {
    invocation_with(Duration::from_secs(60), payload)
}

/// `payload` as an invocation that has `left`.
pub(crate) fn invocation_with<T>(left: Duration, payload: T) -> LambdaEvent<T> {
    let end = SystemTime::now() + left;
    let mut context = Context::default();
    context.request_id = "request-1".into();
    context.deadline = end.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as u64;
    LambdaEvent::new(payload, context)
}
