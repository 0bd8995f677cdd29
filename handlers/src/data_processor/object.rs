//! The uploaded object that a record of an S3 event names.

use aws_lambda_events::s3::S3EventRecord;

use crate::{Error, key};

/// An uploaded object, so exactly that a later upload under the same key is another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    /// The bucket's name.
    pub bucket: String,
    /// The decoded key.
    pub key: String,
    /// The size in bytes that the event names.
    pub size: i64,
    /// The version, where the bucket keeps versions.
    pub version_id: Option<String>,
    /// The ETag without quotes.
    pub etag: Option<String>,
    /// What S3 orders the events of one key by.
    pub sequencer: Option<String>,
}

impl Object {
    /// The object of `record`.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedEvent`] when the record doesn't say which object, or which upload of it.
    pub fn of(record: S3EventRecord) -> Result<Self, Error> {
        let malformed = |what: &str| Error::MalformedEvent(format!("the S3 event {what}"));
        let raw = record.s3.object;
        let object = Self {
            bucket: record.s3.bucket.name.ok_or_else(|| malformed("names no bucket"))?,
            key: raw
                .key
                .and_then(|key| key::decode(&key))
                .ok_or_else(|| malformed("names no object, or by a key that is not UTF-8"))?,
            size: raw.size.unwrap_or_default(),
            // The version `null` of a bucket whose versioning is suspended is overwritten by the
            // next upload, so it tells no upload from another.
            version_id: raw.version_id.filter(|version| version != "null"),
            etag: raw.e_tag,
            sequencer: raw.sequencer,
        };
        match object.identity() {
            Some(_) => Ok(object),
            None => Err(malformed("has neither a version nor an ETag with a sequencer")),
        }
    }

    /// What tells this upload from others under the same key.
    fn identity(&self) -> Option<String> {
        self.version_id
            .clone()
            .or_else(|| Some(format!("{}-{}", self.etag.as_deref()?, self.sequencer.as_deref()?)))
    }

    /// Where the report about this upload goes. Two uploads never share one: their keys differ,
    /// or else the last part of the path does.
    pub fn report_key(&self, prefix: &str) -> String {
        format!("{prefix}{}/{}.json", self.key, self.identity().unwrap_or_default())
    }

    /// Whether this only stands for a folder, as the S3 console makes them.
    pub fn is_folder_marker(&self) -> bool {
        self.size == 0 && self.key.ends_with('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::s3_event;

    fn of(key: &str, version: Option<&str>) -> Object {
        Object::of(s3_event(key, version).records.remove(0)).unwrap()
    }

    #[test]
    fn uploads_never_share_a_report() {
        let keys = [
            of("data/a/b.csv", None).report_key("reports/"),
            of("data/a_b.csv", None).report_key("reports/"),
            of("data/a/b.csv", Some("v1")).report_key("reports/"),
            of("data/a/b.csv", Some("v2")).report_key("reports/"),
            of("data/a/b.csv/v1.json", Some("v2")).report_key("reports/"),
        ];
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
        assert_eq!(keys[0], "reports/data/a/b.csv/e7a9-0055AED6.json");
        assert_eq!(keys[2], "reports/data/a/b.csv/v1.json");
    }

    #[test]
    fn the_null_version_is_no_version() {
        assert_eq!(of("data/a.csv", Some("null")), of("data/a.csv", None));
    }

    #[test]
    fn a_record_that_names_no_upload_is_refused() {
        let mut record = s3_event("data/a.csv", None).records.remove(0);
        record.s3.object.sequencer = None;
        let error = Object::of(record).unwrap_err();
        assert_eq!(error.name(), "MalformedEvent");
    }
}
