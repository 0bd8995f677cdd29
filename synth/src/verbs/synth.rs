//! `synth synth`: renders the app.

use std::process::ExitCode;

use crate::{context::Context, error::Error};

/// Renders the app's stacks into templates/
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _cx: &mut Context) -> Result<ExitCode, Error> {
    Ok(ExitCode::SUCCESS)
}
