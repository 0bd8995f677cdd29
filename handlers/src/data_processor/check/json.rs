//! Checks one JSON value, and counts what is directly in it.

use std::io::{BufReader, Read, Result};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Deserializer;

use super::{BUFFER, Counts, Unfit, invalid, syntax_error};

/// How deep values may nest: what serde_json takes by default. It keeps no value while it skips
/// it, but one byte for each level.
const MAX_DEPTH: usize = 128;

pub(super) fn check(content: &mut impl Read) -> std::result::Result<Counts, Unfit> {
    let mut outline = Outline::new(content);
    let mut parser = Deserializer::from_reader(BufReader::with_capacity(BUFFER, &mut outline));
    IgnoredAny::deserialize(&mut parser)
        .and_then(|_| parser.end())
        .map_err(|error| syntax_error(error, 1))?;
    Ok(outline.counts())
}

/// Watches the structure of the JSON that is read through it. Only that: whether it is JSON at
/// all, the parser says.
struct Outline<R> {
    inner: R,
    line: u64,
    depth: usize,
    string: Option<Escape>,
    outermost: u8,
    /// Whether anything is in the outermost array or object.
    filled: bool,
    /// Commas directly in it.
    commas: u64,
}

/// Whether the next byte of a string is escaped.
type Escape = bool;

impl<R> Outline<R> {
    fn new(inner: R) -> Self {
        let (line, depth, outermost) = (1, 0, b' ');
        Self { inner, line, depth, string: None, outermost, filled: false, commas: 0 }
    }

    fn see(&mut self, byte: u8) -> Result<()> {
        match (self.string, byte) {
            (Some(false), b'"') => self.string = None,
            (Some(escaped), _) => self.string = Some(byte == b'\\' && !escaped),
            (None, b'\n') => self.line += 1,
            (None, b' ' | b'\t' | b'\r') => {}
            (None, b']' | b'}') => self.depth = self.depth.saturating_sub(1),
            (None, _) => return self.see_token(byte),
        }
        Ok(())
    }

    fn see_token(&mut self, byte: u8) -> Result<()> {
        self.filled |= self.depth == 1;
        match byte {
            b'"' => self.string = Some(false),
            b',' if self.depth == 1 => self.commas += 1,
            b'[' | b'{' => {
                if self.depth == 0 {
                    self.outermost = byte;
                }
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    let line = self.line;
                    let message = format!("line {line}: nests deeper than {MAX_DEPTH} levels");
                    return Err(invalid(message));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What was seen, once the parser has found it to be one valid value.
    fn counts(&self) -> Counts {
        let items = if self.filled { self.commas + 1 } else { 0 };
        match self.outermost {
            b'[' => Counts::Array { elements: items },
            b'{' => Counts::Object { keys: items },
            _ => Counts::Scalar {},
        }
    }
}

impl<R: Read> Read for Outline<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.inner.read(buffer)?;
        for byte in &buffer[..length] {
            self.see(*byte)?;
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::result;
    use super::super::{Counts, Format};

    fn json(content: &str) -> Result<Counts, String> {
        result(Format::Json, content.as_bytes())
    }

    #[test]
    fn what_is_directly_in_the_value_is_counted() {
        let array = |elements| Ok(Counts::Array { elements });
        let object = |keys| Ok(Counts::Object { keys });
        assert_eq!(json("[]"), array(0));
        assert_eq!(json("[ [1, 2, {\"a\": [3, 4]}] ]"), array(1));
        assert_eq!(json("[1,\"a,[\\\"],\\\\\",{}]\n"), array(3));
        assert_eq!(json(" { } "), object(0));
        assert_eq!(json("{\"a\": [1, 2], \"}\": {\"b\": 1, \"c\": 2}}"), object(2));
        assert_eq!(json("-1.5e3"), Ok(Counts::Scalar {}));
        assert_eq!(json("\"[1, 2]\""), Ok(Counts::Scalar {}));
    }

    #[test]
    fn a_syntax_error_has_a_line_and_a_column() {
        let error = |content| json(content).unwrap_err();
        assert_eq!(error("{\n  \"a\": 1,\n  \"b\" 2\n}"), "line 3 column 7: expected `:`");
        assert_eq!(error("[1, 2"), "line 1 column 5: EOF while parsing a list");
        assert_eq!(error("{} {}"), "line 1 column 4: trailing characters");
        assert_eq!(error(""), "line 1 column 0: EOF while parsing a value");
        assert_eq!(error("[1,]"), "line 1 column 4: expected value");
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(json(&nested(128)), Ok(Counts::Array { elements: 1 }));
        assert_eq!(json(&nested(129)).unwrap_err(), "line 1: nests deeper than 128 levels");
    }
}
