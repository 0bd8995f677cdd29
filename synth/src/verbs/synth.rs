//! `synth`: renders the app.

use std::process::ExitCode;

use crate::{
    app,
    assembly::Assembly,
    context::Context,
    error::Error,
    templates::{self, State, Template},
    ui::{Tone, count},
    validate::report,
};

/// Renders the app's stacks into templates/
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Render only these stacks
    #[arg(value_name = "STACK")]
    stacks: Vec<String>,

    /// Write this stack's template to standard output and nothing to templates/
    #[arg(long, value_name = "STACK", conflicts_with_all = ["stacks", "check"])]
    stdout: Option<String>,

    /// Write nothing; show what differs and fail if templates/ is not what the app renders
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: Args, cx: &mut Context) -> Result<ExitCode, Error> {
    let assembly = app::run(cx)?;
    report::check_stacks(&assembly.stacks, cx)?;
    if let Some(stack) = args.stdout {
        cx.ui.data(&assembly.stack(&stack)?.body);
        return Ok(ExitCode::SUCCESS);
    }
    let root = &cx.workspace()?.root;
    let templates = templates::compare(root, &assembly, &args.stacks)?;
    if args.check {
        return check(&templates, cx);
    }
    if templates.is_empty() {
        cx.ui.warn("the app has no stacks");
    }
    for template in &templates {
        template.write()?;
    }
    let rows: Vec<_> = templates.iter().map(|template| row(template, &assembly)).collect();
    cx.ui.table(&rows);
    Ok(ExitCode::SUCCESS)
}

fn check(templates: &[Template], cx: &Context) -> Result<ExitCode, Error> {
    for template in templates {
        let diff = template.diff();
        cx.ui.data_lines(diff.lines().map(|line| (tone(line), line)));
    }
    match templates.iter().filter(|it| it.state() != State::Unchanged).count() {
        0 => {
            cx.ui.status("Current", "templates/ is what the app renders");
            Ok(ExitCode::SUCCESS)
        }
        count => Err(Error::Stale { count }),
    }
}

/// `templates/DataProcessing.yaml  24 resources  5 parameters  9.1 kB  unchanged`
fn row(template: &Template, assembly: &Assembly) -> (Tone, Vec<String>) {
    let (tone, state) = match template.state() {
        State::Unchanged => (Tone::Quiet, "unchanged"),
        State::New => (Tone::Good, "new"),
        State::Changed => (Tone::Good, "updated"),
        State::Stale => (Tone::Caution, "removed: no stack renders it"),
    };
    let mut cells = vec![template.name.clone()];
    if let Some(stack) = assembly.stacks.iter().find(|it| it.id == template.stack) {
        cells.extend([
            count(stack.synth.resources, "resource"),
            count(stack.synth.parameters, "parameter"),
            count(stack.body.len(), "byte"),
        ]);
    } else {
        cells.resize(4, String::new());
    }
    cells.push(state.into());
    (tone, cells)
}

/// The tone of a line of a unified diff.
fn tone(line: &str) -> Tone {
    match line.as_bytes().first() {
        Some(b'+') => Tone::Good,
        Some(b'-') => Tone::Bad,
        Some(b'@') => Tone::Quiet,
        _ => Tone::Plain,
    }
}
