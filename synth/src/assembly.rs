//! A cloud assembly: what the app writes and a package contains, in the AWS CDK's format.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;

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

/// A stack of an assembly.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    /// The artifact's id, unique in the assembly and without characters that a file name can't have.
    pub(crate) id: String,
    /// CloudFormation's name for it.
    pub(crate) name: String,
    /// Where it goes.
    pub(crate) environment: Environment,
    /// The file of `body`: YAML from our apps, JSON from the CDK's.
    pub(crate) template: PathBuf,
    /// The name of the template that the CDK CLI reads.
    pub(crate) template_json: String,
    /// The template, byte for byte as it was reviewed and as CloudFormation gets it.
    pub(crate) body: String,
    /// The tags for the stack itself, which CloudFormation passes on to its resources.
    pub(crate) tags: IndexMap<String, String>,
    /// Whether CloudFormation is to refuse to delete it.
    pub(crate) termination_protection: bool,
    /// Parameter values that are known already; in a package, the assets' keys are among them.
    pub(crate) parameters: IndexMap<String, String>,
    /// The ids of the stacks that go before this one.
    pub(crate) dependencies: Vec<String>,
    /// What is known about constructs, by path: `/DataProcessing/Inbox`.
    pub(crate) metadata: IndexMap<String, Vec<Metadata>>,
    /// The files to upload before this stack is deployed. Empty unless the assembly is a package.
    pub(crate) files: Vec<AssetFile>,
    /// Our own part of the manifest.
    pub(crate) synth: Synth,
}

/// Account and region of a stack; `None` where the caller's own is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    /// Twelve digits.
    pub(crate) account: Option<String>,
    /// Like `eu-west-1`.
    pub(crate) region: Option<String>,
}

/// Something known about a construct.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Metadata {
    /// `aws:cdk:logicalId`, `aws:cdk:warning`, …
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// A logical id, or the warning's text.
    #[serde(default)]
    pub(crate) data: Value,
    /// Where in the app's source, innermost first: `stacks/src/data_processing.rs:21:17`.
    #[serde(default)]
    pub(crate) trace: Vec<String>,
}

/// What our own apps say about a stack beyond the CDK's format.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Synth {
    /// The YAML template's file name.
    pub(crate) template: Option<String>,
    /// How many resources the template has.
    pub(crate) resources: usize,
    /// How many parameters.
    pub(crate) parameters: usize,
    /// How many outputs.
    pub(crate) outputs: usize,
    /// The template parameter that takes the staging bucket's name.
    pub(crate) asset_bucket_parameter: Option<String>,
    /// The handlers.
    pub(crate) assets: Vec<Asset>,
}

/// A handler whose zip a stack needs.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Asset {
    /// The template parameter that takes the zip's key.
    pub(crate) parameter: String,
    /// The name of a bin target in the workspace.
    pub(crate) handler: String,
    /// As Lambda calls it: `x86_64` or `arm64`.
    pub(crate) architecture: String,
    /// As Lambda calls it: `provided.al2023`.
    pub(crate) runtime: String,
}

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

impl Stack {
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.id == name || self.name == name
    }

    fn read(dir: &Path, id: &str, artifacts: &IndexMap<String, Artifact>) -> Result<Self, Error> {
        let path = dir.join("manifest.json");
        let artifact = &artifacts[id];
        let properties: StackProperties = Deserialize::deserialize(&artifact.properties)
            .map_err(|error: serde_json::Error| bad(&path, format!("stack `{id}`: {error}")))?;
        let synth = artifact.synth.clone().unwrap_or_default();
        let template = dir.join(synth.template.as_ref().unwrap_or(&properties.template_file));
        let body = fs::read_to_string(&template).map_err(Error::io("read", &template))?;
        let mut dependencies = Vec::new();
        let mut files = Vec::new();
        for dependency in &artifact.dependencies {
            match artifacts.get(dependency) {
                Some(other) if other.kind == STACK => dependencies.push(dependency.clone()),
                Some(other) if other.kind == ASSET_MANIFEST => {
                    files.extend(read_asset_manifest(dir, &path, other)?);
                }
                _ => {}
            }
        }
        Ok(Self {
            id: id.into(),
            name: properties.stack_name.unwrap_or_else(|| id.into()),
            environment: Environment::parse(artifact.environment.as_deref().unwrap_or_default())
                .ok_or_else(|| {
                    bad(&path, format!("stack `{id}`: environment is not aws://ACCOUNT/REGION"))
                })?,
            template,
            template_json: properties.template_file,
            body,
            tags: properties.tags,
            termination_protection: properties.termination_protection,
            parameters: properties.parameters,
            dependencies,
            metadata: artifact.metadata.clone(),
            files,
            synth,
        })
    }
}

impl Environment {
    /// Reads `aws://ACCOUNT/REGION`; nothing at all means the caller's.
    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let (account, region) = text.strip_prefix("aws://")?.split_once('/')?;
        let known = |part: &str, unknown: &str| (part != unknown).then(|| part.to_owned());
        Some(Self {
            account: known(account, "unknown-account"),
            region: known(region, "unknown-region"),
        })
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = self.account.as_deref().unwrap_or("any account");
        let region = self.region.as_deref().unwrap_or("any region");
        write!(f, "{account}, {region}")
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

fn read_asset_manifest(
    dir: &Path,
    path: &Path,
    artifact: &Artifact,
) -> Result<Vec<AssetFile>, Error> {
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

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StackProperties {
    template_file: String,
    stack_name: Option<String>,
    #[serde(default)]
    tags: IndexMap<String, String>,
    #[serde(default)]
    termination_protection: bool,
    #[serde(default)]
    parameters: IndexMap<String, String>,
}

/// A `<Stack>.assets.json`.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct AssetManifest {
    /// The format's version.
    pub(crate) version: String,
    /// By id: the asset's hash.
    #[serde(default)]
    pub(crate) files: IndexMap<String, AssetEntry>,
}

/// One file of an asset manifest.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetEntry {
    /// What people call it.
    pub(crate) display_name: Option<String>,
    /// Where it is.
    pub(crate) source: AssetSource,
    /// Where it goes.
    pub(crate) destinations: IndexMap<String, AssetDestination>,
}

/// Where a file of an asset manifest is.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct AssetSource {
    /// Relative to the assembly.
    pub(crate) path: String,
    /// `file`: uploaded as it is.
    pub(crate) packaging: String,
}

/// Where a file of an asset manifest goes.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssetDestination {
    /// May contain `${AWS::AccountId}` and `${AWS::Region}`.
    pub(crate) bucket_name: String,
    /// The object's key.
    pub(crate) object_key: String,
}
