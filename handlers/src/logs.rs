//! Logging: one JSON object a line.

use std::env;
use std::str::FromStr;

use lambda_runtime::tracing::subscriber;
use tracing::level_filters::LevelFilter;

/// Starts logging to stdout at the level in `AWS_LAMBDA_LOG_LEVEL`, else `INFO`.
///
/// The lines are JSON whether or not Lambda asks for it, with the `timestamp` and `level` that
/// Lambda's own filter wants; those of an invocation have its id in `span.requestId`.
///
/// # Panics
///
/// When called twice.
pub fn init() {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").ok();
    let level = level.and_then(|level| LevelFilter::from_str(&level).ok());
    subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(level.unwrap_or(LevelFilter::INFO))
        .init();
}
