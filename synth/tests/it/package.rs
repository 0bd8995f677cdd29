//! `synth package`.

use std::{
    fs,
    io::{Cursor, Read as _},
    process::Command,
};

use serde_json::Value;

use crate::fixture::{ARCHITECTURE, Fixture};

/// The package's default folder.
const PACKAGE: &str = "target/synth/package";

/// The key that the package gives to a handler's parameter.
fn key(fixture: &Fixture, parameter: &str) -> String {
    let manifest = json(fixture, "manifest.json");
    let parameters = &manifest["artifacts"]["Images"]["properties"]["parameters"];
    parameters[parameter].as_str().unwrap().to_owned()
}

fn json(fixture: &Fixture, name: &str) -> Value {
    serde_json::from_str(&fixture.read(&format!("{PACKAGE}/{name}"))).unwrap()
}

fn zip(fixture: &Fixture, key: &str) -> Vec<u8> {
    fs::read(fixture.path(&format!("{PACKAGE}/asset.{key}"))).unwrap()
}

fn package(fixture: &Fixture, args: &[&str]) -> String {
    let args: Vec<_> = ["package"].iter().chain(args).copied().collect();
    let outcome = fixture.synth(&args);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    outcome.stderr
}

#[test]
fn a_package_is_an_assembly_with_zips() {
    let fixture = Fixture::new();
    let stderr = package(&fixture, &[]);
    assert!(stderr.contains(&format!("resize  {}", ARCHITECTURE.0)), "{stderr}");

    let manifest = json(&fixture, "manifest.json");
    let images = &manifest["artifacts"]["Images"];
    assert_eq!(images["dependencies"], serde_json::json!(["Images.assets"]));
    assert_eq!(images["properties"]["parameters"].get("AssetBucket"), None);
    let artifact = &manifest["artifacts"]["Images.assets"];
    assert_eq!(artifact["type"], "cdk:asset-manifest");
    assert_eq!(artifact["properties"]["file"], "Images.assets.json");

    let key = key(&fixture, "ResizeCode");
    let hash = key.strip_suffix(".zip").unwrap();
    let assets = json(&fixture, "Images.assets.json");
    let file = &assets["files"][hash];
    assert_eq!(file["displayName"], "resize");
    assert_eq!(
        file["source"],
        serde_json::json!({"path": format!("asset.{key}"), "packaging": "file"})
    );
    let destination = &file["destinations"]["current"];
    assert_eq!(destination["bucketName"], "synth-assets-${AWS::AccountId}-${AWS::Region}-an");
    assert_eq!(destination["objectKey"], key.as_str());

    let mut archive = zip::ZipArchive::new(Cursor::new(zip(&fixture, &key))).unwrap();
    let mut binary = Vec::new();
    archive.by_name("bootstrap").unwrap().read_to_end(&mut binary).unwrap();
    assert!(binary.starts_with(b"\x7fELF"));
    for name in ["Images.template.yaml", "Images.template.json", "Site.template.yaml"] {
        assert_eq!(
            fixture.read(&format!("{PACKAGE}/{name}")),
            fixture.read(&format!("assembly/{name}"))
        );
    }
}

#[test]
fn a_bucket_that_is_known_is_a_parameter() {
    let fixture = Fixture::new();
    package(&fixture, &["--bucket", "my-zips"]);
    assert_eq!(key(&fixture, "AssetBucket"), "my-zips");
    fixture.edit(
        "assembly/manifest.json",
        "aws://unknown-account/unknown-region",
        "aws://210987654321/eu-west-1",
    );
    package(&fixture, &[]);
    assert_eq!(key(&fixture, "AssetBucket"), "synth-assets-210987654321-eu-west-1-an");
}

#[test]
fn only_a_handler_that_changed_is_built_again() {
    let fixture = Fixture::new();
    let text = "fn main() { println!(include_str!(\"../../greeting.txt\")); }";
    fixture.write("handlers/greeting.txt", "hello");
    fixture.write("handlers/src/bin/resize.rs", text);
    package(&fixture, &[]);
    let (resize, notify) = (key(&fixture, "ResizeCode"), key(&fixture, "NotifyCode"));

    // Without a change, and with one in the app alone, cargo is not even asked.
    fs::remove_dir_all(fixture.path("target/lambda")).unwrap();
    fixture.edit("stacks/src/main.rs", "a stray line", "another line");
    let stderr = package(&fixture, &[]);
    assert_eq!(stderr.matches("unchanged").count(), 2, "{stderr}");
    assert!(!fixture.path("target/lambda").exists());
    assert_eq!(key(&fixture, "ResizeCode"), resize);

    fixture.write("handlers/greeting.txt", "good morning");
    let stderr = package(&fixture, &[]);
    assert_eq!(stderr.matches("unchanged").count(), 1, "{stderr}");
    assert_ne!(key(&fixture, "ResizeCode"), resize);
    assert_eq!(key(&fixture, "NotifyCode"), notify);
}

#[test]
fn the_same_sources_give_the_same_bytes_in_any_folder_and_cargo_home() {
    // A generated source has an absolute path.
    let build = "fn main() {
        let out = std::env::var(\"OUT_DIR\").unwrap();
        std::fs::write(out + \"/place.rs\", \"fn place() -> &'static str { file!() }\").unwrap();
    }";
    let main = "include!(concat!(env!(\"OUT_DIR\"), \"/place.rs\"));
        fn main() { println!(\"{}\", place()); panic!(\"for its location\"); }";
    let zips = [Fixture::new(), Fixture::new()].map(|fixture| {
        fixture.write("handlers/build.rs", build);
        fixture.write("handlers/src/bin/resize.rs", main);
        let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
        command.env("CARGO_HOME", fixture.path("cargo-home"));
        let outcome = fixture.run(&mut command, &["package"]);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        let key = key(&fixture, "ResizeCode");
        let zip = zip(&fixture, &key);
        (key, zip)
    });
    assert_eq!(zips[0].0, zips[1].0);
    assert!(zips[0].1 == zips[1].1);
}

#[test]
fn flags_of_the_user_are_kept_beside_ours() {
    let fixture = Fixture::new();
    let main = "fn main() { println!(\"{}\", if cfg!(loud) { \"LOUD\" } else { \"quiet\" }); }";
    fixture.write("handlers/src/bin/resize.rs", main);
    fixture.write(".cargo/config.toml", "[build]\nrustflags = [\"--cfg=loud\"]\n");
    package(&fixture, &[]);
    let from_config = key(&fixture, "ResizeCode");

    fs::remove_file(fixture.path(".cargo/config.toml")).unwrap();
    package(&fixture, &[]);
    assert_ne!(key(&fixture, "ResizeCode"), from_config);

    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    command.env("CARGO_ENCODED_RUSTFLAGS", "--cfg=loud");
    assert_eq!(fixture.run(&mut command, &["package"]).code, 0);
    assert_eq!(key(&fixture, "ResizeCode"), from_config);
}

#[test]
fn a_folder_that_is_no_package_is_left_alone() {
    let fixture = Fixture::new();
    fixture.write("precious/notes.txt", "mine");
    let outcome = fixture.synth(&["package", "--out", "precious"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("precious: exists and is not a package"), "{outcome:?}");
    assert_eq!(fixture.read("precious/notes.txt"), "mine");
}

#[test]
fn a_handler_that_is_not_there_is_named_with_those_that_are() {
    let fixture = Fixture::new();
    fixture.edit("assembly/manifest.json", "\"handler\": \"resize\"", "\"handler\": \"rezise\"");
    let outcome = fixture.synth(&["package"]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stderr.contains("handler `rezise`: no package of this workspace"),
        "{outcome:?}"
    );
    assert!(
        outcome.stderr.contains("hint: the workspace's binaries are: notify, resize"),
        "{outcome:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_target_that_is_not_installed_is_named_with_the_command_that_installs_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let fixture = Fixture::new();
    let rustc =
        "#!/bin/sh\ncase \"$*\" in *target-libdir*) echo /nowhere;; *) exec rustc \"$@\";; esac\n";
    fixture.write("rustc", rustc);
    let script = fixture.path("rustc");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    let outcome = fixture.run(command.env("RUSTC", script), &["package"]);
    assert_eq!(outcome.code, 1);
    let target = ARCHITECTURE.1;
    for text in [
        format!("target {target} is not installed for rustc"),
        format!("hint: run: rustup target add {target}"),
    ] {
        assert!(outcome.stderr.contains(&text), "{outcome:?}");
    }
}

#[test]
fn a_path_of_this_machine_in_a_binary_is_pointed_out() {
    let fixture = Fixture::new();
    assert!(!package(&fixture, &[]).contains("warning"));
    let main = "fn main() { println!(env!(\"CARGO_MANIFEST_DIR\")); }";
    fixture.write("handlers/src/bin/resize.rs", main);
    let stderr = package(&fixture, &[]);
    assert!(stderr.contains("warning: handler `resize` contains the path [WORKSPACE]"), "{stderr}");
}

#[test]
fn a_handler_that_does_not_compile_is_shown_as_rustc_shows_it() {
    let fixture = Fixture::new();
    fixture.write("handlers/src/bin/resize.rs", "fn main() { missing() }");
    let outcome = fixture.synth(&["package"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("error[E0425]: cannot find function `missing`"), "{outcome:?}");
    assert!(outcome.stderr.contains(" --> handlers/src/bin/resize.rs:1:13"), "{outcome:?}");
}

#[test]
fn a_binary_of_two_packages_is_nobodys_handler() {
    let fixture = Fixture::new();
    fixture.write("stacks/src/bin/resize.rs", "fn main() {}");
    fixture.edit("stacks/Cargo.toml", "edition", "default-run = \"stacks\"\nedition");
    let outcome = fixture.synth(&["package"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("handlers and stacks have a binary"), "{outcome:?}");
}
