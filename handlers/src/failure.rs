//! A file that can't be processed, as the data processor tells the error handler.

use serde::{Deserialize, Serialize};

/// The value of [`Failure::kind`]; a change of the fields that old readers can't take needs a
/// new one.
pub const KIND: &str = "file-failure/1";

/// The longest [`Failure::message`] in bytes.
pub const MAX_MESSAGE: usize = 8 * 1024;

/// A permanent failure: the same file will fail again, so it isn't tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// [`KIND`]: by this a reader knows what it has.
    pub kind: String,
    /// The bucket of the file.
    pub bucket: String,
    /// The file's key, decoded.
    pub key: String,
    /// The file's version, where the bucket keeps versions.
    pub version_id: Option<String>,
    /// What sort of failure: `InvalidContent` or `UnsupportedType`.
    pub error_type: String,
    /// What is wrong, for people; at most [`MAX_MESSAGE`] bytes.
    pub message: String,
    /// When it failed, in RFC 3339.
    pub time: String,
    /// Which attempt failed, from 1.
    pub attempt: u32,
    /// The invocation that failed: by this its log lines are found.
    pub request_id: String,
}
