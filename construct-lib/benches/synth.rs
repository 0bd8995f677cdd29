//! How long synth takes, and how much memory: `cargo bench -p construct-lib`.
//!
//! A unit is what the comparison with other tools uses too: a bucket that notifies, a queue, a
//! function and an alarm, with all that they bring along.

#![expect(missing_docs, reason = "divan's main")]

use construct_lib::prelude::*;
use divan::{AllocProfiler, Bencher};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// One stack of about 485 resources.
#[divan::bench]
fn one_stack_of_485(bencher: Bencher<'_, '_>) {
    report(1, 44);
    bencher.bench_local(|| render(1, 44));
}

/// Twenty of them.
#[divan::bench(sample_count = 20)]
fn twenty_stacks_of_485(bencher: Bencher<'_, '_>) {
    report(20, 44);
    bencher.bench_local(|| render(20, 44));
}

fn report(stacks: usize, units: usize) {
    let resources: usize = app(stacks, units).stacks.iter().map(|it| it.count("Resources")).sum();
    let bytes = render(stacks, units);
    eprintln!("{stacks} × {units} units: {resources} resources, {bytes} bytes");
}

fn render(stacks: usize, units: usize) -> usize {
    app(stacks, units).files().iter().map(|(_, content)| content.len()).sum()
}

fn app(stacks: usize, units: usize) -> construct_lib::assembly::Assembly {
    let mut app = App::new();
    for index in 0..stacks {
        app.stack(&format!("S{index}"), |stack| {
            for index in 0..units {
                stack.child(&format!("U{index}"), unit);
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
