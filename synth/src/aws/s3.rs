//! S3: the staging bucket's objects, and emptying buckets.

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{ChecksumMode, Delete, ObjectIdentifier},
};
use aws_sdk_sts::error::ProvideErrorMetadata as _;

use super::{Aws, failed};
use crate::error::Error;

/// What came of an upload that must not replace anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Upload {
    /// It is there now.
    Done,
    /// Somebody else's was there first.
    Exists,
}

/// A version of an object, or a delete marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ObjectVersion {
    key: String,
    version: Option<String>,
}

impl Aws {
    /// Whether there is a bucket of this name in the caller's account.
    pub(crate) async fn has_bucket(&self, bucket: &str) -> Result<bool, Error> {
        let request = self.s3.head_bucket().bucket(bucket);
        match request.expected_bucket_owner(&self.account).send().await {
            Ok(_) => Ok(true),
            Err(error) if status(&error) == Some(404) => Ok(false),
            Err(error) if status(&error) == Some(403) => Err(Error::Aws {
                doing: format!("look at bucket {bucket}"),
                code: Some("AccessDenied".into()),
                message: format!(
                    "the bucket is not account {}'s, or the caller may not see it",
                    self.account
                ),
            }),
            Err(error) => Err(failed(format!("look at bucket {bucket}"))(error)),
        }
    }

    /// The SHA-256 of an object in base64 (empty if S3 has none for it), or nothing if there is no such object.
    pub(crate) async fn object_sha256(
        &self,
        bucket: &str,
        key: &str,
    ) -> Result<Option<String>, Error> {
        let request = self.s3.head_object().bucket(bucket).key(key);
        let request = request.checksum_mode(ChecksumMode::Enabled);
        match request.expected_bucket_owner(&self.account).send().await {
            Ok(object) => Ok(Some(object.checksum_sha256.unwrap_or_default())),
            Err(error) if status(&error) == Some(404) => Ok(None),
            Err(error) if status(&error) == Some(403) => Err(Error::Aws {
                doing: format!("look for {key} in bucket {bucket}"),
                code: Some("AccessDenied".into()),
                message: "it needs s3:GetObject, and s3:ListBucket to see that it is not there"
                    .into(),
            }),
            Err(error) => Err(failed(format!("look for {key} in bucket {bucket}"))(error)),
        }
    }

    /// Uploads an object unless there is one of that key already.
    pub(crate) async fn upload_new(
        &self,
        bucket: &str,
        key: &str,
        content: Vec<u8>,
        sha256: &str,
    ) -> Result<Upload, Error> {
        let request = self.s3.put_object().bucket(bucket).key(key);
        let request = request.if_none_match("*").checksum_sha256(sha256);
        let request = request.expected_bucket_owner(&self.account);
        match request.body(ByteStream::from(content)).send().await {
            Ok(_) => Ok(Upload::Done),
            Err(error) if status(&error) == Some(412) => Ok(Upload::Exists),
            Err(error) => Err(failed(format!("upload {key} to bucket {bucket}"))(error)),
        }
    }

    /// Up to a thousand of the versions and delete markers in a bucket, and after which one the
    /// list goes on; none if the bucket is gone.
    pub(crate) async fn some_versions(
        &self,
        bucket: &str,
        after: Option<ObjectVersion>,
    ) -> Result<(Vec<ObjectVersion>, Option<ObjectVersion>), Error> {
        let request = self.s3.list_object_versions().bucket(bucket);
        let (key, version) = after.map(|last| (last.key, last.version)).unzip();
        let request = request.set_key_marker(key).set_version_id_marker(version.flatten());
        let page = match request.expected_bucket_owner(&self.account).send().await {
            Ok(page) => page,
            Err(error) if error.code() == Some("NoSuchBucket") => return Ok((Vec::new(), None)),
            Err(error) => {
                return Err(failed(format!("list the objects in bucket {bucket}"))(error));
            }
        };
        let next = page
            .next_key_marker
            .filter(|_| page.is_truncated.unwrap_or_default())
            .map(|key| ObjectVersion { key, version: page.next_version_id_marker });
        let versions = page.versions.unwrap_or_default().into_iter();
        let markers = page.delete_markers.unwrap_or_default().into_iter();
        let versions = versions.map(|version| (version.key, version.version_id));
        let markers = markers.map(|marker| (marker.key, marker.version_id));
        let entry = |(key, version): (Option<String>, _)| ObjectVersion {
            key: key.unwrap_or_default(),
            version,
        };
        Ok((versions.chain(markers).map(entry).collect(), next))
    }

    /// Deletes up to a thousand versions and delete markers.
    pub(crate) async fn delete_versions(
        &self,
        bucket: &str,
        versions: Vec<ObjectVersion>,
    ) -> Result<(), Error> {
        let doing = format!("empty bucket {bucket}");
        let object = |object: ObjectVersion| {
            let identifier = ObjectIdentifier::builder().key(object.key);
            identifier.set_version_id(object.version).build()
        };
        let objects: Result<Vec<_>, _> = versions.into_iter().map(object).collect();
        let delete = objects
            .and_then(|objects| Delete::builder().set_objects(Some(objects)).quiet(true).build());
        let delete = delete.map_err(|error| Error::Aws {
            doing: doing.clone(),
            code: None,
            message: error.to_string(),
        })?;
        let request = self.s3.delete_objects().bucket(bucket).delete(delete);
        let request = request.expected_bucket_owner(&self.account);
        let answer = request.send().await.map_err(failed(doing.clone()))?;
        match answer.errors.unwrap_or_default().into_iter().next() {
            None => Ok(()),
            Some(error) => Err(Error::Aws {
                doing: format!("{doing}: delete {}", error.key.unwrap_or_default()),
                code: error.code,
                message: error.message.unwrap_or_default(),
            }),
        }
    }

    /// Deletes an empty bucket; one that is gone is as good.
    pub(crate) async fn delete_bucket(&self, bucket: &str) -> Result<(), Error> {
        let request = self.s3.delete_bucket().bucket(bucket);
        match request.expected_bucket_owner(&self.account).send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("NoSuchBucket") => Ok(()),
            Err(error) => Err(failed(format!("delete bucket {bucket}"))(error)),
        }
    }
}

fn status<E>(error: &aws_sdk_s3::error::SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
