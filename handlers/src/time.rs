//! Moments as text.

use std::time::SystemTime;

use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};

/// The present in RFC 3339, UTC, to the millisecond.
pub fn now() -> String {
    rfc3339(&SystemTime::now().into())
}

/// `time` in RFC 3339, UTC, to the millisecond.
pub fn rfc3339(time: &DateTime) -> String {
    let millis = time.to_millis().unwrap_or_default();
    DateTime::from_millis(millis).fmt(DateTimeFormat::DateTime).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_milliseconds_and_a_zone() {
        assert_eq!(rfc3339(&DateTime::from_millis(1_782_000_000_120)), "2026-06-21T00:00:00.12Z");
        assert_eq!(rfc3339(&DateTime::from_secs(1_782_000_000)), "2026-06-21T00:00:00Z");
    }
}
