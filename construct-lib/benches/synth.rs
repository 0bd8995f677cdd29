//! How long synth takes, and how much memory: `cargo bench -p construct-lib`.
//!
//! A unit is what comparisons with other tools use too: a bucket that notifies, a queue, a
//! function and an alarm, with all that they bring along: ten resources.

use construct_lib::prelude::*;
use divan::{AllocProfiler, Bencher};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// What everybody has who deploys one small system.
#[divan::bench]
fn one_unit(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| {
        let mut app = App::new();
        app.stack("Unit", unit);
        app.synth().map(|assembly| assembly.files())
    });
}

/// One stack of 485 resources.
#[divan::bench]
fn one_stack_of_485(bencher: Bencher<'_, '_>) {
    report(1);
    bencher.bench_local(|| render(1));
}

/// Twenty of them.
#[divan::bench(sample_count = 20)]
fn twenty_stacks_of_485(bencher: Bencher<'_, '_>) {
    report(20);
    bencher.bench_local(|| render(20));
}

#[expect(clippy::print_stderr, reason = "a benchmark's figures are for people")]
fn report(stacks: usize) {
    let resources: usize = app(stacks).stacks.iter().map(|it| it.count("Resources")).sum();
    let bytes = render(stacks);
    eprintln!("{stacks} stacks, {resources} resources, {bytes} bytes of YAML, JSON and manifest");
}

fn render(stacks: usize) -> usize {
    app(stacks).files().iter().map(|(_, content)| content.len()).sum()
}

fn app(stacks: usize) -> construct_lib::assembly::Assembly {
    let mut app = App::new();
    for index in 0..stacks {
        app.stack(&format!("S{index}"), |stack| {
            for index in 0..48 {
                stack.child(&format!("U{index}"), unit);
            }
            for index in 0..5 {
                LogGroup::new(stack, &format!("Logs{index}"), default());
            }
        });
    }
    app.synth().expect("the units are right")
}

fn unit(scope: &mut Scope) {
    let failed = Queue::new(scope, "Failed", default());
    let inbox = Bucket::new(scope, "Inbox", BucketProps { versioned: true, ..default() });
    let worker = Function::new(
        scope,
        "Worker",
        FunctionProps {
            on_failure: Some(failed.destination()),
            ..FunctionProps::handler("worker")
        },
    );
    inbox.on_object_created(scope, &worker, prefix("data/"));
    inbox.grant_read(scope, &worker, "data/*");
    Alarm::new(scope, "Errors", AlarmProps::at_least(worker.metric_errors(), 1));
}
