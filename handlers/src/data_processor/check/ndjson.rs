//! Checks NDJSON: every line that is not blank is one JSON value.

use std::io::{BufRead, Read};

use serde::de::IgnoredAny;

use super::{Counts, MAX_RECORD, Unfit, syntax_error};

pub(super) fn check(mut content: impl BufRead) -> Result<Counts, Unfit> {
    let mut records = 0;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let mut limited = content.by_ref().take(MAX_RECORD as u64 + 1);
        if limited.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() > MAX_RECORD {
            let message = format!("line {number} is longer than {MAX_RECORD} bytes");
            return Err(Unfit::Content(message));
        }
        let value = line.trim_ascii_end();
        if !value.is_empty() {
            serde_json::from_slice::<IgnoredAny>(value)
                .map_err(|error| syntax_error(error, number))?;
            records += 1;
        }
    }
    Ok(Counts::Ndjson { records })
}

#[cfg(test)]
mod tests {
    use super::super::tests::result;
    use super::super::{Counts, Format, MAX_RECORD, Unfit, check};

    fn ndjson(content: &str) -> Result<u64, String> {
        match result(Format::Ndjson, content.as_bytes())? {
            Counts::Ndjson { records } => Ok(records),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_are_counted_without_the_blank_ones() {
        assert_eq!(ndjson("{\"a\": 1}\r\n\n[2]\n3"), Ok(3));
        assert_eq!(ndjson(""), Ok(0));
    }

    #[test]
    fn a_syntax_error_has_a_line_and_a_column() {
        let error = |content| ndjson(content).unwrap_err();
        assert_eq!(error("{}\n\n{\"a\": tru}\n"), "line 3 column 10: expected ident");
        assert_eq!(error("{}\n{\"a\": [1\n"), "line 2 column 8: EOF while parsing a list");
        assert_eq!(error("{} {}\n"), "line 1 column 4: trailing characters");
    }

    #[test]
    fn a_line_is_bounded() {
        let content = [b"1\n\"".to_vec(), vec![b'x'; MAX_RECORD]].concat();
        let Err(Unfit::Content(message)) = check(Format::Ndjson, &content[..]) else { panic!() };
        assert_eq!(message, "line 2 is longer than 16777216 bytes");
    }
}
