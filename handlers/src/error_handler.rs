//! Turns each failure into one alert.

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
