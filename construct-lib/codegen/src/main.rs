//! `cargo codegen`: writes the typed layer one of `construct-lib` from what AWS publishes.
//!
//! - `cargo codegen` writes it from the sources that `schema.lock` pins.
//! - `cargo codegen --check` fails when what is committed is not what it would write.
//! - `cargo codegen --update` pins the newest sources, then writes.

#![expect(clippy::print_stderr, reason = "a program whose messages are for people")]

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => codegen::write(),
        ["--check"] => codegen::check(),
        ["--update"] => codegen::update(),
        _ => Err("usage: cargo codegen [--check | --update]".into()),
    };
    match done {
        Ok(summary) => {
            eprintln!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
