//! `synth destroy`: deletes deployed stacks.

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use crate::{
    app,
    assembly::Assembly,
    aws::Aws,
    connection::{self, Connection},
    context::Context,
    destroy::{self, Options, Survey},
    error::Error,
    report,
    ui::{Tone, count},
};

/// Deletes deployed stacks
///
/// Shows what goes and what stays, and asks. What a template says to keep (DeletionPolicy: Retain)
/// stays. A bucket with objects in it can't be deleted: --empty-buckets deletes them first. To
/// leave nothing behind: --empty-buckets --delete-retained.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Delete only these stacks
    #[arg(value_name = "STACK")]
    stacks: Vec<String>,

    #[command(flatten)]
    connection: Connection,

    /// Go ahead without asking
    #[arg(long)]
    yes: bool,

    /// Delete all objects, with all their versions, in the buckets that are to be deleted
    #[arg(long)]
    empty_buckets: bool,

    /// Delete also the buckets that the templates say to keep
    #[arg(long)]
    delete_retained: bool,
}

pub(crate) fn run(args: Args, cx: &mut Context) -> Result<ExitCode, Error> {
    if !args.yes && !io::stdin().is_terminal() {
        return Err(Error::NotInteractive { question: "Delete these stacks?".into() });
    }
    connection::block_on(destroy(&args, cx))
}

async fn destroy(args: &Args, cx: &Context) -> Result<ExitCode, Error> {
    let aws = args.connection.connect(cx).await?;
    let assembly = app::run(cx)?;
    destroy_assembly(args, cx, &aws, &assembly).await
}

/// All that happens once it is known what to delete, and where.
pub(crate) async fn destroy_assembly(
    args: &Args,
    cx: &Context,
    aws: &Aws,
    assembly: &Assembly,
) -> Result<ExitCode, Error> {
    let options =
        Options { empty_buckets: args.empty_buckets, delete_kept_buckets: args.delete_retained };
    let is_ours = |name: &&String| assembly.stacks.iter().any(|stack| stack.is_called(name));
    let (ours, others): (Vec<_>, Vec<_>) = args.stacks.iter().partition(is_ours);
    let ours: Vec<String> = ours.into_iter().cloned().collect();
    let mut surveys = Vec::new();
    for name in others {
        // What the app no longer has can still be named as CloudFormation knows it.
        let Some(survey) = destroy::survey(aws, name).await? else {
            assembly.select(std::slice::from_ref(name))?;
            continue;
        };
        cx.ui.warn(&format!("the app has no stack {name}, but it is deployed"));
        surveys.push(survey);
    }
    let selected = match args.stacks.is_empty() || !ours.is_empty() {
        true => assembly.select(&ours)?,
        false => Vec::new(),
    };
    for stack in selected.into_iter().rev() {
        connection::check_environment(aws, stack)?;
        match destroy::survey(aws, &stack.name).await? {
            Some(survey) => surveys.push(survey),
            None => cx.ui.status("Absent", &format!("{}: nothing to delete", stack.name)),
        }
    }
    if surveys.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    for survey in &surveys {
        show(cx, survey, options);
    }
    let question = format!("Delete this from {}?", connection::describe(aws));
    if !args.yes && !cx.ui.confirm(&question)? {
        return Err(Error::Cancelled);
    }
    for survey in &surveys {
        let _progress = cx.ui.progress(&format!("Deleting {}", survey.name));
        destroy::delete(aws, survey, options, &mut |event| report::event(&cx.ui, &event)).await?;
        cx.ui.status("Deleted", &survey.name);
    }
    Ok(ExitCode::SUCCESS)
}

fn show(cx: &Context, survey: &Survey, options: Options) {
    let ui = &cx.ui;
    let stays = survey.stays(options);
    let goes = survey.deleted.len() + survey.kept.len() - stays.len();
    ui.status("Deleting", &format!("{}: {}", survey.name, count(goes, "resource")));
    let row = |tone, what: &str, resource: &crate::aws::Resource| {
        let cells = [what, &resource.logical_id, &resource.resource_type, &resource.physical_id];
        (tone, cells.map(str::to_owned).to_vec())
    };
    let mut rows = Vec::new();
    for bucket in survey.buckets(options) {
        let what = if options.empty_buckets { "  - with all objects" } else { "  - if empty" };
        let resources = survey.deleted.iter().chain(&survey.kept);
        let found = resources.filter(|resource| resource.physical_id == bucket);
        rows.extend(found.map(|resource| row(Tone::Bad, what, resource)));
    }
    let in_the_way = !stays.is_empty();
    rows.extend(stays.into_iter().map(|resource| row(Tone::Quiet, "  stays", resource)));
    ui.table(&rows);
    if in_the_way {
        ui.hint(
            "what stays is in the way when the same stack is created again, and can then only be \
             deleted by hand; --delete-retained deletes buckets now",
        );
    }
}
