//! `synth local`: the local AWS by hand.

use std::process::ExitCode;

use serde_json::{Map, Value, json};

use crate::{
    context::Context,
    error::Error,
    local::{ACCOUNT, Auth, Local, REGION, Running},
};

/// Starts, stops and describes the local AWS
///
/// It is ministack in a Python virtual environment under target/, set up on first use. It listens
/// on 127.0.0.1 only and keeps its state until it is stopped.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Starts it, unless it runs, and prints what other clients need in their environment
    Start(Output),
    /// Says whether it runs, and where
    Status(Output),
    /// Stops it: everything in it is gone
    Stop(Output),
}

#[derive(clap::Args)]
struct Output {
    /// Prints JSON for programs
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, cx: &mut Context) -> Result<ExitCode, Error> {
    let local = Local::in_dir(cx.workspace()?.scratch().join("local"));
    match args.action {
        Action::Start(output) => {
            if local.running().is_some() {
                cx.ui.status("Running", "the local AWS, since before");
            }
            show(cx, Some(start(cx)?), &output);
        }
        Action::Status(output) => show(cx, local.running(), &output),
        Action::Stop(output) => {
            match local.stop(&cx.ui)? {
                true => cx.ui.status("Stopped", "the local AWS: everything in it is gone"),
                false => cx.ui.status("Stopped", "nothing: the local AWS was not running"),
            }
            if output.json {
                show(cx, None, &output);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The workspace's local AWS, started if need be.
pub(crate) fn start(cx: &Context) -> Result<Running, Error> {
    let scratch = cx.workspace()?.scratch();
    Local::in_dir(scratch.join("local")).start(&cx.ui, &scratch.join("python"), Auth::Off)
}

fn show(cx: &Context, running: Option<Running>, output: &Output) {
    if output.json {
        cx.ui.data(&format!("{}\n", describe(running)));
        return;
    }
    let Some(running) = running else {
        cx.ui.line("the local AWS is not running");
        cx.ui.hint(
            "start it with `cargo synth local start`, or let `cargo synth deploy --local` do it",
        );
        return;
    };
    cx.ui.line(&format!("endpoint  {}", running.endpoint()));
    cx.ui.line(&format!("account   {ACCOUNT}"));
    cx.ui.line(&format!("region    {REGION}"));
    cx.ui.line("for other clients:");
    for (name, value) in running.environment() {
        cx.ui.data(&format!("export {name}={value}\n"));
    }
}

fn describe(running: Option<Running>) -> Value {
    let Some(running) = running else {
        return json!({"running": false});
    };
    let environment: Map<String, Value> = running
        .environment()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect();
    json!({
        "running": true,
        "endpoint": running.endpoint(),
        "account": ACCOUNT,
        "region": REGION,
        "environment": environment,
    })
}
