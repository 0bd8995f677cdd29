//! That deploying cannot lose: the real engine and the real SDK against a fake AWS, with everything
//! that can go wrong going wrong at every call, and then a plain re-run of the same command.
//!
//! `FAULTS_SCENARIO="failed update"` tries one scenario; `FAULTS_CASES=100000` is the long run of
//! the random ones.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]
#![expect(clippy::print_stdout, reason = "the figures are a result of these tests")]

mod concurrent;
mod invariants;
mod package;
mod peers;
mod random;
mod regressions;
mod run;
mod scenario;
mod single;
mod trial;

use std::time::Duration;

use fake_aws::Schedule;

#[test]
fn every_scenario_ends_as_it_should_when_nothing_goes_wrong() {
    for scenario in scenario::all() {
        let case = run::case(&scenario, &Schedule::default(), Duration::ZERO).unwrap();
        let Some(success) = case.first.success else { panic!("nobody has killed it") };
        assert_eq!(success, scenario.succeeds, "{}: {}", scenario.name, case.first.screen);
    }
}
