//! Every single fault at every call of every scenario; and a kill after each that hits a write.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use fake_aws::Schedule;

use crate::{
    invariants::{self, Excuses},
    run::{self, Case},
    scenario::{self, Scenario},
    trial::{self, Trial},
};

/// What there was to see.
#[derive(Default)]
struct Report {
    runs: usize,
    by_fault: BTreeMap<&'static str, usize>,
    violations: Vec<String>,
}

#[test]
fn no_single_fault_loses_anything() {
    explore_all("single faults", trial::single);
}

#[test]
fn no_kill_after_a_fault_loses_anything() {
    explore_all("faults of writes and a later kill", trial::fault_and_kill);
}

fn explore_all(what: &str, trials: fn(&Case) -> Vec<Trial>) {
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
                    explore(scenario, trials, &report);
                }
            });
        }
    });
    let Report { runs, by_fault, violations } = report.into_inner().unwrap();
    let (scenarios, broken) = (scenarios.len(), violations.len());
    let mut text = format!(
        "{what}: {scenarios} scenarios, {runs} runs, {broken} violations, in {:.0?}\n",
        began.elapsed()
    );
    for (fault, count) in by_fault {
        text += &format!("{count:7} {fault}\n");
    }
    println!("{text}");
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

fn explore(scenario: &Scenario, trials: fn(&Case) -> Vec<Trial>, report: &Mutex<Report>) {
    let reference = run::case(scenario, &Schedule::default(), Duration::ZERO).unwrap();
    for trial in trials(&reference) {
        let violations = match run::case(scenario, &trial.schedule(), trial.pause) {
            Ok(case) => {
                let excuses = Excuses {
                    foreign: trial.is_foreign(scenario),
                    only_explanations: trial.only_explains(&reference),
                };
                invariants::check(scenario, &reference, &case, excuses)
            }
            Err(panic) => vec![format!("I10: {panic}")],
        };
        let mut report = report.lock().unwrap();
        report.runs += 1;
        *report.by_fault.entry(trial.fault.name()).or_default() += 1;
        let what = trial.describe(&reference);
        let violations = violations.into_iter();
        report.violations.extend(violations.map(|why| format!("{}: {what}: {why}", scenario.name)));
    }
}
