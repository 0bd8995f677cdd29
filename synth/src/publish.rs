//! Puts files where CloudFormation finds them. Keys are made from contents, so what is there
//! already is not sent again, and what is there with another content is refused.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{
    assembly::AssetFile,
    aws::{Aws, Upload},
    error::Error,
};

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Published {
    /// It was sent: so many bytes.
    Sent(usize),
    /// It was there.
    Present,
}

/// Puts a file of a package into its bucket.
pub(crate) async fn file(aws: &Aws, file: &AssetFile) -> Result<Published, Error> {
    let content = fs::read(&file.path).map_err(Error::io("read", &file.path))?;
    put(aws, &aws.fill_in(&file.bucket), &file.key, content).await
}

/// Puts a template that is too long for a request into `bucket`; says where CloudFormation finds it.
pub(crate) async fn template(aws: &Aws, bucket: &str, body: &str) -> Result<String, Error> {
    let hash: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    let key = format!("{hash}.template");
    put(aws, bucket, &key, body.as_bytes().to_vec()).await?;
    // With the bucket in the path: every endpoint takes that form.
    Ok(match &aws.endpoint {
        Some(endpoint) => format!("{}/{bucket}/{key}", endpoint.trim_end_matches('/')),
        None => format!("https://s3.{}.{}/{bucket}/{key}", aws.region, domain(&aws.region)),
    })
}

async fn put(aws: &Aws, bucket: &str, key: &str, content: Vec<u8>) -> Result<Published, Error> {
    let sha256 = STANDARD.encode(Sha256::digest(&content));
    let size = content.len();
    if let Some(there) = aws.object_sha256(bucket, key).await? {
        return same(bucket, key, &there, &sha256);
    }
    match aws.upload_new(bucket, key, content, &sha256).await? {
        Upload::Done => Ok(Published::Sent(size)),
        // Somebody was faster.
        Upload::Exists => {
            let there = aws.object_sha256(bucket, key).await?.unwrap_or_default();
            same(bucket, key, &there, &sha256)
        }
    }
}

fn same(bucket: &str, key: &str, there: &str, ours: &str) -> Result<Published, Error> {
    if there == ours {
        return Ok(Published::Present);
    }
    let what = if there.is_empty() { "no SHA-256" } else { "another content" };
    Err(Error::Usage {
        problem: format!(
            "s3://{bucket}/{key} has {what}, though its key is made from ours: it is damaged or was put there by somebody else"
        ),
        hint: "find out who put it there; after it is deleted, the same command uploads it again"
            .into(),
    })
}

fn domain(region: &str) -> &'static str {
    match region.starts_with("cn-") {
        true => "amazonaws.com.cn",
        false => "amazonaws.com",
    }
}
