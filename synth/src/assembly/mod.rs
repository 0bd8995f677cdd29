//! A cloud assembly: what the app writes and a package contains, in the AWS CDK's format.

mod asset_manifest;
mod stack;

use std::{
    fs,
    path::{Path, PathBuf},
};

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

pub(crate) use asset_manifest::AssetFile;
pub(crate) use stack::{Asset, Environment, Metadata, Stack};

use crate::error::Error;
use stack::Synth;

/// The highest major version of the format that we know.
const VERSION: u32 = 55;

const STACK: &str = "aws:cloudformation:stack";
const ASSET_MANIFEST: &str = "cdk:asset-manifest";

/// A folder with a `manifest.json`.
#[derive(Clone, Debug)]
pub(crate) struct Assembly {
    /// The folder.
    pub(crate) dir: PathBuf,
    /// In deployment order.
    pub(crate) stacks: Vec<Stack>,
    /// The whole manifest, with what we don't understand.
    pub(crate) manifest: Value,
}

impl Assembly {
    /// Reads the assembly in `dir`.
    pub(crate) fn read(dir: &Path) -> Result<Self, Error> {
        let path = dir.join("manifest.json");
        let manifest: Value = read_json(&path)?;
        let parsed: Manifest = Deserialize::deserialize(&manifest)
            .map_err(|error: serde_json::Error| bad(&path, error.to_string()))?;
        check_version(&path, &parsed.version)?;
        let order = deployment_order(&path, &parsed.artifacts)?;
        let stacks = order
            .into_iter()
            .map(|id| Stack::read(dir, id, &parsed.artifacts))
            .collect::<Result<_, _>>()?;
        Ok(Self { dir: dir.to_owned(), stacks, manifest })
    }

    /// The stacks with these names in deployment order; all of them when none is given.
    pub(crate) fn select(&self, names: &[String]) -> Result<Vec<&Stack>, Error> {
        for given in names {
            self.stack(given)?;
        }
        let chosen =
            |stack: &&Stack| names.is_empty() || names.iter().any(|name| stack.is_called(name));
        Ok(self.stacks.iter().filter(chosen).collect())
    }

    /// The stack with this name: the app's name for it or CloudFormation's.
    pub(crate) fn stack(&self, given: &str) -> Result<&Stack, Error> {
        let found = self.stacks.iter().find(|stack| stack.is_called(given));
        found.ok_or_else(|| Error::UnknownStack {
            given: given.into(),
            known: self.stacks.iter().map(|stack| stack.id.clone()).collect(),
        })
    }
}

/// The version that says which manifests we understand: older ones too, as the CDK CLI does.
fn check_version(path: &Path, version: &str) -> Result<(), Error> {
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major <= VERSION => Ok(()),
        _ => Err(Error::File {
            path: path.into(),
            problem: format!(
                "cloud assembly version {version}, and this synth knows up to {VERSION}"
            ),
            hint: "update synth".into(),
        }),
    }
}

/// The stacks' ids, each after those that it depends on, else as the manifest lists them.
fn deployment_order<'a>(
    path: &Path,
    artifacts: &'a IndexMap<String, Artifact>,
) -> Result<Vec<&'a str>, Error> {
    let mut waiting: Vec<&str> = artifacts
        .iter()
        .filter(|(_, artifact)| artifact.kind == STACK)
        .map(|(id, _)| id.as_str())
        .collect();
    let mut order = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|id| {
            let needs = &artifacts[*id].dependencies;
            !needs.iter().any(|need| waiting.contains(&need.as_str()))
        });
        match ready {
            Some(index) => order.push(waiting.remove(index)),
            None => {
                let circle = waiting.join(", ");
                return Err(bad(path, format!("these stacks depend on each other: {circle}")));
            }
        }
    }
    Ok(order)
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = fs::read(path).map_err(Error::io("read", path))?;
    serde_json::from_slice(&text).map_err(|error| bad(path, error.to_string()))
}

fn bad(path: &Path, problem: String) -> Error {
    Error::File {
        path: path.into(),
        problem,
        hint: "run `cargo synth` to write the assembly again".into(),
    }
}

#[derive(Deserialize)]
struct Manifest {
    version: String,
    #[serde(default)]
    artifacts: IndexMap<String, Artifact>,
}

#[derive(Deserialize)]
struct Artifact {
    #[serde(rename = "type")]
    kind: String,
    environment: Option<String>,
    #[serde(default)]
    properties: Value,
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(default)]
    metadata: IndexMap<String, Vec<Metadata>>,
    synth: Option<Synth>,
}

#[cfg(test)]
mod tests {
    use super::Assembly;
    use std::fs;

    /// Reads an assembly with these artifacts, and a template where stacks look for one.
    fn read(version: &str, artifacts: &str) -> Result<Assembly, String> {
        let dir = tempfile::tempdir().unwrap();
        let manifest = format!(r#"{{"version": "{version}", "artifacts": {{{artifacts}}}}}"#);
        fs::write(dir.path().join("manifest.json"), manifest).unwrap();
        fs::write(dir.path().join("T.json"), "{}").unwrap();
        Assembly::read(dir.path()).map_err(|error| {
            let text = error.to_string();
            text.rsplit_once("manifest.json: ").map_or(text.clone(), |(_, problem)| problem.into())
        })
    }

    fn stack(id: &str, dependencies: &str) -> String {
        format!(
            r#""{id}": {{"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/eu-west-1",
                "properties": {{"templateFile": "T.json"}}, "dependencies": [{dependencies}]}}"#
        )
    }

    #[test]
    fn stacks_come_after_what_they_depend_on_else_as_listed() {
        let stacks = [stack("C", r#""A""#), stack("B", ""), stack("A", r#""Tree""#)].join(",");
        let other = r#","Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}"#;
        let assembly = read("36.0.0", &(stacks + other)).unwrap();
        let ids: Vec<_> = assembly.stacks.iter().map(|stack| stack.id.as_str()).collect();
        assert_eq!(ids, ["B", "A", "C"]);
        assert_eq!(assembly.stacks[2].dependencies, ["A"]);
        assert_eq!(assembly.stacks[0].environment.region.as_deref(), Some("eu-west-1"));
        assert_eq!(assembly.stacks[0].environment.account, None);
    }

    #[test]
    fn a_manifest_that_can_not_be_followed_is_refused() {
        let circle = [stack("A", r#""B""#), stack("B", r#""A""#)].join(",");
        for (version, artifacts, problem) in [
            (
                "56.0.0",
                String::new(),
                "cloud assembly version 56.0.0, and this synth knows up to 55",
            ),
            ("new", String::new(), "cloud assembly version new, and this synth knows up to 55"),
            ("36.0.0", circle, "these stacks depend on each other: A, B"),
            ("36.0.0", stack("../up", ""), "stack `../up`: an id that can't name a file"),
            (
                "36.0.0",
                stack("A", "").replace("aws://unknown-account/eu-west-1", "eu-west-1"),
                "stack `A`: environment is not aws://ACCOUNT/REGION",
            ),
        ] {
            assert_eq!(read(version, &artifacts).unwrap_err(), problem);
        }
    }
}
