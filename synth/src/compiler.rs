//! How handlers are compiled: one cargo call a platform, to the same bytes on every machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    cargo,
    error::Error,
    fingerprint::hash_parts,
    lambda::{Architecture, Platform},
    workspace::{Bin, Workspace},
};

/// The cargo profile that handlers are built with.
const PROFILE: &str = "lambda";

/// The toolchain, as it is on this machine.
#[derive(Debug)]
pub(crate) struct Compiler<'a> {
    workspace: &'a Workspace,
    /// `rustc -vV`.
    rustc: String,
    /// `cargo-zigbuild --version`, where it is installed: it links against the glibc that we name.
    zigbuild: Option<String>,
    /// Folders of this machine and the names that they get in binaries.
    folders: Vec<(PathBuf, String)>,
}

impl<'a> Compiler<'a> {
    pub(crate) fn find(workspace: &'a Workspace) -> Result<Self, Error> {
        let rustc = ask_rustc(workspace, &["-vV"])?;
        let sysroot = ask_rustc(workspace, &["--print", "sysroot"])?;
        let mut compiler =
            Self { workspace, zigbuild: zigbuild_version(), rustc, folders: Vec::new() };
        // The last folder that holds a file gives it its name.
        compiler.folders.extend(cargo_home().map(|home| (home, "/cargo".into())));
        compiler.folders.push((workspace.root.clone(), "/src".into()));
        compiler.folders.push((compiler.target_dir(), "/target".into()));
        // Where rust-src is installed, rustc puts its path into binaries instead of this one.
        if let Some(commit) = compiler.rustc_line("commit-hash: ") {
            let sources = Path::new(sysroot.trim()).join("lib/rustlib/src/rust");
            let folder = (sources, format!("/rustc/{commit}"));
            compiler.folders.push(folder);
        }
        Ok(compiler)
    }

    /// The call that builds these binaries for `platform`.
    pub(crate) fn command(&self, platform: Platform, bins: &[&Bin]) -> Command {
        let mut command = cargo::command(&self.workspace.root);
        command.args(self.arguments(platform));
        for bin in bins {
            command.args(["--package", &bin.package, "--bin", &bin.name]);
        }
        let (name, flags) = self.c_flags(platform.architecture);
        command.env(name, flags);
        match user_rust_flags() {
            // Cargo takes the environment's flags instead of its configuration's.
            Some(flags) => {
                let all: Vec<_> = flags.into_iter().chain(self.rust_flags()).collect();
                command.env("CARGO_ENCODED_RUSTFLAGS", all.join("\x1f"));
            }
            None => {
                // A JSON array of strings is a TOML one.
                let flags = serde_json::json!(self.rust_flags());
                command.arg("--config").arg(format!("build.rustflags={flags}"));
            }
        }
        command
    }

    /// A hash of all that decides what becomes of `bins` besides their sources.
    pub(crate) fn settings(&self, platform: Platform, bins: &[&Bin]) -> Result<String, Error> {
        let mut parts = vec![
            ("format", "1".to_owned()),
            ("bins", format!("{bins:?}")),
            ("rustc", self.rustc.clone()),
            ("zigbuild", self.zigbuild.clone().unwrap_or_default()),
            ("arguments", self.arguments(platform).join(" ")),
            ("rustflags", format!("{:?} {:?}", user_rust_flags(), self.rust_flags())),
            ("cflags", format!("{:?}", self.c_flags(platform.architecture))),
        ];
        let root = &self.workspace.root;
        let manifests = self.workspace.manifests.iter().cloned();
        let lists = ["Cargo.lock", "Cargo.toml", "rust-toolchain.toml"].map(|name| root.join(name));
        let configs = root.ancestors().map(|folder| folder.join(".cargo/config.toml"));
        let home_config = cargo_home().map(|home| home.join("config.toml"));
        for path in manifests.chain(lists).chain(configs).chain(home_config) {
            if path.exists() {
                let text = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
                parts.push(("file", text));
            }
        }
        let parts = parts.iter().map(|(name, text)| (*name, text.as_bytes()));
        Ok(hash_parts(parts))
    }

    /// Checks that the standard library for this architecture is here.
    pub(crate) fn check_target(&self, bin: &Bin, architecture: Architecture) -> Result<(), Error> {
        let target = architecture.target();
        let folder = ask_rustc(self.workspace, &["--print", "target-libdir", "--target", target])?;
        let mut entries = fs::read_dir(folder.trim()).into_iter().flatten().flatten();
        if entries.any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-")) {
            return Ok(());
        }
        let release = self.rustc_line("release: ").unwrap_or("of yours");
        Err(Error::Handler {
            handler: bin.name.clone(),
            problem: format!("target {target} is not installed for rustc {release}"),
            hint: format!("run: rustup target add {target}"),
        })
    }

    /// What may be missing when a build for `architecture` fails on this machine.
    pub(crate) fn advice(&self, architecture: Architecture) -> Option<String> {
        let host = self.rustc_line("host: ")?;
        let foreign = host != architecture.target() && self.zigbuild.is_none();
        foreign.then(|| {
            format!(
                "on {host}, {architecture} needs a linker of its own: install cargo-zigbuild (pip install cargo-zigbuild)"
            )
        })
    }

    /// The folders of this machine that `binary` names, so that it differs elsewhere.
    pub(crate) fn leaks(&self, binary: &[u8]) -> Option<&Path> {
        let folders = self.folders.iter().map(|(folder, _)| folder.as_path());
        folders.into_iter().find(|folder| {
            let name = folder.as_os_str().as_encoded_bytes();
            binary.windows(name.len()).any(|window| window == name)
        })
    }

    fn arguments(&self, platform: Platform) -> Vec<String> {
        let target = platform.architecture.target();
        let (verb, target) = match self.zigbuild {
            Some(_) => ("zigbuild", format!("{target}.{}", platform.glibc)),
            None => ("build", target.to_owned()),
        };
        let folder = self.target_dir().display().to_string();
        let arguments = [verb, "--profile", PROFILE, "--target", &target, "--target-dir", &folder];
        arguments.map(str::to_owned).to_vec()
    }

    /// A folder of its own: the flags would make cargo compile everything else again.
    fn target_dir(&self) -> PathBuf {
        self.workspace.target.join("lambda")
    }

    fn rust_flags(&self) -> Vec<String> {
        let flag =
            |(from, to): &(PathBuf, String)| format!("--remap-path-prefix={}={to}", from.display());
        self.folders.iter().map(flag).collect()
    }

    /// The variable that C compilers' flags are in, with the user's own flags first.
    fn c_flags(&self, architecture: Architecture) -> (String, String) {
        let target = architecture.target().replace('-', "_");
        let name = format!("CFLAGS_{target}");
        let user =
            [&name, "TARGET_CFLAGS", "CFLAGS"].into_iter().find_map(|name| env::var(name).ok());
        let map = |(from, to): &(PathBuf, String)| {
            let from = from.display().to_string();
            // Flags are split at spaces, and no quoting is understood.
            (!from.contains(' ')).then(|| format!("-ffile-prefix-map={from}={to}"))
        };
        let maps = self.folders.iter().filter_map(map);
        let flags: Vec<_> = user.into_iter().chain(maps).collect();
        (name, flags.join(" "))
    }

    fn rustc_line(&self, label: &str) -> Option<&str> {
        self.rustc.lines().find_map(|line| line.strip_prefix(label))
    }
}

/// The flags for rustc in the environment, as cargo would find them.
fn user_rust_flags() -> Option<Vec<String>> {
    let split = |text: String, separator: char| {
        let flags = text.split(separator).filter(|flag| !flag.is_empty());
        flags.map(str::to_owned).collect()
    };
    match (env::var("CARGO_ENCODED_RUSTFLAGS"), env::var("RUSTFLAGS")) {
        (Ok(flags), _) => Some(split(flags, '\x1f')),
        (_, Ok(flags)) => Some(split(flags, ' ')),
        _ => None,
    }
}

/// Cargo's own folder: downloaded sources, and a configuration.
fn cargo_home() -> Option<PathBuf> {
    let home = env::home_dir().map(|home| home.join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or(home)
}

fn ask_rustc(workspace: &Workspace, arguments: &[&str]) -> Result<String, Error> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(arguments)
        .current_dir(&workspace.root)
        .output()
        .map_err(|error| cargo::did_not_start("rustc", &error))?;
    if !output.status.success() {
        return Err(Error::Program {
            program: format!("rustc {}", arguments.join(" ")),
            problem: format!("failed: {}", String::from_utf8_lossy(&output.stderr).trim()),
            hint: "check that it runs in the folder of the workspace".into(),
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn zigbuild_version() -> Option<String> {
    let output = Command::new("cargo-zigbuild").arg("--version").output().ok()?;
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(version)
}
