//! Runs cargo: its progress on one moving line, its diagnostics as they are.

use std::{
    collections::BTreeMap,
    env,
    ffi::{OsStr, OsString},
    io::{BufRead as _, BufReader, Read},
    path::PathBuf,
    process::{Command, Stdio},
    thread,
};

use serde::Deserialize;

use crate::{error::Error, progress::Progress, ui::Ui};

/// Runs a `cargo build` and returns the executables that it made, by the bin target's name.
///
/// # Errors
/// [`Error::Reported`] when the build fails: the user has seen why.
pub(crate) fn build(
    ui: &Ui,
    what: &str,
    mut command: Command,
) -> Result<BTreeMap<String, PathBuf>, Error> {
    let format = match ui.has_colour() {
        true => "json-diagnostic-rendered-ansi",
        false => "json",
    };
    command.args(["--message-format", format]);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| did_not_start("cargo build", &error))?;
    let progress = ui.progress(what);
    let mut executables = BTreeMap::new();
    thread::scope(|scope| {
        if let Some(stderr) = child.stderr.take() {
            scope.spawn(|| follow(stderr, what, ui, &progress));
        }
        if let Some(stdout) = child.stdout.take() {
            executables = collect(stdout, ui);
        }
    });
    drop(progress);
    let status = child.wait().map_err(Error::io("run", "cargo"))?;
    if status.success() { Ok(executables) } else { Err(Error::Reported) }
}

/// A cargo command in the folder `dir`, free of what an outer `cargo run` or `cargo test` has set:
/// build scripts would take it for a change and compile again.
pub(crate) fn command(dir: &std::path::Path) -> Command {
    let mut command = Command::new(program());
    command.current_dir(dir);
    for (name, _) in env::vars_os() {
        if is_of_outer_cargo(&name) {
            command.env_remove(name);
        }
    }
    command
}

/// A program of the toolchain that could not be started.
pub(crate) fn did_not_start(program: &str, error: &std::io::Error) -> Error {
    Error::Program {
        program: program.into(),
        problem: format!("did not start: {error}"),
        hint: "install Rust from https://rustup.rs".into(),
    }
}

/// The cargo that runs us, when one does, so that both use the same toolchain.
fn program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn is_of_outer_cargo(name: &OsStr) -> bool {
    const NAMES: [&str; 6] = [
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_TMPDIR",
    ];
    name.to_str().is_some_and(|name| NAMES.contains(&name) || name.starts_with("CARGO_PKG_"))
}

/// Shows what cargo says about its own work as progress, and all else to the user.
fn follow(stderr: impl Read, what: &str, ui: &Ui, progress: &Progress) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        match status_line(&line) {
            Some(step) => progress.set(&format!("{what}: {step}")),
            None => ui.line(&line),
        }
    }
}

/// Cargo's status lines begin with a verb that ends in column twelve.
fn status_line(line: &str) -> Option<&str> {
    let (verb, rest) = line.split_at_checked(12)?;
    let word = verb.trim_start();
    let is_verb = word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(|c| c.is_ascii_alphabetic())
        && verb.starts_with(' ')
        && rest.starts_with(' ');
    is_verb.then(|| line.trim_start())
}

/// Shows the compiler's diagnostics and collects what was made.
fn collect(stdout: impl Read, ui: &Ui) -> BTreeMap<String, PathBuf> {
    let mut executables = BTreeMap::new();
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let Ok(message) = serde_json::from_str::<Message>(&line) else {
            continue;
        };
        if let Some(rendered) = message.message.and_then(|message| message.rendered) {
            ui.print(&rendered);
        }
        if let (Some(target), Some(executable)) = (message.target, message.executable) {
            executables.insert(target.name, executable);
        }
    }
    executables
}

#[derive(Deserialize)]
struct Message {
    message: Option<Diagnostic>,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Diagnostic {
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

#[cfg(test)]
mod tests {
    use super::status_line;

    #[test]
    fn only_cargos_own_progress_is_taken_for_progress() {
        assert_eq!(status_line("   Compiling stacks v0.1.0"), Some("Compiling stacks v0.1.0"));
        assert_eq!(status_line("error: could not compile `stacks`"), None);
        assert_eq!(status_line("Caused by:"), None);
        assert_eq!(status_line("  no matching package named `x` found"), None);
    }
}
