//! For the fault tests: a command as typed, run in the caller's runtime against the caller's AWS.

use std::path::Path;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::{
    AsyncSleep, Credentials, SharedAsyncSleep, SharedCredentialsProvider, SharedHttpClient, Sleep,
};
use clap::Parser as _;

use crate::{
    assembly::Assembly,
    aws::{self, Aws},
    context::Context,
    error::Error,
    ui::{Screen, Ui},
    verbs,
};

/// A call of `synth deploy` or `synth destroy`.
pub struct Command(Verb);

#[derive(clap::Parser)]
enum Verb {
    Deploy(verbs::deploy::Args),
    Destroy(verbs::destroy::Args),
}

impl Command {
    /// The command of these words, like `["deploy", "--yes"]`.
    ///
    /// # Errors
    /// What the command line says about it.
    pub fn parse(words: &[&str]) -> Result<Self, String> {
        let words = ["synth"].iter().chain(words);
        Verb::try_parse_from(words).map(Self).map_err(|error| error.to_string())
    }

    /// Runs it on a package; says whether it succeeded. Errors are on the screen, as in real life.
    pub async fn run(&self, network: SharedHttpClient, package: &Path, screen: &Screen) -> bool {
        let cx = Context::with(Ui::on(screen.clone()));
        let result = self.try_run(&config(network), package, &cx).await;
        result.inspect_err(|error| cx.ui.error(error)).is_ok()
    }

    async fn try_run(&self, config: &SdkConfig, package: &Path, cx: &Context) -> Result<(), Error> {
        let aws = Aws::with(config).await?;
        let package = Assembly::read(package)?;
        let done = match &self.0 {
            Verb::Deploy(args) => verbs::deploy::deploy_package(args, cx, &aws, &package).await,
            Verb::Destroy(args) => verbs::destroy::destroy_assembly(args, cx, &aws, &package).await,
        };
        done.map(drop)
    }
}

/// As for a local AWS, but what the SDK does is the same every time.
fn config(network: SharedHttpClient) -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "fault test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .endpoint_url("http://fake.aws")
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(network)
        .sleep_impl(SharedAsyncSleep::new(TokioTime))
        .retry_config(aws::retries().with_use_static_exponential_base(true))
        .timeout_config(aws::timeouts().build())
        .build()
}

/// Sleeps in tokio's time, which tests can pause.
#[derive(Debug)]
struct TokioTime;

impl AsyncSleep for TokioTime {
    fn sleep(&self, duration: std::time::Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration))
    }
}
