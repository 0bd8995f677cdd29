//! Time and size, so that no number stands without its unit.

pub use std::time::Duration;

/// Label of a property that counts something; see the labels.
pub trait Unit {}

macro_rules! units {
    ($( $(#[$meta:meta])* $name:ident, )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Unit for $name {}
    )* };
}

units! {
    /// Label of a property that counts seconds; a [`Duration`] is its only literal.
    Seconds,
    /// Label of a property that counts minutes; a [`Duration`] is its only literal.
    Minutes,
    /// Label of a property that counts days; a [`Duration`] is its only literal.
    Days,
    /// Label of a property that counts bytes; a [`Size`] is its only literal.
    Bytes,
    /// Label of a property that counts MB of 1,048,576 bytes; a [`Size`] is its only literal.
    Megabytes,
    /// Label of a property that counts GB of 1,024 MB; a [`Size`] is its only literal.
    Gigabytes,
}

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
    bytes: u64,
}

impl Size {
    /// In bytes.
    pub const fn bytes(self) -> u64 {
        self.bytes
    }

    /// In whole MB of 1,048,576 bytes, as AWS counts them.
    pub const fn megabytes(self) -> u64 {
        self.bytes >> 20
    }
}

/// A size in bytes.
pub const fn bytes(count: u64) -> Size {
    Size { bytes: count }
}

/// A size in KB of 1,024 bytes.
pub const fn kilobytes(count: u64) -> Size {
    bytes(count * 1024)
}

/// A size in MB of 1,048,576 bytes.
pub const fn megabytes(count: u64) -> Size {
    kilobytes(count * 1024)
}

/// A size in GB of 1,024 MB.
pub const fn gigabytes(count: u64) -> Size {
    megabytes(count * 1024)
}
