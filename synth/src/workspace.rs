//! The cargo workspace around the current directory: its app, its handlers, its folders.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{cargo, error::Error};

/// What `cargo metadata` says about a workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder; ours is `synth` in it.
    pub(crate) target: PathBuf,
    /// The name of the app's package, when the workspace has one.
    app: Option<String>,
    /// The members' `Cargo.toml`, sorted.
    pub(crate) manifests: Vec<PathBuf>,
    /// The members' binaries, sorted by name.
    bins: Vec<Bin>,
}

/// A binary of a workspace member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bin {
    /// The bin target's name: what a stack calls a handler.
    pub(crate) name: String,
    /// The package that has it.
    pub(crate) package: String,
    /// The package's folder.
    pub(crate) folder: PathBuf,
    /// Whether it is what `cargo run` runs in that package.
    is_default: bool,
}

impl Workspace {
    /// Asks cargo about the current directory.
    pub(crate) fn find() -> Result<Self, Error> {
        let output = cargo::command(Path::new("."))
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .output()
            .map_err(|error| cargo::did_not_start("cargo metadata", &error))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Error::Workspace {
                problem: said.trim().trim_start_matches("error: ").to_owned(),
                hint: "run synth inside the cargo workspace of your app".into(),
            });
        }
        let metadata: Metadata =
            serde_json::from_slice(&output.stdout).map_err(|error| Error::Program {
                program: "cargo metadata".into(),
                problem: format!("wrote something unexpected: {error}"),
                hint: "check that cargo is 1.95 or later: cargo --version".into(),
            })?;
        Ok(metadata.into())
    }

    /// The binary to run for the cloud assembly.
    pub(crate) fn app(&self) -> Result<&Bin, Error> {
        let manifest = self.root.join("Cargo.toml");
        let problem = |problem: String| Error::Workspace {
            problem: format!("{}: {problem}", manifest.display()),
            hint:
                "name the package of your app there: [workspace.metadata.synth] app = \"<package>\""
                    .into(),
        };
        let Some(app) = self.app.as_deref() else {
            return Err(problem("it does not say which package is the app".into()));
        };
        let mut bins = self.bins.iter().filter(|bin| bin.package == app);
        let default = bins.clone().find(|bin| bin.is_default);
        match (default, bins.next(), bins.next()) {
            (Some(bin), ..) | (None, Some(bin), None) => Ok(bin),
            (None, None, _) => {
                Err(problem(format!("the app `{app}` is no package here with a binary")))
            }
            (None, Some(_), Some(_)) => Err(problem(format!(
                "the app `{app}` has several binaries, and its Cargo.toml no `default-run`"
            ))),
        }
    }

    /// The binary that a stack calls `handler`.
    pub(crate) fn bin(&self, handler: &str) -> Result<&Bin, Error> {
        let wrong = |problem: String, hint: String| Error::Handler {
            handler: handler.into(),
            problem,
            hint,
        };
        let mut named = self.bins.iter().filter(|bin| bin.name == handler);
        match (named.next(), named.next()) {
            (Some(bin), None) => Ok(bin),
            (Some(one), Some(other)) => Err(wrong(
                format!(
                    "the packages {} and {} have a binary of that name",
                    one.package, other.package
                ),
                "rename one of them".into(),
            )),
            (None, _) => {
                let names: Vec<_> = self.bins.iter().map(|bin| bin.name.as_str()).collect();
                Err(wrong(
                    "no package of this workspace has a binary of that name".into(),
                    format!("the workspace's binaries are: {}", names.join(", ")),
                ))
            }
        }
    }

    /// The folder for what synth writes and can write again.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("synth")
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
    metadata: Option<WorkspaceMetadata>,
}

#[derive(Deserialize)]
struct WorkspaceMetadata {
    synth: Option<SynthMetadata>,
}

#[derive(Deserialize)]
struct SynthMetadata {
    app: Option<String>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    default_run: Option<String>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl From<Metadata> for Workspace {
    fn from(metadata: Metadata) -> Self {
        let synth = metadata.metadata.and_then(|metadata| metadata.synth);
        let mut bins = Vec::new();
        let mut manifests = Vec::new();
        for package in metadata.packages {
            let folder = package.manifest_path.parent().unwrap_or(Path::new("")).to_owned();
            manifests.push(package.manifest_path);
            for target in package.targets {
                if target.kind.iter().any(|kind| kind == "bin") {
                    bins.push(Bin {
                        is_default: package.default_run.as_ref() == Some(&target.name),
                        name: target.name,
                        package: package.name.clone(),
                        folder: folder.clone(),
                    });
                }
            }
        }
        bins.sort();
        manifests.sort();
        Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
            app: synth.and_then(|synth| synth.app),
            manifests,
            bins,
        }
    }
}
