//! The files that a stack of a package needs: `<Stack>.assets.json`.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::{Artifact, bad, read_json};
use crate::error::Error;

/// A file to upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AssetFile {
    /// What people call it: a handler's name.
    pub(crate) display_name: String,
    /// The file.
    pub(crate) path: PathBuf,
    /// The bucket to put it in, which may contain `${AWS::AccountId}` and `${AWS::Region}`.
    pub(crate) bucket: String,
    /// The object's key.
    pub(crate) key: String,
}

/// The files in the manifest that `artifact` names.
pub(super) fn read(dir: &Path, path: &Path, artifact: &Artifact) -> Result<Vec<AssetFile>, Error> {
    let file = artifact.properties.get("file").and_then(Value::as_str);
    let file = file.ok_or_else(|| bad(path, "an asset manifest without a file".into()))?;
    let path = dir.join(file);
    let manifest: AssetManifest = read_json(&path)?;
    let mut files = Vec::new();
    for (id, entry) in manifest.files {
        if entry.source.packaging != "file" {
            let packaging = entry.source.packaging;
            return Err(bad(
                &path,
                format!("file `{id}`: packaging `{packaging}` is not supported"),
            ));
        }
        for destination in entry.destinations.into_values() {
            files.push(AssetFile {
                display_name: entry.display_name.clone().unwrap_or_else(|| id.clone()),
                path: dir.join(&entry.source.path),
                bucket: destination.bucket_name,
                key: destination.object_key,
            });
        }
    }
    Ok(files)
}

/// A `<Stack>.assets.json`.
#[derive(Deserialize)]
struct AssetManifest {
    /// By id: the asset's hash.
    #[serde(default)]
    files: IndexMap<String, AssetEntry>,
}

/// One file of an asset manifest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssetEntry {
    /// What people call it.
    display_name: Option<String>,
    /// Where it is.
    source: AssetSource,
    /// Where it goes.
    destinations: IndexMap<String, AssetDestination>,
}

/// Where a file of an asset manifest is.
#[derive(Deserialize)]
struct AssetSource {
    /// Relative to the assembly.
    path: String,
    /// `file`: uploaded as it is.
    packaging: String,
}

/// Where a file of an asset manifest goes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssetDestination {
    /// May contain `${AWS::AccountId}` and `${AWS::Region}`.
    bucket_name: String,
    /// The object's key.
    object_key: String,
}
