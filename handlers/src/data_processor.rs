//! Checks each file that is uploaded and writes a report about it.
//!
//! Its role needs, on the bucket: `s3:GetObject` and `s3:GetObjectVersion` of the files;
//! `s3:ListBucket`, since without it S3 answers that a deleted file is forbidden; `s3:PutObject`
//! under the reports' prefix, and `s3:GetObject` there, since without it a repeated event of a bad
//! file alerts again. And `sqs:SendMessage` to the failure queue.

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
