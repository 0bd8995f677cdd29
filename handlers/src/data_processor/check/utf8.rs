//! A reader that refuses what is not UTF-8.

use std::io::{Chain, Cursor, Read, Result};
use std::str::from_utf8;

use super::invalid;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Passes UTF-8 on, without a byte order mark at its start.
pub(super) struct Utf8<R> {
    inner: Chain<Cursor<Vec<u8>>, R>,
    /// The start of a character whose end was not read yet.
    partial: Vec<u8>,
    line: u64,
}

impl<R: Read> Utf8<R> {
    pub(super) fn new(mut inner: R) -> Result<Self> {
        let mut start = Vec::new();
        inner.by_ref().take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut start)?;
        if start == BYTE_ORDER_MARK {
            start.clear();
        }
        Ok(Self { inner: Cursor::new(start).chain(inner), partial: Vec::new(), line: 1 })
    }

    fn check(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !self.partial.is_empty()
            && let Some((first, rest)) = bytes.split_first()
        {
            self.partial.push(*first);
            bytes = rest;
            match from_utf8(&self.partial) {
                Ok(_) => self.partial.clear(),
                Err(error) if error.error_len().is_some() => return self.refuse(),
                Err(_) => {}
            }
        }
        let error = from_utf8(bytes).err();
        let valid = error.map_or(bytes.len(), |error| error.valid_up_to());
        self.line += bytes[..valid].iter().filter(|byte| **byte == b'\n').count() as u64;
        if error.is_some_and(|error| error.error_len().is_some()) {
            return self.refuse();
        }
        self.partial.extend(&bytes[valid..]);
        Ok(())
    }

    fn refuse(&self) -> Result<()> {
        Err(invalid(format!("line {} is not UTF-8; hint: save the file as UTF-8", self.line)))
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.inner.read(buffer)?;
        self.check(&buffer[..length])?;
        if length == 0 && !buffer.is_empty() && !self.partial.is_empty() {
            self.refuse()?;
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::result;
    use super::super::{Counts, Format};

    #[test]
    fn characters_may_be_cut_anywhere_but_must_end() {
        let text = "[\"é€😀\"]".as_bytes();
        assert_eq!(result(Format::Json, text), Ok(Counts::Array { elements: 1 }));
        let cut = result(Format::Csv, "name\n€".as_bytes().split_last().unwrap().1);
        assert_eq!(cut, Err("line 2 is not UTF-8; hint: save the file as UTF-8".into()));
        let broken = result(Format::Csv, b"name\n\xe2\x82x");
        assert_eq!(broken, Err("line 2 is not UTF-8; hint: save the file as UTF-8".into()));
    }
}
