//! `synth destroy`: deletes deployed stacks.

use std::process::ExitCode;

use crate::{context::Context, error::Error};

/// Deletes deployed stacks
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _cx: &mut Context) -> Result<ExitCode, Error> {
    Ok(ExitCode::SUCCESS)
}
