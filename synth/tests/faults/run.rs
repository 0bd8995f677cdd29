//! Runs a command against a fresh AWS with faults, then the same command again without.

use std::{panic, time::Duration};

use aws_sdk_s3::config::SharedHttpClient;
use fake_aws::{Call, FakeAws, Schedule, World};
use synth::testing::Screen;
use tokio::time::{Instant, sleep, timeout};

use crate::scenario::Scenario;

/// No run may take longer, in virtual time.
const LONGEST: Duration = Duration::from_secs(5 * 3600);

/// What came of one run of the command.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// None if it was killed.
    pub(crate) success: Option<bool>,
    pub(crate) screen: String,
    pub(crate) calls: Vec<Call>,
    pub(crate) took: Duration,
    pub(crate) endless: bool,
    /// As it was right after it.
    pub(crate) world: World,
}

/// What came of the two runs.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) before: World,
    pub(crate) first: Run,
    pub(crate) again: Run,
    /// When everything that goes on by itself has ended.
    pub(crate) end: World,
}

/// A runtime whose hours pass at once.
pub(crate) fn in_virtual_time<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(work)
}

/// The command with these faults, a while, and the command again. An error is a panic's.
pub(crate) fn case(
    scenario: &Scenario,
    schedule: &Schedule,
    pause: Duration,
) -> Result<Case, String> {
    let attempt = panic::AssertUnwindSafe(|| {
        in_virtual_time(async {
            let aws = FakeAws::new("111111111111", "eu-west-1");
            aws.with(|world| scenario.prepare(world));
            // What was done to prepare has taken its time: nothing may be in the future.
            sleep(Duration::from_secs(60)).await;
            let before = aws.with(|world| world.clone());
            let first = run(scenario, &aws, schedule.clone(), &[]).await;
            sleep(pause).await;
            let again = run(scenario, &aws, Schedule::default(), &[]).await;
            let end = aws.with(|world| {
                world.settle();
                world.clone()
            });
            Case { before, first, again, end }
        })
    });
    panic::catch_unwind(attempt).map_err(|payload| {
        let text = payload.downcast_ref::<String>().cloned();
        let text = text.or_else(|| payload.downcast_ref::<&str>().map(|&text| text.into()));
        text.unwrap_or_else(|| "panic".into())
    })
}

/// The command once.
pub(crate) async fn run(
    scenario: &Scenario,
    aws: &FakeAws,
    schedule: Schedule,
    latencies: &[Duration],
) -> Run {
    let connection = aws.connect(schedule).with_latencies(latencies.to_vec());
    let screen = Screen::answering(scenario.answer);
    let network = SharedHttpClient::new(connection.clone());
    let began = Instant::now();
    let package = scenario.package.path();
    let work = timeout(LONGEST, scenario.command.run(network, &package, &screen));
    let ended = tokio::select! {
        ended = work => Some(ended),
        () = connection.killed() => None,
    };
    Run {
        success: ended.as_ref().and_then(|ended| ended.as_ref().ok().copied()),
        endless: ended.is_some_and(|ended| ended.is_err()),
        screen: screen.text(),
        calls: connection.calls(),
        took: began.elapsed(),
        world: aws.with(|world| world.clone()),
    }
}
