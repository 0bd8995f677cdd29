//! Every single fault at every call of every scenario.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use fake_aws::{
    Call, Fault,
    Lasting::{self, Attempt, Rest},
    Schedule, World,
};

use crate::{
    invariants::{self, Excuses},
    run::{self, Case},
    scenario::{self, Scenario, jobs},
};

/// One thing to try.
struct Trial {
    call: usize,
    fault: Fault,
    lasting: Lasting,
    /// Between the two runs.
    pause: Duration,
}

/// What there was to see.
#[derive(Default)]
struct Report {
    runs: usize,
    by_fault: BTreeMap<&'static str, usize>,
    violations: Vec<String>,
}

#[test]
fn no_single_fault_loses_anything() {
    let began = Instant::now();
    let scenarios = scenario::all();
    let only = std::env::var("FAULTS_SCENARIO").ok();
    let wanted = |scenario: &&Scenario| only.as_ref().is_none_or(|only| scenario.name == only);
    let queue = Mutex::new(scenarios.iter().filter(wanted).collect::<Vec<_>>());
    let report = Mutex::new(Report::default());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().pop();
                    let Some(scenario) = next else { return };
                    explore(scenario, &report);
                }
            });
        }
    });
    let report = report.into_inner().unwrap();
    println!("{} scenarios, {} runs in {:?}", scenarios.len(), report.runs, began.elapsed());
    for (fault, count) in &report.by_fault {
        println!("{count:7} {fault}");
    }
    println!("{:7} violations", report.violations.len());
    assert!(report.violations.is_empty(), "{}", report.violations.join("\n"));
}

fn explore(scenario: &Scenario, report: &Mutex<Report>) {
    let began = Instant::now();
    let reference = run::case(scenario, &Schedule::default(), Duration::ZERO).unwrap();
    let trials = trials(&reference.first.calls);
    let count = trials.len();
    for trial in trials {
        let schedule = Schedule::one(trial.call, trial.fault.clone(), trial.lasting);
        let result = run::case(scenario, &schedule, trial.pause);
        let violations = match &result {
            Ok(case) => {
                let excuses = excuses(&trial, &reference);
                invariants::check(scenario, &reference, case, excuses)
            }
            Err(panic) => vec![format!("I10: {panic}")],
        };
        let mut report = report.lock().unwrap();
        report.runs += 1;
        *report.by_fault.entry(trial.fault.name()).or_default() += 1;
        let action = &reference.first.calls[trial.call].action;
        for violation in violations {
            report.violations.push(format!(
                "{}: {} ({:?}) at call {} ({action}): {violation}",
                scenario.name,
                trial.fault.name(),
                trial.lasting,
                trial.call
            ));
        }
    }
    println!("{}: {count} runs in {:?}", scenario.name, began.elapsed());
}

fn trials(calls: &[Call]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (call, made) in calls.iter().enumerate() {
        let mut add = |fault: Fault, lasting: Lasting| {
            trials.push(Trial { call, fault, lasting, pause: Duration::ZERO });
        };
        for fault in
            [Fault::Throttle, Fault::AccessDenied, Fault::ServerErrorBefore, Fault::ResetBefore]
        {
            add(fault, Lasting::Call);
        }
        add(Fault::Truncated, Attempt);
        add(Fault::NoAnswerBefore, Attempt);
        add(Fault::ExpiredToken, Rest);
        add(Fault::Foreign(Arc::new(foreign_review)), Attempt);
        add(Fault::Foreign(Arc::new(foreign_deployment)), Attempt);
        add(Fault::KillBefore, Attempt);
        if made.writes {
            add(Fault::ResetAfter, Attempt);
            add(Fault::ServerErrorAfter, Lasting::Call);
            add(Fault::NoAnswerAfter, Lasting::Call);
            add(Fault::Truncated, Lasting::Call);
            add(Fault::KillAfter, Attempt);
        } else {
            add(Fault::Stale, Attempt);
            add(Fault::UnknownStatus, Attempt);
            add(Fault::ShiftedPage, Attempt);
            add(Fault::Mixed, Attempt);
        }
    }
    let kills: Vec<_> =
        trials.iter().filter(|trial| trial.fault.kills()).map(|trial| trial.call).collect();
    trials.extend(kills.into_iter().map(|call| Trial {
        call,
        fault: Fault::KillAfter,
        lasting: Attempt,
        pause: Duration::from_millis(900),
    }));
    trials
}

fn excuses(trial: &Trial, reference: &Case) -> Excuses {
    let calls = &reference.first.calls;
    let no_more_writes = calls[trial.call..].iter().all(|call| !call.writes);
    let has_executed = calls[..trial.call]
        .iter()
        .any(|call| matches!(call.action.as_str(), "ExecuteChangeSet" | "DeleteStack"));
    let foreign = matches!(trial.fault, Fault::Foreign(_));
    Excuses {
        foreign,
        only_explanations: !foreign
            && no_more_writes
            && has_executed
            && trial.lasting != Rest
            && !trial.fault.kills(),
    }
}

/// Somebody else makes a change set for the same stack, to look at.
pub(crate) fn foreign_review(world: &mut World) {
    scenario::change_set(world, "Jobs", "review-of-a-colleague", &jobs(9), &[]);
}

/// Somebody else deploys another template to the same stack.
pub(crate) fn foreign_deployment(world: &mut World) {
    scenario::change_set(world, "Jobs", "deployment-of-a-colleague", &jobs(9), &[]);
    world.settle_change_sets();
    let call = [
        ("Action", "ExecuteChangeSet"),
        ("StackName", "Jobs"),
        ("ChangeSetName", "deployment-of-a-colleague"),
        ("ClientRequestToken", "colleague"),
    ];
    let _ = world.call(&call);
}
