//! Two and three deployers at the same time, in many orders.

use std::time::Duration;

use fake_aws::{FakeAws, Schedule, World};
use proptest::prelude::*;
use tokio::time::sleep;

use crate::{
    package::Stack,
    run::{self, Run, in_virtual_time},
    scenario::{self, Scenario, jobs},
};

/// What came of deployers that began at about the same time.
struct Race {
    runs: Vec<Run>,
    end: World,
}

/// Each deployer's calls take these times; so do the pauses before they begin.
fn race(deployers: &[Scenario], latencies: &[Vec<u64>]) -> Race {
    in_virtual_time(async {
        let aws = FakeAws::new("111111111111", "eu-west-1");
        aws.with(|world| scenario::deploy(world, "Jobs", &jobs(1), &[]));
        sleep(Duration::from_secs(60)).await;
        let one = |index: usize| {
            let times = &latencies[index % latencies.len()];
            let times: Vec<_> = times.iter().map(|&time| Duration::from_millis(time)).collect();
            let (deployer, aws) = (&deployers[index], &aws);
            async move {
                sleep(times[0]).await;
                run::run(deployer, aws, Schedule::default(), &times).await
            }
        };
        let runs = match deployers.len() {
            2 => {
                let (a, b) = tokio::join!(one(0), one(1));
                vec![a, b]
            }
            _ => {
                let (a, b, c) = tokio::join!(one(0), one(1), one(2));
                vec![a, b, c]
            }
        };
        let end = aws.with(|world| {
            world.settle();
            world.clone()
        });
        Race { runs, end }
    })
}

fn updating(version: u32) -> Scenario {
    Scenario::new("race", &["deploy", "--yes"], vec![Stack::new("Jobs", jobs(version))])
}

fn latencies() -> impl Strategy<Value = Vec<Vec<u64>>> {
    let times = prop::collection::vec(1..400_u64, 3..9);
    prop::collection::vec(times, 3)
}

fn check(deployers: &[Scenario], race: &Race) -> Result<(), TestCaseError> {
    let stack = race.end.stack("Jobs").cloned().unwrap_or_default();
    prop_assert_eq!(stack.status.as_str(), "UPDATE_COMPLETE");
    let mut sets: Vec<_> = race.end.executions.iter().map(|one| one.change_set.clone()).collect();
    sets.sort();
    sets.dedup();
    prop_assert_eq!(sets.len(), race.end.executions.len(), "a change set was executed twice");
    prop_assert!(race.runs.iter().any(|run| run.success == Some(true)), "nobody got through");
    for (deployer, run) in deployers.iter().zip(&race.runs) {
        prop_assert!(!run.endless);
        let wanted = &deployer.package.bodies["Jobs"];
        let executed = race.end.executions.iter().any(|one| one.body == *wanted);
        if run.success == Some(true) {
            prop_assert!(executed, "it says that it deployed, and nobody did");
        } else {
            prop_assert!(run.screen.contains("error: "), "{}", run.screen);
        }
    }
    // Whoever was first or last: what is there is what somebody wanted, whole.
    let whole = deployers.iter().any(|one| one.package.bodies["Jobs"] == stack.body);
    prop_assert!(whole);
    Ok(())
}

fn config() -> ProptestConfig {
    let given = std::env::var("FAULTS_CASES").ok().and_then(|text| text.parse::<u32>().ok());
    ProptestConfig { cases: given.map_or(60, |cases| cases / 10), ..ProptestConfig::default() }
}

#[test]
fn deployers_of_the_same_thing_all_get_it_and_it_is_deployed_once() {
    let deployers = [updating(2), updating(2), updating(2)];
    let config = config();
    let count = config.cases;
    proptest!(config, |(times in latencies())| {
        let race = race(&deployers, &times);
        check(&deployers, &race)?;
        prop_assert_eq!(race.end.executions.len(), 1);
        for run in &race.runs {
            prop_assert_eq!(run.success, Some(true), "{}", run.screen);
        }
    });
    println!("{count} races of three deployers of the same thing: 0 violations");
}

#[test]
fn deployers_of_different_things_never_touch_each_others_change_sets() {
    let two = [updating(2), updating(3)];
    let three = [updating(2), updating(3), updating(4)];
    let config = config();
    let count = config.cases;
    proptest!(config, |(times in latencies(), third in any::<bool>())| {
        let deployers: &[Scenario] = if third { &three } else { &two };
        let race = race(deployers, &times);
        check(deployers, &race)?;
        let removed = &race.end.removed_change_sets;
        prop_assert!(removed.iter().all(|(_, name)| name == "by-hand"), "{removed:?}");
    });
    println!("{count} races of two and three deployers of different things: 0 violations");
}
