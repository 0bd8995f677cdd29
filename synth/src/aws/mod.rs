//! AWS as this tool needs it: the only module that names the SDK. It returns our own types, with
//! every page of every list.

mod change_set;
mod event;
mod registry;
mod s3;
mod stack;
mod whole;

use std::{error::Error as StdError, time::Duration};

use aws_config::{
    BehaviorVersion, Region, SdkConfig,
    retry::RetryConfig,
    timeout::{TimeoutConfig, TimeoutConfigBuilder},
};
use aws_sdk_sts::{
    config::{Credentials, SharedCredentialsProvider, SharedHttpClient},
    error::{ProvideErrorMetadata, SdkError},
};
use aws_smithy_http_client::{
    Builder as HttpClient, Connector,
    proxy::ProxyConfig,
    tls::{Provider, rustls_provider::CryptoMode},
};

pub(crate) use change_set::{Change, ChangeSet, ChangeSetRequest, Parameter, Template};
pub(crate) use event::ResourceEvent;
pub(crate) use s3::Upload;
pub(crate) use stack::{Resource, Stack};

use crate::error::Error;
use whole::WholeAnswers;

/// Which AWS is meant.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// The one that the caller's environment and configuration files describe.
    Caller {
        /// Instead of the environment's profile.
        profile: Option<String>,
        /// Instead of the environment's region.
        region: Option<String>,
    },
    /// A local one, which takes any credentials.
    Local {
        /// Like `http://127.0.0.1:4566`.
        endpoint: String,
        /// Where it pretends to be.
        region: String,
    },
}

/// A connection to one account in one region.
#[derive(Clone, Debug)]
pub(crate) struct Aws {
    cloudformation: aws_sdk_cloudformation::Client,
    s3: aws_sdk_s3::Client,
    /// Twelve digits.
    pub(crate) account: String,
    /// Like `eu-west-1`.
    pub(crate) region: String,
    /// Who calls, as an ARN.
    pub(crate) caller: String,
    /// Where the calls go when not to AWS itself.
    pub(crate) endpoint: Option<String>,
}

impl Aws {
    /// Connects, which is to ask who the caller is: a wrong profile shows before anything is done.
    pub(crate) async fn connect(target: &Target) -> Result<Self, Error> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(retries())
            .timeout_config(timeouts().build());
        match target {
            Target::Caller { profile, region } => {
                loader = loader.http_client(http_client(ProxyConfig::from_env()));
                if let Some(profile) = profile {
                    loader = loader.profile_name(profile);
                }
                if let Some(region) = region {
                    loader = loader.region(Region::new(region.clone()));
                }
            }
            Target::Local { endpoint, region } => {
                let credentials = Credentials::new("test", "test", None, None, "local");
                loader = loader
                    .http_client(http_client(ProxyConfig::disabled()))
                    .endpoint_url(endpoint)
                    .region(Region::new(region.clone()))
                    .credentials_provider(SharedCredentialsProvider::new(credentials));
            }
        }
        Self::with(&loader.load().await).await
    }

    /// The same with everything given.
    pub(crate) async fn with(config: &SdkConfig) -> Result<Self, Error> {
        let Some(region) = config.region().map(ToString::to_string) else {
            return Err(Error::Usage {
                problem: "no AWS region is set".into(),
                hint: "pass --region, set AWS_REGION, or deploy to the local AWS with --local"
                    .into(),
            });
        };
        let endpoint = config.endpoint_url().map(str::to_owned);
        let identity = aws_sdk_sts::Client::new(config)
            .get_caller_identity()
            .send()
            .await
            .map_err(failed("ask AWS who is calling"))?;
        Ok(Self {
            cloudformation: aws_sdk_cloudformation::Client::from_conf(
                aws_sdk_cloudformation::config::Builder::from(config)
                    .interceptor(WholeAnswers)
                    .build(),
            ),
            s3: aws_sdk_s3::Client::from_conf(
                aws_sdk_s3::config::Builder::from(config)
                    .force_path_style(endpoint.is_some())
                    .interceptor(WholeAnswers)
                    .build(),
            ),
            account: identity.account.unwrap_or_default(),
            caller: identity.arn.unwrap_or_default(),
            region,
            endpoint,
        })
    }

    fn cfn(&self) -> &aws_sdk_cloudformation::Client {
        &self.cloudformation
    }

    /// `text` with the account and the region in place of `${AWS::AccountId}` and `${AWS::Region}`.
    pub(crate) fn fill_in(&self, text: &str) -> String {
        text.replace("${AWS::AccountId}", &self.account).replace("${AWS::Region}", &self.region)
    }
}

/// A client with the one TLS stack that is compiled in. The SDK's own ways to make one ignore the
/// proxy that the environment names.
fn http_client(proxy: ProxyConfig) -> SharedHttpClient {
    HttpClient::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder()
            .proxy_config(proxy.clone())
            .tls_provider(Provider::Rustls(CryptoMode::Ring));
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.build()
    })
}

/// How often and how patiently a call is tried.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(5)
}

/// How long an answer may take.
pub(crate) fn timeouts() -> TimeoutConfigBuilder {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(60))
}

/// For `map_err` on any call: what was tried, and what came of it.
fn failed<E, R>(doing: impl Into<String>) -> impl FnOnce(SdkError<E, R>) -> Error
where
    E: ProvideErrorMetadata + StdError + 'static,
    R: std::fmt::Debug + 'static,
{
    let doing = doing.into();
    move |error| {
        let answer = match &error {
            SdkError::ServiceError(context) => context.err().message(),
            _ => None,
        };
        let code = error.code().map(str::to_owned);
        let message = match answer {
            Some(message) => message.to_owned(),
            None => in_short(&error),
        };
        Error::Aws { doing, code, message }
    }
}

/// Of a long chain of errors, what a user can act on.
fn in_short<E, R>(error: &SdkError<E, R>) -> String
where
    E: StdError + 'static,
    R: std::fmt::Debug + 'static,
{
    match error {
        SdkError::TimeoutError(_) => "no answer in time".into(),
        SdkError::DispatchFailure(failure) if failure.is_io() || failure.is_timeout() => {
            format!("no connection: {}", innermost(error))
        }
        SdkError::DispatchFailure(_) => format!("no credentials: {}", innermost(error)),
        // The whole chain would show the answer itself, with what nobody may see.
        _ => innermost(error),
    }
}

fn innermost(error: &dyn StdError) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

/// CloudFormation has no code for it.
fn does_not_exist(code: Option<&str>, message: Option<&str>) -> bool {
    code == Some("ValidationError") && message.is_some_and(|text| text.contains("does not exist"))
}

fn text(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// Every stack status that the SDK knows.
#[cfg(test)]
pub(crate) fn stack_statuses() -> impl Iterator<Item = &'static str> {
    aws_sdk_cloudformation::types::StackStatus::values().iter().copied()
}
