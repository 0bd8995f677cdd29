//! `synth package`: builds and zips the handlers.

use std::process::ExitCode;

use crate::{context::Context, error::Error};

/// Builds the handlers and writes a package to deploy later or elsewhere
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _cx: &mut Context) -> Result<ExitCode, Error> {
    Ok(ExitCode::SUCCESS)
}
