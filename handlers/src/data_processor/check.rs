//! Reads a file to its end and says what it contains, or what is wrong with it.
//!
//! Whatever the file's size, a check holds one buffer and at most one record of
//! [`MAX_RECORD`] bytes.

mod csv;
mod json;
mod ndjson;
mod utf8;

use std::io::{self, BufReader, Read};

use serde::Serialize;

/// The longest record of a CSV or NDJSON file in bytes: 16 MiB. A longer one is most likely a
/// quote that was never closed.
pub const MAX_RECORD: usize = 16 * 1024 * 1024;

const BUFFER: usize = 64 * 1024;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values with a header line (RFC 4180, or with other line breaks).
    Csv,
    /// One JSON value.
    Json,
    /// One JSON value a line; blank lines are skipped.
    Ndjson,
}

impl Format {
    /// The format that the ending of `key` names, in whatever case.
    pub fn of(key: &str) -> Option<Self> {
        let (_, ending) = key.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }
}

/// What a file contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Counts {
    /// A table.
    Csv {
        /// Records after the header.
        rows: u64,
        /// Fields of each record.
        columns: u64,
    },
    /// A JSON array.
    Array {
        /// Its direct elements.
        elements: u64,
    },
    /// A JSON object.
    Object {
        /// Its direct keys.
        keys: u64,
    },
    /// A JSON string, number, boolean or null.
    Scalar {},
    /// JSON values, one a line.
    Ndjson {
        /// Lines that are not blank.
        records: u64,
    },
}

/// Why a file could not be checked.
#[derive(Debug)]
pub enum Unfit {
    /// The content is wrong, and always will be.
    Content(String),
    /// The content could not be read to its end; another attempt may.
    Read(io::Error),
}

/// Reads `content` to its end.
///
/// All formats are UTF-8, with or without a byte order mark; in another encoding a comma or a
/// quote may be part of a letter, and counts would be guesses. So anything else is [`Unfit`].
pub fn check(format: Format, content: impl Read) -> Result<Counts, Unfit> {
    let mut content = BufReader::with_capacity(BUFFER, utf8::Utf8::new(content)?);
    match format {
        Format::Csv => csv::check(content),
        Format::Json => json::check(&mut content),
        Format::Ndjson => ndjson::check(content),
    }
}

// A reader of ours that finds wrong content says so as `InvalidData`; errors of the network come
// as `Other`.
impl From<io::Error> for Unfit {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData => Self::Content(error.to_string()),
            _ => Self::Read(error),
        }
    }
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

/// What serde_json says, with the place in front and its line counted from `first_line`.
fn syntax_error(error: serde_json::Error, first_line: u64) -> Unfit {
    if error.is_io() {
        return io::Error::from(error).into();
    }
    let (line, column) = (error.line(), error.column());
    let message = error.to_string();
    let what = message.strip_suffix(&format!(" at line {line} column {column}"));
    let line = first_line + line as u64 - 1;
    Unfit::Content(format!("line {line} column {column}: {}", what.unwrap_or(&message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives the content in pieces of `size`, as a network might.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let size = self.1.min(buffer.len());
            self.0.read(&mut buffer[..size])
        }
    }

    /// The result, which must be the same however the content is cut.
    pub(super) fn result(format: Format, content: &[u8]) -> Result<Counts, String> {
        let check = |size| match check(format, Pieces(content, size)) {
            Ok(counts) => Ok(counts),
            Err(Unfit::Content(message)) => Err(message),
            Err(Unfit::Read(error)) => panic!("{error}"),
        };
        let whole = check(usize::MAX);
        for size in 1..=64 {
            assert_eq!(check(size), whole, "in pieces of {size}");
        }
        whole
    }

    #[test]
    fn the_ending_names_the_format_in_any_case() {
        assert_eq!(Format::of("data/a.b.CSV"), Some(Format::Csv));
        assert_eq!(Format::of("data/a.jsonl"), Some(Format::Ndjson));
        assert_eq!(Format::of("data/a.txt"), None);
        assert_eq!(Format::of("data/csv"), None);
    }

    #[test]
    fn a_network_error_is_not_the_files_fault() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("connection reset"))
            }
        }
        for format in [Format::Csv, Format::Json, Format::Ndjson] {
            let broken = b"[".chain(Broken);
            assert!(matches!(check(format, broken), Err(Unfit::Read(_))), "{format:?}");
        }
    }

    #[test]
    fn every_format_wants_utf8_and_takes_a_byte_order_mark() {
        let cases = [(Format::Csv, "a"), (Format::Json, "{\n\n\"a\": 1}"), (Format::Ndjson, "1")];
        for (format, good) in cases {
            let marked = [b"\xef\xbb\xbf", good.as_bytes()].concat();
            assert_eq!(result(format, &marked), result(format, good.as_bytes()));
            assert!(result(format, good.as_bytes()).is_ok());
        }
        let latin = result(Format::Json, b"{\n\"name\": \"M\xfcller\"}").unwrap_err();
        assert_eq!(latin, "line 2 is not UTF-8; hint: save the file as UTF-8");
        let utf16 = result(Format::Csv, b"\xff\xfea\0,\0b\0").unwrap_err();
        assert_eq!(utf16, "line 1 is not UTF-8; hint: save the file as UTF-8");
    }
}
