//! Checks each file that is uploaded and writes a report about it.

#[cfg(feature = "aws")]
pub mod body;
#[cfg(feature = "aws")]
pub mod check;
#[cfg(feature = "aws")]
pub mod object;
#[cfg(feature = "aws")]
mod processor;
#[cfg(feature = "aws")]
pub mod report;

#[cfg(feature = "aws")]
pub use processor::Processor;

construct_env::environment! {
    /// What the data processor needs.
    pub struct Env {
        /// Where a file that can't be processed is reported.
        failure_queue_url: construct_env::kind::QueueUrl,
        /// Under which prefix of the bucket the reports are written, such as `reports/`. A file
        /// under it is never processed.
        reports_prefix: String,
    }
}
