//! `synth local`: the local AWS by hand.

use std::process::ExitCode;

use crate::{context::Context, error::Error};

/// Starts, stops and describes the local AWS
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _cx: &mut Context) -> Result<ExitCode, Error> {
    Ok(ExitCode::SUCCESS)
}
