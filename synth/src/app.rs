//! Runs the app: a program that writes a cloud assembly.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{assembly::Assembly, cargo, context::Context, error::Error, lock::Lock};

/// Builds and runs the workspace's app; what it and the compiler print is for the user to see.
pub(crate) fn run(cx: &Context) -> Result<Assembly, Error> {
    let workspace = cx.workspace()?;
    let app = workspace.app()?;
    let mut build = cargo::command(&workspace.root);
    build.args(["build", "--package", &app.package, "--bin", &app.name]);
    let executables = cargo::build(&cx.ui, &format!("Building {}", app.package), build)?;
    let executable = executables.get(&app.name).ok_or_else(|| Error::Workspace {
        problem: format!("cargo built no executable `{}`", app.name),
        hint: format!("try: cargo run --package {}", app.package),
    })?;
    let dir = workspace.scratch().join("assembly");
    let _lock = Lock::take(&cx.ui, &dir)?;
    execute(cx, executable, &dir)?;
    if !dir.join("manifest.json").exists() {
        return Err(Error::Workspace {
            problem: format!("the app `{}` wrote no cloud assembly", app.package),
            hint: "its main has to end with construct_lib::run".into(),
        });
    }
    let assembly = Assembly::read(&dir)?;
    for asset in assembly.stacks.iter().flat_map(|stack| &stack.synth.assets) {
        workspace.bin(&asset.handler)?;
    }
    Ok(assembly)
}

/// Runs the built app in the workspace's root with an empty `dir` to fill.
fn execute(cx: &Context, executable: &Path, dir: &Path) -> Result<(), Error> {
    if dir.exists() {
        fs::remove_dir_all(dir).map_err(Error::io("empty", dir))?;
    }
    fs::create_dir_all(dir).map_err(Error::io("create", dir))?;
    let failed = |problem: String| Error::Program {
        program: executable.display().to_string(),
        problem,
        hint: "run it under a debugger, with CDK_OUTDIR set to an empty folder".into(),
    };
    let status = Command::new(executable)
        .current_dir(&cx.workspace()?.root)
        .env("CDK_OUTDIR", dir)
        // The terminal is the app's while it runs, so nothing moves there meanwhile.
        // Standard output is for our data: what the app prints there goes where people read.
        .stdout(Stdio::from(std::io::stderr()))
        .status()
        .map_err(|error| failed(format!("did not start: {error}")))?;
    match status.code() {
        Some(0) => Ok(()),
        // The app has printed its diagnostics.
        Some(_) => Err(Error::Reported),
        None => Err(failed(format!("was killed ({status})"))),
    }
}
