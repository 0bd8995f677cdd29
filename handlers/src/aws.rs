//! The AWS SDK as both handlers use it.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

/// Region, credentials and endpoint from the environment, and one HTTPS client for all services.
pub async fn config() -> SdkConfig {
    let https = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(https).load().await
}

/// An S3 client. Where `AWS_ENDPOINT_URL` names another endpoint than AWS's own, such as a local
/// emulator's, the bucket goes into the path, since `bucket.127.0.0.1` is no host.
pub fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let builder = aws_sdk_s3::config::Builder::from(config);
    let path_style = config.endpoint_url().is_some();
    aws_sdk_s3::Client::from_conf(builder.force_path_style(path_style).build())
}
