//! Time and size, so that no number stands without its unit.

pub use std::time::Duration;

/// Label of a property that counts seconds; a [`Duration`] is its only literal.
#[derive(Clone, Copy, Debug)]
pub struct Seconds;

/// Label of a property that counts minutes; a [`Duration`] is its only literal.
#[derive(Clone, Copy, Debug)]
pub struct Minutes;

/// Label of a property that counts MB of 1,048,576 bytes; a [`Size`] is its only literal.
#[derive(Clone, Copy, Debug)]
pub struct Megabytes;

/// A duration of whole seconds.
pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A duration of whole minutes.
pub const fn minutes(count: u64) -> Duration {
    seconds(count * 60)
}

/// A duration of whole hours.
pub const fn hours(count: u64) -> Duration {
    minutes(count * 60)
}

/// A duration of days of 24 hours.
pub const fn days(count: u64) -> Duration {
    hours(count * 24)
}

/// An amount of memory or storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    megabytes: u64,
}

impl Size {
    /// In MB of 1,048,576 bytes, as AWS counts them.
    pub const fn megabytes(self) -> u64 {
        self.megabytes
    }
}

/// A size in MB of 1,048,576 bytes.
pub const fn megabytes(count: u64) -> Size {
    Size { megabytes: count }
}

/// A size in GB of 1,024 MB.
pub const fn gigabytes(count: u64) -> Size {
    Size { megabytes: count * 1024 }
}
