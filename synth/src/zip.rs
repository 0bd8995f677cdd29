//! Zips that are the same bytes wherever and whenever they are made, and the hash that names them.

use std::io::{Cursor, Write as _};

use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipResult, write::SimpleFileOptions};

/// Part of every hash: raised when zips of equal entries are to get new names.
const FORMAT: &str = "synth-zip-1";

/// The mode of a program that anybody may run.
const EXECUTABLE: u32 = 0o755;

/// The zip of a handler: its binary as Lambda wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HandlerZip {
    /// Of the content, not of the zip: another release of the compressor deploys nothing again.
    pub(crate) hash: String,
    /// The file.
    pub(crate) bytes: Vec<u8>,
}

/// Zips a handler's binary.
pub(crate) fn handler(binary: &[u8]) -> ZipResult<HandlerZip> {
    const NAME: &str = "bootstrap";
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(EXECUTABLE);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(NAME, options)?;
    zip.write_all(binary)?;
    Ok(HandlerZip { hash: hash(NAME, EXECUTABLE, binary), bytes: zip.finish()?.into_inner() })
}

/// The hash of a zip's one entry.
fn hash(name: &str, mode: u32, bytes: &[u8]) -> String {
    let mut hasher = Sha256::new();
    for part in [FORMAT, name, &format!("{mode:o}"), &bytes.len().to_string()] {
        hasher.update(part);
        hasher.update([0]);
    }
    hasher.update(bytes);
    hex(&hasher.finalize())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::handler;
    use std::io::{Cursor, Read as _};
    use zip::{DateTime, ZipArchive};

    #[test]
    fn the_entry_is_an_executable_bootstrap_of_no_particular_time() {
        let zip = handler(b"\x7fELF").unwrap();
        let mut archive = ZipArchive::new(Cursor::new(zip.bytes)).unwrap();
        assert_eq!(archive.len(), 1);
        let mut entry = archive.by_name("bootstrap").unwrap();
        assert_eq!(entry.unix_mode(), Some(0o100_755));
        assert_eq!(entry.last_modified(), Some(DateTime::DEFAULT));
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        assert_eq!(content, b"\x7fELF");
    }

    #[test]
    fn the_name_follows_the_content_and_nothing_else() {
        let zip = handler(b"one").unwrap();
        assert_eq!(zip, handler(b"one").unwrap());
        assert_ne!(zip.hash, handler(b"two").unwrap().hash);
        // Pinned: a change here uploads and updates every function that is deployed.
        assert_eq!(zip.hash, "a512a3650c0262caf871d6e640de1ea1bd0c3ba420182199240ddc3f2f905427");
    }
}
