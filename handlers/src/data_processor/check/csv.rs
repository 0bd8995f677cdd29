//! Checks CSV: every record has as many fields as the header, and every quote is closed.

use std::io::BufRead;

use csv_core::{ReadRecordResult, Reader};

use super::{Counts, MAX_RECORD, Unfit};

pub(super) fn check(mut content: impl BufRead) -> Result<Counts, Unfit> {
    let mut table = Table::new();
    loop {
        let bytes = content.fill_buf()?;
        if bytes.is_empty() {
            return table.finish();
        }
        let used = table.feed(bytes)?;
        content.consume(used);
    }
}

struct Table {
    reader: Reader,
    /// Line breaks between records, which `reader` didn't see.
    skipped_lines: u64,
    header: Option<u64>,
    rows: u64,
    record: Record,
}

/// The record being read.
#[derive(Default)]
struct Record {
    line: u64,
    bytes: usize,
    fields: u64,
}

impl Table {
    fn new() -> Self {
        // `Reader::default()` lacks its state table, and takes any file for one column.
        let reader = Reader::new();
        Self { reader, skipped_lines: 0, header: None, rows: 0, record: Record::default() }
    }

    /// Reads the start of `bytes`, up to the end of a record at most, and returns its length.
    fn feed(&mut self, bytes: &[u8]) -> Result<usize, Unfit> {
        if self.record.bytes == 0 {
            let breaks = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if breaks > 0 {
                let lines = bytes[..breaks].iter().filter(|byte| **byte == b'\n').count();
                self.skipped_lines += lines as u64;
                return Ok(breaks);
            }
            self.record.line = self.reader.line() + self.skipped_lines;
        }
        let (ended, used) = self.read(bytes);
        if ended {
            self.end_record()?;
        } else if self.record.bytes > MAX_RECORD {
            return Err(Unfit::Content(format!(
                "the record at line {} is longer than {MAX_RECORD} bytes: is a quote left open?",
                self.record.line
            )));
        }
        Ok(used)
    }

    /// Reads the start of `bytes`: did the record end, and how many bytes were used?
    fn read(&mut self, bytes: &[u8]) -> (bool, usize) {
        let (mut content, mut ends) = ([0; 4096], [0; 128]);
        let (result, used, _, fields) = self.reader.read_record(bytes, &mut content, &mut ends);
        self.record.bytes += used;
        self.record.fields += fields as u64;
        (matches!(result, ReadRecordResult::Record), used)
    }

    fn end_record(&mut self) -> Result<(), Unfit> {
        let Record { line, fields, .. } = std::mem::take(&mut self.record);
        match self.header {
            None => self.header = Some(fields),
            Some(columns) if columns == fields => self.rows += 1,
            Some(columns) => {
                let plural = if fields == 1 { "" } else { "s" };
                return Err(Unfit::Content(format!(
                    "line {line} has {fields} column{plural}, the header has {columns}"
                )));
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Counts, Unfit> {
        // A last line without a line break is a record too. Where a line break doesn't end it,
        // it is inside quotes.
        if self.record.bytes > 0 {
            let line = self.record.line;
            if !self.read(b"\n").0 {
                return Err(Unfit::Content(format!(
                    "the record at line {line} opens a quote and never closes it"
                )));
            }
            self.end_record()?;
        }
        match self.header {
            Some(columns) => Ok(Counts::Csv { rows: self.rows, columns }),
            None => Err(Unfit::Content("the file is empty, it has no header line".into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::result;
    use super::super::{Counts, Format, MAX_RECORD, Unfit, check};

    fn csv(content: &str) -> Result<(u64, u64), String> {
        match result(Format::Csv, content.as_bytes())? {
            Counts::Csv { rows, columns } => Ok((rows, columns)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn rows_are_counted_without_the_header() {
        assert_eq!(csv("name,age,city\nJohn,30,New York\nJane,25,LA\n"), Ok((2, 3)));
        assert_eq!(csv("a,b\r\n1,2\r\n3,4"), Ok((2, 2)));
        assert_eq!(csv("a,b\r1,2\r"), Ok((1, 2)));
        assert_eq!(csv("a,b\n,\n\"\",\"\"\n"), Ok((2, 2)));
        assert_eq!(csv("only a header"), Ok((0, 1)));
    }

    #[test]
    fn quotes_hold_commas_quotes_and_line_breaks() {
        assert_eq!(csv("a,b\n\"1,5\",\"say \"\"hi\"\"\"\n\"two\nlines\",x"), Ok((2, 2)));
        assert_eq!(csv("a\n\"the end\""), Ok((1, 1)));
    }

    #[test]
    fn a_ragged_row_is_named_by_the_line_it_starts_on() {
        let ragged = |content| csv(content).unwrap_err();
        assert_eq!(ragged("a,b,c\n1,2,3\n4,5\n"), "line 3 has 2 columns, the header has 3");
        assert_eq!(ragged("a,b\r\n1,2\r\n3\r\n"), "line 3 has 1 column, the header has 2");
        assert_eq!(ragged("a,b\n\n\n\"x\ny\",2\n1,2,3"), "line 6 has 3 columns, the header has 2");
        assert_eq!(ragged("a,b\n\"x\ny\"\n"), "line 2 has 1 column, the header has 2");
    }

    #[test]
    fn a_quote_that_is_never_closed_is_an_error() {
        let expected = "the record at line 2 opens a quote and never closes it";
        assert_eq!(csv("a,b\n1,\"2\n3,4\n").unwrap_err(), expected);
        assert_eq!(csv("a,b\n1,\"").unwrap_err(), expected);
    }

    #[test]
    fn an_empty_file_has_no_header() {
        for content in ["", "\n", "\r\n\r\n"] {
            assert_eq!(csv(content).unwrap_err(), "the file is empty, it has no header line");
        }
    }

    #[test]
    fn wide_records_and_long_fields_outgrow_the_scratch_buffers() {
        let line = vec!["x".repeat(5000); 300].join(",");
        let content = format!("{line}\n{line}\n");
        let counts = check(Format::Csv, content.as_bytes()).unwrap();
        assert_eq!(counts, Counts::Csv { rows: 1, columns: 300 });
    }

    #[test]
    fn an_open_quote_does_not_swallow_a_large_file() {
        let content = [b"a\n\"".to_vec(), vec![b'x'; MAX_RECORD + 1]].concat();
        let Err(Unfit::Content(message)) = check(Format::Csv, &content[..]) else { panic!() };
        assert!(message.starts_with("the record at line 2 is longer than 16777216"), "{message}");
    }
}
