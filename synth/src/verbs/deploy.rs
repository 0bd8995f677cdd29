//! `synth deploy`: deploys stacks through change sets.

use std::process::ExitCode;

use crate::{context::Context, error::Error};

/// Deploys stacks through CloudFormation change sets
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _cx: &mut Context) -> Result<ExitCode, Error> {
    Ok(ExitCode::SUCCESS)
}
