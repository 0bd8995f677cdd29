//! Stopping before Lambda does: a function that is cut off can't say why.

use std::time::{Duration, SystemTime};

use lambda_runtime::Context;
use tokio::time::{Instant, timeout_at};

use crate::Error;

/// How long before the function's timeout work is stopped.
const MARGIN: Duration = Duration::from_secs(10);

/// The moment at which an invocation must have finished its work.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Instant);

impl Deadline {
    /// Ten seconds before the function's timeout, or a tenth of the time when that is less.
    pub fn of(context: &Context) -> Self {
        let left = context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        Self(Instant::now() + left - MARGIN.min(left / 10))
    }

    /// Does `work`, or drops it at the deadline and returns [`Error::OutOfTime`].
    pub async fn bound<T>(self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        timeout_at(self.0, work).await.unwrap_or(Err(Error::OutOfTime))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis_left(timeout: u64) -> u128 {
        let end = SystemTime::now() + Duration::from_secs(timeout);
        let mut context = Context::default();
        context.deadline = end.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as u64;
        (Deadline::of(&context).0 - Instant::now()).as_millis()
    }

    #[test]
    fn the_margin_is_ten_seconds_but_never_eats_a_short_timeout() {
        assert!((289_000..=290_000).contains(&millis_left(300)));
        assert!((2_600..=2_700).contains(&millis_left(3)));
    }

    #[tokio::test]
    async fn work_that_hangs_is_an_error_before_the_timeout() {
        let deadline = Deadline(Instant::now() + Duration::from_millis(5));
        let result = deadline.bound(std::future::pending::<Result<(), Error>>()).await;
        assert!(matches!(result, Err(Error::OutOfTime)));
    }
}
