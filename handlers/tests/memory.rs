//! A check's memory does not grow with the file. In a process of its own, so that its peak is
//! the check's.
#![cfg(all(feature = "aws", target_os = "linux"))]

use std::io::{Cursor, Read};

use handlers::data_processor::check::{Counts, Format, check};

/// Size of each file: 20 MiB.
const SIZE: u64 = 20 * 1024 * 1024;

/// What a check may add to the peak, in KiB.
const BOUND: u64 = 4 * 1024;

/// A file that exists only as far as it is read: `start`, then `body` until it has [`SIZE`], then
/// `end`.
fn file(start: &'static str, body: &'static str, end: &'static str) -> impl Read {
    let repeated = Endless(body.as_bytes(), 0).take(SIZE - SIZE % body.len() as u64);
    Cursor::new(start).chain(repeated).chain(Cursor::new(end))
}

struct Endless(&'static [u8], usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = buffer.len().min(self.0.len() - self.1);
        buffer[..length].copy_from_slice(&self.0[self.1..self.1 + length]);
        self.1 = (self.1 + length) % self.0.len();
        Ok(length)
    }
}

/// The most memory this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim_end_matches(" kB").trim().parse().expect("a number of kB")
}

#[test]
fn a_check_needs_no_more_memory_for_a_large_file() {
    let before = peak();
    let csv = check(Format::Csv, file("id,name\n", "1,\"a name, quoted\"\n", ""));
    assert!(matches!(csv, Ok(Counts::Csv { rows: 1.., columns: 2 })), "{csv:?}");
    let array = check(Format::Json, file("[1", ",{\"id\": 1, \"name\": [\"a\", \"b\"]}", "]"));
    assert!(matches!(array, Ok(Counts::Array { elements: 1.. })), "{array:?}");
    let long_key = check(Format::Json, file("{\"", "a key of 20 MiB, ", "\": 1}"));
    assert!(matches!(long_key, Ok(Counts::Object { keys: 1 })), "{long_key:?}");
    let deep = check(Format::Json, file("", "[", ""));
    assert!(deep.is_err(), "{deep:?}");
    let ndjson = check(Format::Ndjson, file("", "{\"id\": 1, \"name\": \"a\"}\n", ""));
    assert!(matches!(ndjson, Ok(Counts::Ndjson { records: 1.. })), "{ndjson:?}");
    assert!(peak() - before < BOUND, "{before} KiB before, {} KiB after", peak());
}
