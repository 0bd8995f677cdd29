//! The command line: which verbs there are and how a call ends.

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::{context::Context, error::Error, verbs};

/// Renders, packages and deploys construct-lib apps.
///
/// Without a verb, renders the app's stacks into `templates/`.
#[derive(Parser)]
#[command(
    name = "synth",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 done or nothing to do, 1 something is wrong in the call, the app or the build,\n\
                  2 AWS refused or a deployment failed, or a file can't be read (validate),\n\
                  3 differences found (diff --exit-code, --fail-on)."
)]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    synth: verbs::synth::Args,
}

#[derive(Subcommand)]
enum Verb {
    Deploy(verbs::deploy::Args),
    Destroy(verbs::destroy::Args),
    Diff(verbs::diff::Args),
    List(verbs::list::Args),
    Local(verbs::local::Args),
    Package(verbs::package::Args),
    Validate(verbs::validate::Args),
}

/// Runs the tool with the process's arguments.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => {
            let _ = answer.print();
            // Help is an answer, too. clap's own code for errors means something else here.
            return ExitCode::from(u8::from(answer.use_stderr()));
        }
    };
    let mut cx = Context::new();
    run(cli, &mut cx).unwrap_or_else(|error| {
        cx.ui.error(&error);
        error.exit_code()
    })
}

fn run(cli: Cli, cx: &mut Context) -> Result<ExitCode, Error> {
    match cli.verb {
        None => verbs::synth::run(cli.synth, cx),
        Some(Verb::Deploy(args)) => verbs::deploy::run(args, cx),
        Some(Verb::Destroy(args)) => verbs::destroy::run(args, cx),
        Some(Verb::Diff(args)) => verbs::diff::run(args, cx),
        Some(Verb::List(args)) => verbs::list::run(args, cx),
        Some(Verb::Local(args)) => verbs::local::run(args, cx),
        Some(Verb::Package(args)) => verbs::package::run(args, cx),
        Some(Verb::Validate(args)) => verbs::validate::run(args, cx),
    }
}

/// The help of every verb as one text: the command line reference.
#[must_use]
pub fn reference() -> String {
    let mut root = Cli::command().term_width(100).disable_help_subcommand(true);
    root.build();
    let mut text = String::new();
    add_help(&mut root, &mut text);
    text
}

fn add_help(command: &mut clap::Command, text: &mut String) {
    if !text.is_empty() {
        text.push_str("\n----\n\n");
    }
    text.push_str(&command.render_long_help().to_string());
    for verb in command.get_subcommands_mut() {
        add_help(verb, text);
    }
}
