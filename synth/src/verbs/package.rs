//! `synth package`: builds and zips the handlers.

use std::{path::PathBuf, process::ExitCode};

use crate::{context::Context, error::Error, package};

/// Builds the handlers and writes a package to deploy later or elsewhere
///
/// A package is a folder that `synth deploy --package` and `cdk deploy --app` take. The same
/// sources give the same zips on every machine with the same toolchain.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder to write [default: target/synth/package]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// The bucket for the zips [default: synth-assets-ACCOUNT-REGION-an]
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
}

pub(crate) fn run(args: Args, cx: &mut Context) -> Result<ExitCode, Error> {
    let out = match args.out {
        Some(out) => out,
        None => cx.workspace()?.scratch().join("package"),
    };
    package::write(cx, &out, args.bucket.as_deref())?;
    cx.ui.status("Packaged", &out.display().to_string());
    Ok(ExitCode::SUCCESS)
}
