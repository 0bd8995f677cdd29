//! A throw-away workspace with an app and handlers that need nothing but `std`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A workspace in a temporary folder.
pub(crate) struct Fixture {
    dir: tempfile::TempDir,
}

/// This machine's architecture, as Lambda and as Rust call it: what can be built here.
pub(crate) const ARCHITECTURE: (&str, &str) = match cfg!(target_arch = "aarch64") {
    true => ("arm64", "aarch64-unknown-linux-gnu"),
    false => ("x86_64", "x86_64-unknown-linux-gnu"),
};

/// What a call of the tool did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

const MANIFEST: &str = r#"[workspace]
resolver = "3"
members = ["stacks", "handlers"]
[workspace.metadata.synth]
app = "stacks"
[profile.lambda]
inherits = "release"
"#;

/// The app: hands over the files of the folder `assembly`, as a real one writes its own.
const APP: &str = r#"fn main() {
    let out = std::env::var("CDK_OUTDIR").expect("synth sets it");
    println!("a stray line on standard output");
    for entry in std::fs::read_dir("assembly").expect("the folder is there") {
        let path = entry.expect("it is readable").path();
        let name = path.file_name().expect("it has a name");
        std::fs::copy(&path, std::path::Path::new(&out).join(name)).expect("the target is there");
    }
}
"#;

impl Fixture {
    pub(crate) fn new() -> Self {
        let fixture = Self { dir: tempfile::tempdir().unwrap() };
        fixture.write("Cargo.toml", MANIFEST);
        fixture.write("stacks/Cargo.toml", &package("stacks"));
        fixture.write("stacks/src/main.rs", APP);
        fixture.write("handlers/Cargo.toml", &package("handlers"));
        for bin in ["resize", "notify"] {
            let main = format!("fn main() {{ println!(\"{bin} {{}}\", file!()); }}");
            fixture.write(&format!("handlers/src/bin/{bin}.rs"), &main);
        }
        let assembly = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/assembly");
        for entry in fs::read_dir(assembly).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = fs::read_to_string(&path).unwrap();
            fixture.write(&format!("assembly/{name}"), &text.replace("x86_64", ARCHITECTURE.0));
        }
        fixture
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, &text.replace(from, to));
    }

    /// Calls the tool in the workspace.
    pub(crate) fn synth(&self, args: &[&str]) -> Outcome {
        self.run(&mut Command::new(env!("CARGO_BIN_EXE_synth")), args)
    }

    /// Calls `command` in the workspace; what it prints names the workspace `[WORKSPACE]`.
    pub(crate) fn run(&self, command: &mut Command, args: &[&str]) -> Outcome {
        let output = command
            .args(args)
            .current_dir(self.dir.path())
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        let root = fs::canonicalize(self.dir.path()).unwrap();
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(root.to_str().unwrap(), "[WORKSPACE]")
        };
        Outcome {
            code: output.status.code().unwrap(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Outcome {
    /// Everything that a user sees, for a snapshot.
    pub(crate) fn screen(&self) -> String {
        let Self { code, stdout, stderr } = self;
        format!("exit code {code}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

/// Snapshots of the tool are in the repository's folder of snapshots.
pub(crate) fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots/synth");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

fn package(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
}
