//! The sources: fetched by their own package managers, pinned by version and hash, unpacked in
//! memory.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::fixups::Runtimes;

/// What the archives hold of interest.
pub struct Sources {
    /// The database of the CDK service spec, JSON.
    pub spec: String,
    /// One registry schema a resource type, JSON.
    pub schemas: Vec<String>,
    /// The dates of Lambda's runtimes.
    pub runtimes: Runtimes,
    /// The archive with the schemas and everything else that cfn-lint knows.
    pub wheel: Vec<u8>,
}

/// A pinned archive.
struct Pin {
    registry: &'static str,
    package: &'static str,
    version: String,
    sha256: String,
}

const PACKAGES: [(&str, &str); 2] = [("npm", "@aws-cdk/aws-service-spec"), ("pypi", "cfn-lint")];

/// Opens the pinned archives, fetching those that `target/codegen` does not have.
pub fn open() -> Result<Sources, Error> {
    let mut archives = Vec::new();
    for pin in read_lock()? {
        let path = cache().join(pin.file_name(&pin.version));
        if !path.exists() {
            pin.fetch(Some(&pin.version))?;
        }
        let archive = fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let sha256 = hash(&archive);
        if sha256 != pin.sha256 {
            return Err(format!(
                "{} {} is not what schema.lock pins: SHA-256 {sha256}, pinned {}\n  \
                 hint: delete {} and try again",
                pin.package,
                pin.version,
                pin.sha256,
                path.display()
            )
            .into());
        }
        archives.push(archive);
    }
    let wheel = archives.swap_remove(1);
    unpack(&archives[0], wheel)
}

/// Fetches the newest archives and pins them.
pub fn update() -> Result<(), Error> {
    let mut lock = String::from("# Pinned by `cargo codegen --update`.\n");
    for (registry, package) in PACKAGES {
        let pin = Pin { registry, package, version: String::new(), sha256: String::new() };
        let path = pin.fetch(None)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (before, after) = pin.around_version();
        let version = name.strip_prefix(&before).and_then(|it| it.strip_suffix(after));
        let version = version.ok_or_else(|| format!("{package}: unexpected file {name}"))?;
        lock.push_str(&format!("{registry} {package} {version} {}\n", hash(&fs::read(&path)?)));
    }
    Ok(fs::write(lock_path(), lock)?)
}

impl Pin {
    /// Fetches one archive into the cache.
    fn fetch(&self, version: Option<&str>) -> Result<PathBuf, Error> {
        let directory = cache().join("fetch").join(self.registry);
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        let mut command = match self.registry {
            "npm" => {
                let mut npm = Command::new("npm");
                npm.args(["pack", "--silent", "--pack-destination"]).arg(&directory);
                npm.arg(version.map_or(self.package.into(), |it| format!("{}@{it}", self.package)));
                npm
            }
            _ => {
                let mut pip = Command::new("pip");
                pip.args(["download", "--quiet", "--no-deps", "--dest"]).arg(&directory);
                pip.arg(
                    version.map_or(self.package.into(), |it| format!("{}=={it}", self.package)),
                );
                pip
            }
        };
        eprintln!("fetching {} {}", self.package, version.unwrap_or("(newest)"));
        let program = command.get_program().to_string_lossy().into_owned();
        let status =
            command.stdout(Stdio::null()).status().map_err(|e| format!("{program}: {e}"))?;
        if !status.success() {
            return Err(format!("{program} could not fetch {}", self.package).into());
        }
        let entry = fs::read_dir(&directory)?.next().ok_or("nothing was fetched")??;
        let path = cache().join(entry.file_name());
        fs::rename(entry.path(), &path)?;
        Ok(path)
    }

    fn file_name(&self, version: &str) -> String {
        let (before, after) = self.around_version();
        format!("{before}{version}{after}")
    }

    /// What an archive's name has before and after the version.
    fn around_version(&self) -> (String, &'static str) {
        match self.registry {
            "npm" => (self.package.trim_start_matches('@').replace('/', "-") + "-", ".tgz"),
            _ => (self.package.replace('-', "_") + "-", "-py3-none-any.whl"),
        }
    }
}

fn read_lock() -> Result<Vec<Pin>, Error> {
    let text = fs::read_to_string(lock_path())?;
    PACKAGES
        .iter()
        .map(|(registry, package)| {
            let fields = text.lines().map(|line| line.split(' ').collect::<Vec<_>>());
            let pinned =
                fields.filter(|it| it.len() == 4).find(|it| it[..2] == [*registry, *package]);
            let pinned = pinned.ok_or_else(|| {
                format!("schema.lock does not pin {package}\n  hint: run `cargo codegen --update`")
            })?;
            let (version, sha256) = (pinned[2].to_owned(), pinned[3].to_owned());
            Ok(Pin { registry, package, version, sha256 })
        })
        .collect()
}

fn unpack(npm: &[u8], wheel: Vec<u8>) -> Result<Sources, Error> {
    let mut spec = String::new();
    let mut package = tar::Archive::new(GzDecoder::new(npm));
    for entry in package.entries()? {
        let entry = entry?;
        if entry.path()?.ends_with("db.json.gz") {
            GzDecoder::new(entry).read_to_string(&mut spec)?;
        }
    }
    let mut schemas = Vec::new();
    let (mut lifecycle, mut version) = (String::new(), String::new());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(wheel.as_slice()))?;
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        let name = file.name()?.into_owned();
        if name.starts_with("cfnlint/data/schemas/resources/") && name.ends_with(".json") {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            schemas.push(text);
        } else if name.ends_with("LmbdRuntimeLifecycle.json") {
            file.read_to_string(&mut lifecycle)?;
        } else if name == "cfnlint/data/schemas/version.json" {
            file.read_to_string(&mut version)?;
        }
    }
    if spec.is_empty() || schemas.is_empty() || lifecycle.is_empty() {
        return Err("the archives do not hold what they used to".into());
    }
    let version: serde_json::Value = serde_json::from_str(&version)?;
    let as_of = version["schema_date"].as_str().ok_or("the schemas have no date")?;
    let as_of = as_of.chars().take("2026-01-01".len()).collect();
    drop(archive);
    Ok(Sources { spec, schemas, runtimes: Runtimes { lifecycle, as_of }, wheel })
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn lock_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.lock")
}

fn cache() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/codegen")
}
