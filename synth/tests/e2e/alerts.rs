//! Listens to a topic through a queue of the test's own.

use std::time::Duration;

use aws_config::SdkConfig;
use tokio::time::{Instant, sleep};

/// A queue that is subscribed to a topic.
pub(crate) struct Listener {
    sqs: aws_sdk_sqs::Client,
    queue_url: String,
}

impl Listener {
    pub(crate) async fn to(topic: &str, sdk: &SdkConfig) -> Self {
        let sqs = aws_sdk_sqs::Client::new(sdk);
        let queue = sqs.create_queue().queue_name("e2e-alerts").send().await.unwrap();
        let queue_url = queue.queue_url.unwrap();
        let arn = "arn:aws:sqs:us-east-1:000000000000:e2e-alerts";
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"sns.amazonaws.com"}},"Action":"sqs:SendMessage","Resource":"{arn}"}}]}}"#
        );
        let request = sqs.set_queue_attributes().queue_url(&queue_url);
        request.attributes("Policy".into(), policy).send().await.unwrap();
        let sns = aws_sdk_sns::Client::new(sdk);
        let request = sns.subscribe().topic_arn(topic).protocol("sqs").endpoint(arn);
        request.attributes("RawMessageDelivery", "true").send().await.unwrap();
        Self { sqs, queue_url }
    }

    /// The messages of at least `count` alerts, and any that come in the seconds after.
    pub(crate) async fn hear(&self, count: usize) -> Vec<String> {
        let mut heard = Vec::new();
        let mut deadline = Instant::now() + Duration::from_secs(60);
        let mut enough = false;
        while Instant::now() < deadline {
            let request = self.sqs.receive_message().queue_url(&self.queue_url);
            let answer = request.max_number_of_messages(10).send().await.unwrap();
            for message in answer.messages.unwrap_or_default() {
                let receipt = message.receipt_handle.unwrap();
                let request = self.sqs.delete_message().queue_url(&self.queue_url);
                request.receipt_handle(receipt).send().await.unwrap();
                heard.push(message.body.unwrap_or_default());
            }
            if heard.len() >= count && !enough {
                enough = true;
                deadline = Instant::now() + Duration::from_secs(5);
            }
            sleep(Duration::from_millis(100)).await;
        }
        heard
    }
}
