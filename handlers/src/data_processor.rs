//! Checks each file that is uploaded and writes a report about it.

construct_env::environment! {
    /// What the data processor needs.
    pub struct Env {
        /// Where a file that can't be processed is reported.
        failure_queue_url: construct_env::kind::QueueUrl,
        /// Under which prefix of the bucket the reports are written.
        reports_prefix: String,
    }
}
