//! Which AWS a verb is about: its options and the connection that they ask for.

use crate::{
    assembly::Stack,
    aws::{Aws, Target},
    context::Context,
    error::Error,
    verbs,
};

/// Which AWS
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Connection {
    /// Use the local AWS, which is set up and started if need be
    #[arg(long)]
    pub(crate) local: bool,

    /// Use this profile of the AWS configuration files
    #[arg(long, value_name = "NAME", conflicts_with = "local")]
    profile: Option<String>,

    /// Use this region
    #[arg(long, value_name = "NAME", conflicts_with = "local")]
    region: Option<String>,
}

impl Connection {
    /// Connects; nothing else happens in AWS.
    pub(crate) async fn connect(&self, cx: &Context) -> Result<Aws, Error> {
        let target = match self.local {
            true => verbs::local::start(cx)?.target(),
            false => Target::Caller { profile: self.profile.clone(), region: self.region.clone() },
        };
        let _progress = cx.ui.progress("Connecting to AWS");
        Aws::connect(&target).await
    }
}

/// Runs what waits for AWS.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Error::io("start", "the runtime for network calls"))?.block_on(work)
}

/// Refuses a stack that belongs to another account or region, before anything is written.
pub(crate) fn check_environment(aws: &Aws, stack: &Stack) -> Result<(), Error> {
    let differs = |wanted: &Option<String>, given: &str| {
        wanted.as_ref().is_some_and(|wanted| wanted != given)
    };
    let environment = &stack.environment;
    if !differs(&environment.account, &aws.account) && !differs(&environment.region, &aws.region) {
        return Ok(());
    }
    Err(Error::Stack {
        stack: stack.name.clone(),
        problem: format!(
            "belongs to {environment}, and this is {}, {} (as {})",
            aws.account, aws.region, aws.caller
        ),
        hint: "use the profile and the region that it belongs to: --profile, --region".into(),
    })
}

/// Where calls go, in a line: before anything is agreed to.
pub(crate) fn describe(aws: &Aws) -> String {
    let endpoint = aws.endpoint.as_ref().map(|endpoint| format!(", through {endpoint}"));
    format!("account {}, region {}{}", aws.account, aws.region, endpoint.unwrap_or_default())
}
