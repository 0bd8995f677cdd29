//! The `main` of an app: the only place of this crate that touches the world outside.

use std::path::Path;
use std::process::ExitCode;

use crate::app::App;
use crate::assembly::Assembly;
use crate::diagnostic::{Diagnostic, Severity};

/// Defines an app, renders it and writes the cloud assembly to the folder that `CDK_OUTDIR`
/// names, as `synth` and the CDK's tools ask for; without it, prints the templates.
///
/// Everything that is wrong is printed to stderr; with an error the exit code is 1.
///
/// ```no_run
/// use construct_lib::prelude::*;
///
/// fn main() -> std::process::ExitCode {
///     construct_lib::run(|app| {
///         app.stack("Queues", |stack| {
///             Queue::new(stack, "Jobs", default());
///         });
///     })
/// }
/// ```
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is the program's main")]
pub fn run(define: impl FnOnce(&mut App)) -> ExitCode {
    let mut app = App::new();
    define(&mut app);
    let assembly = match app.synth() {
        Ok(assembly) => assembly,
        Err(diagnostics) => {
            eprintln!("{}", report(&diagnostics));
            return ExitCode::FAILURE;
        }
    };
    if !assembly.warnings.is_empty() {
        eprintln!("{}", report(&assembly.warnings));
    }
    let Some(folder) = std::env::var_os("CDK_OUTDIR") else {
        for stack in &assembly.stacks {
            println!("# {}\n{}", stack.id, stack.yaml);
        }
        return ExitCode::SUCCESS;
    };
    match write(&assembly, Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: the assembly can't be written to {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write(assembly: &Assembly, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, content) in assembly.files() {
        std::fs::write(folder.join(name), content)?;
    }
    Ok(())
}

fn report(diagnostics: &[Diagnostic]) -> String {
    let mut lines: Vec<String> = diagnostics.iter().map(|it| format!("{it}\n")).collect();
    let errors = diagnostics.iter().filter(|it| it.severity == Severity::Error).count();
    if errors > 0 {
        lines.push(format!("{errors} {}, nothing was rendered", plural(errors, "error")));
    }
    lines.join("\n")
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { noun.to_owned() } else { format!("{noun}s") }
}
