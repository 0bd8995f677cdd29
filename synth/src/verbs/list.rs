//! `synth list`: the app's stacks.

use std::process::ExitCode;

use crate::{context::Context, error::Error};

/// Lists the app's stacks in deployment order; builds no handler
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _cx: &mut Context) -> Result<ExitCode, Error> {
    Ok(ExitCode::SUCCESS)
}
