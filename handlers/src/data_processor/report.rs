//! The report about one file.

use serde::Serialize;

use super::check::{Counts, Format};
use super::object::Object;
use crate::time;

/// What is written about a file, completed or failed, as JSON.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The bucket of the file.
    pub bucket: String,
    /// The file's key.
    pub file_processed: String,
    /// The file's size in bytes.
    pub file_size: i64,
    /// When the file was uploaded, in RFC 3339; missing when the file wasn't fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// The file's ETag, without quotes.
    pub etag: Option<String>,
    /// The file's version, where the bucket keeps versions.
    pub version_id: Option<String>,
    /// How the file was read; missing when the type is not supported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// What the file contains; missing when it failed.
    #[serde(flatten)]
    pub counts: Option<Counts>,
    /// Whether the file was processed.
    pub status: Status,
    /// Why the file failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
    /// When the report was written, in RFC 3339.
    pub processing_time: String,
    /// How long fetching and checking took, in milliseconds.
    pub duration_ms: u64,
    /// The version of the data processor.
    pub processor_version: &'static str,
}

/// How processing ended.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The file was read to its end and is as it should be.
    Completed,
    /// The file can't be processed.
    Failed,
}

/// What is permanently wrong with a file.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// `InvalidContent` or `UnsupportedType`.
    #[serde(rename = "type")]
    pub name: &'static str,
    /// What is wrong, for people.
    pub message: String,
}

impl Report {
    /// A report about `object` that says nothing of its content yet.
    pub(super) fn new(object: &Object) -> Self {
        Self {
            bucket: object.bucket.clone(),
            file_processed: object.key.clone(),
            file_size: object.size,
            last_modified: None,
            etag: object.etag.clone(),
            version_id: object.version_id.clone(),
            format: Format::of(&object.key),
            counts: None,
            status: Status::Completed,
            error: None,
            processing_time: time::now(),
            duration_ms: 0,
            processor_version: env!("CARGO_PKG_VERSION"),
        }
    }
}
