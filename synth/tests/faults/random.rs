//! Several faults at once, at random. Seeds of failures are kept next to this file.

use std::time::Duration;

use fake_aws::{Fault, Lasting, Schedule};
use proptest::{prelude::*, test_runner::FileFailurePersistence};

use crate::{
    invariants::{self, Excuses},
    run,
    scenario::{self, Scenario},
    trial,
};

/// How many schedules: with `FAULTS_CASES=100000` it is the long run.
fn cases() -> u32 {
    let given = std::env::var("FAULTS_CASES").ok().and_then(|text| text.parse().ok());
    given.unwrap_or(400)
}

fn fault() -> impl Strategy<Value = (Fault, bool)> {
    let quiet = prop_oneof![
        Just(Fault::Throttle),
        Just(Fault::ServerErrorBefore),
        Just(Fault::ServerErrorAfter),
        Just(Fault::NoAnswerBefore),
        Just(Fault::NoAnswerAfter),
        Just(Fault::ResetBefore),
        Just(Fault::ResetAfter),
        Just(Fault::Truncated),
        Just(Fault::Stale),
        Just(Fault::AccessDenied),
        Just(Fault::ExpiredToken),
        Just(Fault::ShiftedPage),
        Just(Fault::Mixed),
        Just(Fault::KillBefore),
        Just(Fault::KillAfter),
    ];
    prop_oneof![
        8 => quiet.prop_map(|fault| (fault, false)),
        1 => Just((trial::foreign(trial::foreign_review), true)),
        1 => Just((trial::foreign(trial::foreign_deployment), true)),
    ]
}

fn lasting() -> impl Strategy<Value = Lasting> {
    prop_oneof![Just(Lasting::Attempt), Just(Lasting::Call)]
}

#[test]
fn no_combination_of_faults_loses_anything() {
    let scenarios = scenario::all();
    let fault = (0..40_usize, fault(), lasting());
    let faults = prop::collection::vec(fault, 2..8);
    let config = ProptestConfig {
        cases: cases(),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("seeds"))),
        ..ProptestConfig::default()
    };
    let count = config.cases;
    let strategy = (0..scenarios.len(), faults, 0..3000_u64);
    proptest!(config, |((index, faults, pause) in strategy)| {
        let scenario = &scenarios[index];
        let foreign = faults.iter().any(|(_, (_, foreign), _)| *foreign);
        let mut schedule = Schedule::default();
        for (call, (fault, _), lasting) in &faults {
            schedule = schedule.and(*call, fault.clone(), *lasting);
        }
        let violations = violations(scenario, &schedule, Duration::from_millis(pause), foreign);
        prop_assert!(violations.is_empty(), "{}: {violations:#?}", scenario.name);
    });
    println!("{count} random schedules of 2 to 7 faults: 0 violations");
}

fn violations(
    scenario: &Scenario,
    schedule: &Schedule,
    pause: Duration,
    foreign: bool,
) -> Vec<String> {
    let reference = run::case(scenario, &Schedule::default(), Duration::ZERO).unwrap();
    match run::case(scenario, schedule, pause) {
        Ok(case) => {
            let excuses = Excuses { foreign, ..Excuses::default() };
            invariants::check(scenario, &reference, &case, excuses)
        }
        Err(panic) => vec![format!("I10: {panic}")],
    }
}
