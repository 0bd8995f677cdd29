//! Turns each failure into one alert.
//!
//! Its role needs `sns:Publish` to the topic. Its event source must report batch item failures,
//! and the queue have a redrive policy: a message that can't be read stays in the queue until it
//! is moved to the last one.

#[cfg(feature = "aws")]
pub mod alert;
#[cfg(feature = "aws")]
mod handler;
#[cfg(feature = "aws")]
pub mod message;

#[cfg(feature = "aws")]
pub use handler::ErrorHandler;

construct_env::environment! {
    /// What the error handler needs.
    pub struct Env {
        /// Where the alerts are published.
        alert_topic_arn: construct_env::kind::TopicArn,
    }
}
