//! `synth deploy`: deploys stacks through change sets.

use std::{
    io::{self, IsTerminal as _},
    path::PathBuf,
    process::ExitCode,
};

use serde_json::Value;

use crate::{
    assembly::{Assembly, Stack},
    aws::{self, Aws},
    connection::{self, Connection},
    context::Context,
    deploy::{self, Goal, LONGEST_BODY, Prepared, Review},
    error::Error,
    outputs::{self, Outputs},
    package,
    parameters::{self, Parameter},
    publish::{self, Published},
    report::{self, Sources},
    staging,
    ui::{count, printable},
};

/// Deploys stacks through CloudFormation change sets
///
/// Builds and uploads the handlers, creates a change set, shows it, asks, executes it, and follows
/// what happens to the end. The outputs go to standard output. Running the same command again
/// after an interruption goes on where it ended.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Deploy only these stacks
    #[arg(value_name = "STACK")]
    stacks: Vec<String>,

    #[command(flatten)]
    connection: Connection,

    /// Go ahead without asking
    #[arg(long)]
    yes: bool,

    /// Deploy this package instead of building one
    #[arg(long, value_name = "DIR")]
    package: Option<PathBuf>,

    /// Give a template parameter a value: KEY=VALUE, or STACK:KEY=VALUE for one stack only. What
    /// is not given keeps the value that the stack has, or takes its default
    #[arg(long, value_name = "KEY=VALUE")]
    parameters: Vec<Parameter>,

    /// Write the outputs to this file as {"Stack": {"Output": "value"}}
    #[arg(long, value_name = "FILE")]
    outputs_file: Option<PathBuf>,
}

pub(crate) fn run(args: Args, cx: &mut Context) -> Result<ExitCode, Error> {
    if !args.yes && !io::stdin().is_terminal() {
        return Err(Error::NotInteractive { question: "Deploy these changes?".into() });
    }
    if let Some(file) = &args.outputs_file {
        outputs::check(file)?;
    }
    connection::block_on(deploy(&args, cx))
}

async fn deploy(args: &Args, cx: &Context) -> Result<ExitCode, Error> {
    let aws = args.connection.connect(cx).await?;
    let package = match &args.package {
        Some(dir) => Assembly::read(dir)?,
        None => package::write(cx, &cx.workspace()?.scratch().join("package"), None)?,
    };
    deploy_package(args, cx, &aws, &package).await
}

/// All that happens once it is known what to deploy, and where.
pub(crate) async fn deploy_package(
    args: &Args,
    cx: &Context,
    aws: &Aws,
    package: &Assembly,
) -> Result<ExitCode, Error> {
    let mut stacks = Vec::new();
    for stack in package.select(&args.stacks)? {
        connection::check_environment(aws, stack)?;
        stacks.push((stack, stack.model()?));
    }
    parameters::check(&args.parameters, &stacks)?;
    cx.ui.status("Deploying", &format!("to {}", connection::describe(aws)));
    let deployment = Deployment { args, cx, aws };
    deployment.stage(&stacks).await?;
    let mut outputs = Vec::new();
    for (stack, template) in stacks {
        let goal = deployment.goal(stack, template).await?;
        let deployed = deployment.stack(&goal, &Sources::of(stack)).await?;
        outputs.push(Outputs { stack: goal.stack, values: deployed.outputs });
    }
    outputs::print(&cx.ui, &outputs);
    if let Some(path) = &args.outputs_file {
        outputs::write(path, &outputs)?;
    }
    if args.connection.local {
        cx.ui.hint("`cargo synth local status` prints what other clients need to reach this AWS");
    }
    Ok(ExitCode::SUCCESS)
}

/// One run of the verb.
struct Deployment<'a> {
    args: &'a Args,
    cx: &'a Context,
    aws: &'a Aws,
}

impl Deployment<'_> {
    /// Uploads what the stacks need, to a staging bucket that is created when it is first needed.
    async fn stage(&self, stacks: &[(&Stack, Value)]) -> Result<(), Error> {
        let bucket = staging::bucket(self.aws);
        let is_staged = |(stack, _): &(&Stack, Value)| {
            stack.body.len() > LONGEST_BODY
                || stack.files.iter().any(|file| self.aws.fill_in(&file.bucket) == bucket)
        };
        if stacks.iter().any(is_staged) && !self.aws.has_bucket(&bucket).await? {
            self.cx.ui.status(
                "Staging",
                &format!("needs a bucket for code and long templates: {bucket}"),
            );
            self.stack(&staging::goal(), &Sources::default()).await?;
        }
        for file in stacks.iter().flat_map(|(stack, _)| &stack.files) {
            let name = &file.display_name;
            let _progress = self.cx.ui.progress(&format!("Uploading {name}"));
            if let Published::Sent(size) = publish::file(self.aws, file).await? {
                self.cx.ui.status("Uploaded", &format!("{name}, {} kB", size.div_ceil(1000)));
            }
        }
        Ok(())
    }

    async fn goal(&self, stack: &Stack, template: Value) -> Result<Goal, Error> {
        let url = match stack.body.len() > LONGEST_BODY {
            true => {
                let bucket = staging::bucket(self.aws);
                Some(publish::template(self.aws, &bucket, &stack.body).await?)
            }
            false => None,
        };
        let known = stack.parameters.iter();
        let mut parameters: std::collections::BTreeMap<_, _> =
            known.map(|(key, value)| (key.clone(), self.aws.fill_in(value))).collect();
        if let (Some(key), Some(file)) = (&stack.synth.asset_bucket_parameter, stack.files.first())
        {
            parameters.insert(key.clone(), self.aws.fill_in(&file.bucket));
        }
        parameters.extend(parameters::for_stack(&self.args.parameters, stack, &template));
        Ok(Goal {
            stack: stack.name.clone(),
            body: stack.body.clone(),
            template,
            url,
            parameters,
            tags: stack.tags.clone().into_iter().collect(),
            termination_protection: stack.termination_protection,
        })
    }

    /// Takes one stack to its goal.
    async fn stack(&self, goal: &Goal, sources: &Sources<'_>) -> Result<aws::Stack, Error> {
        let ui = &self.cx.ui;
        let progress = ui.progress(&format!("Making a change set for {}", goal.stack));
        let prepared = deploy::prepare(self.aws, goal).await?;
        drop(progress);
        let progress = |text| ui.progress(&format!("{text} {}", goal.stack));
        let mut show = |event| report::event(ui, &event);
        let ending = match prepared {
            Prepared::NoChanges(stack) => {
                let deployed = match self.args.connection.local {
                    true => self.aws.deployed_template(&goal.stack).await?,
                    false => None,
                };
                if deployed.is_none_or(|deployed| deployed == goal.body) {
                    ui.status("Unchanged", &goal.stack);
                    return self.protect(goal, stack).await;
                }
                ui.status("Updating", &format!("{}: only its outputs", goal.stack));
                deploy::update_outputs(self.aws, goal, stack, &mut show).await?
            }
            Prepared::Running(operation) => {
                ui.status(
                    "Following",
                    &format!("{}: an earlier run has begun to deploy it", goal.stack),
                );
                let _progress = progress("Deploying");
                operation.follow(self.aws, &mut show).await?
            }
            Prepared::Ready(review) => {
                self.review(goal, &review, sources).await?;
                let _progress = progress("Deploying");
                deploy::execute(self.aws, goal, review, &mut show).await?
            }
        };
        let root_cause = ending.root_cause.clone();
        let stack = deploy::check(goal, ending).inspect_err(|_| {
            if let Some(cause) = &root_cause {
                report::root_cause(ui, sources, cause);
            }
        })?;
        ui.status("Deployed", &goal.stack);
        self.protect(goal, stack).await
    }

    /// Shows what is about to change and asks.
    async fn review(
        &self,
        goal: &Goal,
        review: &Review,
        sources: &Sources<'_>,
    ) -> Result<(), Error> {
        let ui = &self.cx.ui;
        let verb = if review.create { "Creating" } else { "Updating" };
        let changes = count(review.changes.len(), "change");
        ui.status(verb, &format!("{}: {changes}", goal.stack));
        report::changes(ui, sources, &review.changes);
        if self.args.yes {
            return Ok(());
        }
        let question = format!("Deploy this to {}?", printable(&connection::describe(self.aws)));
        match ui.confirm(&question) {
            Ok(true) => Ok(()),
            answer => {
                if let Some(stays) = deploy::discard(self.aws, goal, review).await? {
                    ui.hint(&stays);
                }
                answer.and(Err(Error::Cancelled))
            }
        }
    }

    /// Protection is only ever turned on here: somebody may have done so by hand.
    async fn protect(&self, goal: &Goal, stack: aws::Stack) -> Result<aws::Stack, Error> {
        if goal.termination_protection && !stack.termination_protection {
            self.aws.protect_stack(&stack.id).await?;
            self.cx.ui.status("Protected", &format!("{} against deletion", goal.stack));
        }
        Ok(stack)
    }
}
