//! `synth diff`: what would change.

use std::process::ExitCode;

use crate::{context::Context, error::Error};

/// Shows what would change in a deployed stack
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _cx: &mut Context) -> Result<ExitCode, Error> {
    Ok(ExitCode::SUCCESS)
}
