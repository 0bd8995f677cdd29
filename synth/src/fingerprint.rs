//! Whether a handler has to be built again: a record of what its last build read.
//!
//! The sources are those that cargo itself names in its dep-info file, `include_str!` files and
//! path dependencies among them. A package that the handler doesn't use is not among them. An
//! environment variable that a build script reads is not seen.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{error::Error, zip::hex};

/// What a build read and made.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Record {
    /// A hash of all that decides the build besides the sources.
    settings: String,
    /// The hash of each source.
    sources: BTreeMap<PathBuf, String>,
    /// The hash of the zip that was made.
    pub(crate) asset: String,
}

impl Record {
    /// Describes a build that began at `started` and made `executable`.
    ///
    /// Nothing when it can't be described, for instance because a source changed meanwhile: the
    /// next call builds again then.
    pub(crate) fn of_build(
        settings: &str,
        executable: &Path,
        started: SystemTime,
        asset: &str,
    ) -> Option<Self> {
        let dep_info = fs::read_to_string(executable.with_extension("d")).ok()?;
        let mut sources = BTreeMap::new();
        for path in parse_dep_info(&dep_info) {
            let modified = fs::metadata(&path).ok()?.modified().ok()?;
            if modified >= started {
                return None;
            }
            let hash = hash_file(&path)?;
            sources.insert(path, hash);
        }
        Some(Self { settings: settings.into(), sources, asset: asset.into() })
    }

    /// Reads the record in `path`, if there is one that can be read.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| Error::io("write", path)(error.into()))?;
        fs::write(path, text).map_err(Error::io("write", path))
    }

    /// Whether another build would read the same.
    pub(crate) fn is_current(&self, settings: &str) -> bool {
        let unchanged = |(path, hash): (&PathBuf, &String)| hash_file(path).as_ref() == Some(hash);
        self.settings == settings && self.sources.iter().all(unchanged)
    }
}

/// A hash of named parts.
pub(crate) fn hash_parts<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hasher = Sha256::new();
    for (name, bytes) in parts {
        hasher.update(format!("{name}\0{}\0", bytes.len()));
        hasher.update(bytes);
    }
    hex(&hasher.finalize())
}

fn hash_file(path: &Path) -> Option<String> {
    Some(hex(&Sha256::digest(fs::read(path).ok()?)))
}

/// The sources in `target: source source`, where a space in a name is `\ `.
fn parse_dep_info(text: &str) -> Vec<PathBuf> {
    let sources = text
        .lines()
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(_, sources)| split_unescaped(sources));
    sources.map(PathBuf::from).collect()
}

fn split_unescaped(text: &str) -> Vec<String> {
    let joined = text.replace("\\ ", "\0");
    let names = joined.split(' ').filter(|name| !name.is_empty());
    names.map(|name| name.replace('\0', " ")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Record, parse_dep_info};
    use std::{
        fs,
        path::PathBuf,
        time::{Duration, SystemTime},
    };

    #[test]
    fn a_record_is_current_until_a_source_or_the_settings_change() {
        let dir = tempfile::tempdir().unwrap();
        let (source, executable) = (dir.path().join("main.rs"), dir.path().join("job"));
        fs::write(&source, "fn main() {}").unwrap();
        let dep_info = format!("{}: {}\n", executable.display(), source.display());
        fs::write(executable.with_extension("d"), dep_info).unwrap();
        let record = |started| Record::of_build("settings", &executable, started, "hash");

        let later = SystemTime::now() + Duration::from_secs(60);
        let current = record(later).unwrap();
        assert!(current.is_current("settings"));
        assert!(!current.is_current("other settings"));
        fs::write(&source, "fn main() { }").unwrap();
        assert!(!current.is_current("settings"));

        let earlier = SystemTime::now() - Duration::from_secs(60);
        assert!(record(earlier).is_none(), "the source changed while it was compiled");
    }

    #[test]
    fn dep_info_with_spaces_is_read() {
        let text = "/t/my\\ app: /src/main.rs /src/a\\ b.csv\n";
        let sources = ["/src/main.rs", "/src/a b.csv"].map(PathBuf::from);
        assert_eq!(parse_dep_info(text), sources);
    }
}
