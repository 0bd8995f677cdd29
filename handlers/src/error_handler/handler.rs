//! What happens to a batch of the failure queue.

use std::convert::Infallible;

use aws_config::SdkConfig;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use lambda_runtime::LambdaEvent;
use tracing::{error, info, warn};

use super::Env;
use super::alert::Alert;
use super::message::{read, receive_count, unreadable};
use crate::Error;
use crate::deadline::Deadline;

/// The error handler: its environment and its client.
#[derive(Clone, Debug)]
pub struct ErrorHandler {
    env: Env,
    sns: aws_sdk_sns::Client,
}

impl ErrorHandler {
    /// A handler that calls AWS as `config` says.
    pub fn new(env: Env, config: &SdkConfig) -> Self {
        Self { env, sns: aws_sdk_sns::Client::new(config) }
    }

    /// Publishes an alert for each message of a batch, and returns the messages that must stay in
    /// the queue; so none of them blocks the others.
    pub async fn handle(
        &self,
        event: LambdaEvent<SqsEvent>,
    ) -> Result<SqsBatchResponse, Infallible> {
        let deadline = Deadline::of(&event.context);
        let mut response = SqsBatchResponse::default();
        for message in event.payload.records {
            let id = message.message_id.clone().unwrap_or_default();
            match deadline.bound(self.alert(&message)).await {
                Ok(Fate::Done) => {}
                Ok(Fate::Kept) => response.add_failure(id),
                Err(error) => {
                    error!(message_id = id, error_type = error.name(), %error, "no alert was published");
                    response.add_failure(id);
                }
            }
        }
        Ok(response)
    }

    async fn alert(&self, message: &SqsMessage) -> Result<Fate, Error> {
        if let Some(alert) = read(message) {
            self.publish(&alert).await?;
            return Ok(Fate::Done);
        }
        // It is alerted once, then comes back until the queue moves it to the last one. Should
        // this one publish fail, that queue's alarm still tells of it.
        warn!(message_id = message.message_id, "this message can't be read");
        if receive_count(message).unwrap_or(1) == 1 {
            self.publish(&unreadable(message)).await?;
        }
        Ok(Fate::Kept)
    }

    async fn publish(&self, alert: &Alert) -> Result<(), Error> {
        let subject = alert.subject();
        let request = self.sns.publish().topic_arn(&self.env.alert_topic_arn);
        let published = request.subject(&subject).message(alert.text()).send().await;
        published.map_err(|error| Error::aws("sns:Publish", error))?;
        info!(subject, request_id = alert.request_id, "alerted");
        Ok(())
    }
}

/// What becomes of a message.
enum Fate {
    /// Its alert is published; the queue may delete it.
    Done,
    /// Nobody could read it; it must not be lost.
    Kept,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{FakeAws, invocation, s3_event_json};

    async fn receive(aws: &FakeAws, bodies: &[&str], receives: u32) -> Vec<String> {
        let env = Env { alert_topic_arn: "arn:aws:sns:eu-west-1:111111111111:alerts".into() };
        let records: Vec<_> = bodies
            .iter()
            .enumerate()
            .map(|(index, body)| {
                let attributes = json!({"ApproximateReceiveCount": receives.to_string()});
                json!({"messageId": format!("m{index}"), "body": body, "attributes": attributes})
            })
            .collect();
        let event = serde_json::from_value(json!({ "Records": records })).unwrap();
        let handler = ErrorHandler::new(env, &aws.config());
        let response = handler.handle(invocation(event)).await.unwrap();
        response.batch_item_failures.into_iter().map(|item| item.item_identifier).collect()
    }

    #[tokio::test]
    async fn one_bad_message_blocks_no_other() {
        let aws = FakeAws::default();
        let good = s3_event_json("data/a.csv", Some("v1")).to_string();
        assert_eq!(receive(&aws, &[&good, "poison", &good], 1).await, ["m1"]);
        let published = aws.state().published.clone();
        let subjects: Vec<_> = published.iter().map(|(subject, _)| subject.as_str()).collect();
        let expected =
            ["Failure: data/a.csv", "UnreadableMessage in data processing", "Failure: data/a.csv"];
        assert_eq!(subjects, expected);
        assert!(published[1].1.ends_with("\npoison\n"), "{}", published[1].1);
    }

    #[tokio::test]
    async fn an_unreadable_message_is_alerted_once_and_never_dropped() {
        let aws = FakeAws::default();
        for receives in 1..=3 {
            assert_eq!(receive(&aws, &["poison"], receives).await, ["m0"]);
        }
        assert_eq!(aws.state().published.len(), 1);
    }

    #[tokio::test]
    async fn a_message_stays_until_its_alert_is_published() {
        let aws = FakeAws::default();
        let good = s3_event_json("data/a.csv", Some("v1")).to_string();
        aws.state().broken = Some("POST");
        assert_eq!(receive(&aws, &[&good], 1).await, ["m0"]);
        aws.state().broken = None;
        assert_eq!(receive(&aws, &[&good], 2).await, [""; 0]);
        assert_eq!(aws.state().published.len(), 1);
    }
}
