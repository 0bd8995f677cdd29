//! `synth diff`: what would change.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::{Value, json};

use crate::{
    app,
    assembly::{Assembly, Stack},
    connection::{self, Connection},
    context::Context,
    diff::{self, Change, Effect, Kind},
    error::Error,
    template,
    ui::Tone,
};

/// The exit code for differences, where they are asked for.
const DIFFERENT: u8 = 3;

/// Shows what would change in the deployed stacks
///
/// Compares templates: the order of keys, comments and the form of intrinsic functions don't
/// count. The code of handlers and the values of parameters are not part of a template.
///
/// Says of each resource whether CloudFormation replaces it and why, and where data is lost with it.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Compare only this stack
    #[arg(value_name = "STACK", conflicts_with = "old")]
    stack: Option<String>,

    /// Compare with this file, YAML or JSON, instead of the deployed stack
    #[arg(long, value_name = "FILE", conflicts_with_all = ["old", "local"])]
    template: Option<PathBuf>,

    /// Compare this file with the one in --new, without the app and AWS
    #[arg(long, value_name = "FILE", requires = "new", conflicts_with = "local")]
    old: Option<PathBuf>,

    /// The file to compare the one in --old with
    #[arg(long, value_name = "FILE", requires = "old")]
    new: Option<PathBuf>,

    #[command(flatten)]
    connection: Connection,

    /// Write JSON
    #[arg(long)]
    json: bool,

    /// Exit with 3 if there are differences
    #[arg(long)]
    exit_code: bool,

    /// Exit with 3 if a resource is, or may be, replaced; if data is lost; or if anything differs
    #[arg(long, value_name = "WHAT")]
    fail_on: Option<FailOn>,
}

/// What is too much of a change.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Replacement,
    DataLoss,
    Any,
}

impl FailOn {
    fn is_met(self, change: &Change) -> bool {
        match self {
            Self::Replacement => change.impact.effect > Some(Effect::InPlace),
            Self::DataLoss => change.impact.data_loss,
            Self::Any => true,
        }
    }
}

/// Two templates that belong together.
struct Pair {
    name: String,
    old: Value,
    new: Value,
}

pub(crate) fn run(args: Args, cx: &mut Context) -> Result<ExitCode, Error> {
    let mut found = Vec::new();
    for pair in pairs(&args, cx)? {
        let changes = diff::diff(&pair.old, &pair.new);
        found.push((pair.name, changes));
    }
    match args.json {
        true => print_json(&found, cx),
        false => print_text(&found, cx),
    }
    let fail_on = args.fail_on.or(args.exit_code.then_some(FailOn::Any));
    let mut changes = found.iter().flat_map(|(_, changes)| changes);
    let fails = fail_on.is_some_and(|what| changes.any(|change| what.is_met(change)));
    Ok(ExitCode::from(if fails { DIFFERENT } else { 0 }))
}

fn pairs(args: &Args, cx: &Context) -> Result<Vec<Pair>, Error> {
    if let (Some(old), Some(new)) = (&args.old, &args.new) {
        return Ok(vec![Pair {
            name: new.display().to_string(),
            old: template::read(old)?,
            new: template::read(new)?,
        }]);
    }
    let assembly = app::run(cx)?;
    let stacks = assembly.select(args.stack.as_slice())?;
    match &args.template {
        Some(file) => Ok(vec![with_file(&assembly, &stacks, file)?]),
        None => connection::block_on(with_deployed(&stacks, args, cx)),
    }
}

fn with_file(assembly: &Assembly, stacks: &[&Stack], file: &Path) -> Result<Pair, Error> {
    let [stack] = stacks else {
        let known: Vec<_> = assembly.stacks.iter().map(|stack| stack.id.as_str()).collect();
        return Err(Error::Usage {
            problem: "--template is about one stack, and the app has several or none".into(),
            hint: format!("name one of: {}", known.join(", ")),
        });
    };
    Ok(Pair { name: stack.name.clone(), old: template::read(file)?, new: stack.model()? })
}

async fn with_deployed(stacks: &[&Stack], args: &Args, cx: &Context) -> Result<Vec<Pair>, Error> {
    let aws = args.connection.connect(cx).await?;
    let mut pairs = Vec::new();
    for stack in stacks {
        connection::check_environment(&aws, stack)?;
        let old = match aws.deployed_template(&stack.name).await? {
            Some(text) => template::parse(&text).map_err(|problem| Error::Stack {
                stack: stack.name.clone(),
                problem: format!("has a template that can't be read: {problem}"),
                hint: "look at it with: aws cloudformation get-template".into(),
            })?,
            None => json!({}),
        };
        pairs.push(Pair { name: stack.name.clone(), old, new: stack.model()? });
    }
    Ok(pairs)
}

fn print_json(found: &[(String, Vec<Change>)], cx: &Context) {
    let stacks: Vec<_> = found
        .iter()
        .map(|(name, changes)| {
            let changes: Vec<_> = changes.iter().map(Change::to_json).collect();
            json!({ "stack": name, "changes": changes })
        })
        .collect();
    cx.ui.data(&format!("{:#}\n", json!(stacks)));
}

fn print_text(found: &[(String, Vec<Change>)], cx: &Context) {
    for (name, changes) in found {
        if changes.is_empty() {
            cx.ui.toned(Tone::Quiet, &format!("{name}: no differences"));
            continue;
        }
        let count = |kind| changes.iter().filter(|change| change.kind == kind).count();
        let heading = format!(
            "{name}: {} added, {} changed, {} removed",
            count(Kind::Added),
            count(Kind::Changed),
            count(Kind::Removed)
        );
        let lines = diff::lines(changes);
        let lines = lines.iter().map(|(tone, line)| (*tone, line.as_str()));
        cx.ui.data_lines([(Tone::Strong, heading.as_str())].into_iter().chain(lines));
    }
}
