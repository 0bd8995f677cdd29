//! A stack of an assembly.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::{ASSET_MANIFEST, Artifact, AssetFile, STACK, asset_manifest, bad};
use crate::{error::Error, template};

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

impl Stack {
    /// The template as data.
    pub(crate) fn model(&self) -> Result<Value, Error> {
        template::parse_file(&self.template, &self.body)
    }

    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.id == name || self.name == name
    }

    pub(super) fn read(
        dir: &Path,
        id: &str,
        artifacts: &IndexMap<String, Artifact>,
    ) -> Result<Self, Error> {
        let path = dir.join("manifest.json");
        if !id.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            || id.starts_with('.')
        {
            return Err(bad(&path, format!("stack `{id}`: an id that can't name a file")));
        }
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
                    files.extend(asset_manifest::read(dir, &path, other)?);
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
    pub(super) fn parse(text: &str) -> Option<Self> {
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
