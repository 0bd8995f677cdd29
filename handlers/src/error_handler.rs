//! Turns each failure into one alert.

construct_env::environment! {
    /// What the error handler needs.
    pub struct Env {
        /// Where the alerts are published.
        alert_topic_arn: construct_env::kind::TopicArn,
    }
}
