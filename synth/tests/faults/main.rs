//! That deploying cannot lose: the real engine and the real SDK against a fake AWS, with everything
//! that can go wrong going wrong at every call, and then a plain re-run of the same command.

mod concurrent;
mod invariants;
mod package;
mod peers;
mod random;
mod run;
mod scenario;
mod single;

use std::time::Duration;

use fake_aws::Schedule;

#[test]
fn every_scenario_ends_as_it_should_when_nothing_goes_wrong() {
    for scenario in scenario::all() {
        let began = std::time::Instant::now();
        let case = run::case(&scenario, &Schedule::default(), Duration::ZERO).unwrap();
        println!(
            "{}: {:?} {:?} calls {} {} took {:?} {:?} real {:?}",
            scenario.name,
            case.first.success,
            case.again.success,
            case.first.calls.len(),
            case.again.calls.len(),
            case.first.took,
            case.again.took,
            began.elapsed(),
        );
        if std::env::var_os("SHOW").is_some() {
            println!("{}\n---\n{}", case.first.screen, case.again.screen);
            println!(
                "{:?}",
                case.first.calls.iter().map(|call| call.action.as_str()).collect::<Vec<_>>()
            );
        }
    }
}
