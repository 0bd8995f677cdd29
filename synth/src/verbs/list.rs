//! `synth list`: the app's stacks.

use std::process::ExitCode;

use serde_json::json;

use crate::{app, assembly::Stack, context::Context, error::Error};

/// Lists the app's stacks in deployment order; builds no handler
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write a JSON array instead of a table
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: Args, cx: &mut Context) -> Result<ExitCode, Error> {
    let assembly = app::run(cx)?;
    if args.json {
        let stacks: Vec<_> = assembly.stacks.iter().map(to_json).collect();
        cx.ui.data(&format!("{:#}\n", json!(stacks)));
    } else {
        let rows: Vec<_> = assembly.stacks.iter().map(to_row).collect();
        cx.ui.data_table(&rows);
    }
    Ok(ExitCode::SUCCESS)
}

fn to_json(stack: &Stack) -> serde_json::Value {
    json!({
        "id": stack.id,
        "name": stack.name,
        "account": stack.environment.account,
        "region": stack.environment.region,
        "dependencies": stack.dependencies,
    })
}

fn to_row(stack: &Stack) -> Vec<String> {
    let after = match stack.dependencies.is_empty() {
        true => String::new(),
        false => format!("after {}", stack.dependencies.join(", ")),
    };
    vec![stack.name.clone(), stack.environment.to_string(), after]
}
