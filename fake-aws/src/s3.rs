//! S3: versioned buckets, conditional writes, checksums.

use std::cmp::Reverse;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{
    World,
    world::{Answer, Page, Refusal},
    xml::{Xml, texts, unescape},
};

/// A bucket; it is versioned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// The account whose it is.
    pub owner: String,
    /// Oldest first.
    pub versions: Vec<Version>,
}

/// A version of an object, or a delete marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The object's key.
    pub key: String,
    /// Unique.
    pub id: String,
    /// None for a delete marker.
    pub content: Option<Vec<u8>>,
}

impl Bucket {
    /// The current content of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[u8]> {
        let latest = self.versions.iter().rev().find(|version| version.key == key)?;
        latest.content.as_deref()
    }
}

impl Version {
    /// Later ones have a higher one.
    fn serial(&self) -> u64 {
        self.id.trim_start_matches('v').parse().unwrap_or_default()
    }
}

impl World {
    /// Puts an object (or a delete marker) into a bucket, which is made if need be.
    pub fn put(&mut self, bucket: &str, key: &str, content: Option<&[u8]>) {
        let id = format!("v{}", self.serial());
        let owner = self.account.clone();
        let bucket = self.buckets.entry(bucket.into()).or_default();
        bucket.owner = owner;
        let content = content.map(<[u8]>::to_vec);
        bucket.versions.push(Version { key: key.into(), id, content });
    }
}

#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// `bucket/key`
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) if_none_match: String,
    pub(crate) expected_owner: String,
    pub(crate) sha256: String,
    pub(crate) body: Vec<u8>,
}

impl Request {
    fn bucket(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }

    fn key(&self) -> &str {
        self.path.split_once('/').map_or("", |(_, key)| key)
    }

    fn argument(&self, name: &str) -> String {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        let found = pairs.find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    }

    pub(crate) fn action(&self) -> &'static str {
        let asks_for =
            |name| self.query.split('&').any(|part| part.split('=').next() == Some(name));
        match (self.method.as_str(), self.key().is_empty()) {
            ("HEAD", true) => "HeadBucket",
            ("HEAD", false) => "HeadObject",
            ("GET", true) if asks_for("versions") => "ListObjectVersions",
            ("GET", false) => "GetObject",
            ("PUT", false) => "PutObject",
            ("POST", true) if asks_for("delete") => "DeleteObjects",
            ("DELETE", true) => "DeleteBucket",
            _ => "Unsupported",
        }
    }
}

pub(crate) fn perform(world: &mut World, request: &Request) -> Result<Answer, Refusal> {
    let name = request.bucket();
    let page = world.page;
    let serial = world.serial();
    let no_bucket = Refusal::new(404, "NoSuchBucket", "The specified bucket does not exist");
    let bucket = world.buckets.get_mut(name).ok_or(no_bucket)?;
    let expected = &request.expected_owner;
    if !expected.is_empty() && *expected != bucket.owner {
        return Err(Refusal::new(403, "AccessDenied", "Access Denied"));
    }
    match request.action() {
        "HeadBucket" => Ok(Answer::empty(200)),
        "HeadObject" | "GetObject" => get(bucket, request.key()),
        "PutObject" => put(bucket, request, serial),
        "ListObjectVersions" => Ok(list(bucket, page, request)),
        "DeleteObjects" => Ok(delete(bucket, &String::from_utf8_lossy(&request.body))),
        "DeleteBucket" if bucket.versions.is_empty() => {
            world.buckets.remove(name);
            Ok(Answer::empty(204))
        }
        "DeleteBucket" => {
            Err(Refusal::new(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"))
        }
        _ => Err(Refusal::new(501, "NotImplemented", "the fake does not do this")),
    }
}

fn get(bucket: &Bucket, key: &str) -> Result<Answer, Refusal> {
    let content = bucket.get(key);
    let no_key = Refusal::new(404, "NoSuchKey", "The specified key does not exist.");
    let content = content.ok_or(no_key)?;
    let mut answer = Answer::empty(200);
    let checksum = STANDARD.encode(Sha256::digest(content));
    answer.headers.push(("x-amz-checksum-sha256", checksum));
    Ok(answer)
}

fn put(bucket: &mut Bucket, request: &Request, serial: u64) -> Result<Answer, Refusal> {
    let key = request.key();
    if request.if_none_match == "*" && bucket.get(key).is_some() {
        let message = "At least one of the pre-conditions you specified did not hold";
        return Err(Refusal::new(412, "PreconditionFailed", message));
    }
    let checksum = STANDARD.encode(Sha256::digest(&request.body));
    if !request.sha256.is_empty() && request.sha256 != checksum {
        let message = "The SHA256 you specified did not match the calculated checksum.";
        return Err(Refusal::new(400, "BadDigest", message));
    }
    let content = Some(request.body.clone());
    bucket.versions.push(Version { key: key.into(), id: format!("v{serial}"), content });
    Ok(Answer::empty(200))
}

/// By key, newest first.
fn list(bucket: &Bucket, page: Page, request: &Request) -> Answer {
    let order = |version: &&Version| (version.key.clone(), Reverse(version.serial()));
    let mut versions: Vec<_> = bucket.versions.iter().collect();
    versions.sort_by_key(order);
    let (key, id) = (request.argument("key-marker"), request.argument("version-id-marker"));
    let last = Version { key, id, content: None };
    let after = versions.partition_point(|version| order(version) <= order(&&last));
    let (versions, next) = page.cut(&versions[after..], "");
    let mut xml = Xml::default().text("IsTruncated", next.is_some().to_string());
    if let (Some(_), Some(last)) = (next, versions.iter().max_by_key(|version| order(version))) {
        xml = xml.text("NextKeyMarker", &last.key).text("NextVersionIdMarker", &last.id);
    }
    for version in versions {
        let name = if version.content.is_some() { "Version" } else { "DeleteMarker" };
        let entry = Xml::default().text("Key", &version.key).text("VersionId", &version.id);
        xml = xml.element(name, entry);
    }
    Answer::body(Xml::default().element("ListVersionsResult", xml))
}

fn delete(bucket: &mut Bucket, body: &str) -> Answer {
    for object in texts(body, "Object") {
        let text = |name| texts(object, name).first().map(|text| unescape(text));
        let (key, id) = (text("Key"), text("VersionId"));
        bucket.versions.retain(|version| {
            Some(&version.key) != key.as_ref() || Some(&version.id) != id.as_ref()
        });
    }
    Answer::body(Xml::default().element("DeleteResult", Xml::default()))
}
