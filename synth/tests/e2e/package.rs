//! The reference app's package, and copies of it with something changed.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
    sync::OnceLock,
};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{environment::scratch, tool::synth};

/// The package as `synth package` makes it; the handlers are built at most once.
pub(crate) fn reference() -> &'static Path {
    static PACKAGE: OnceLock<PathBuf> = OnceLock::new();
    PACKAGE.get_or_init(|| {
        let dir = scratch("package");
        synth(None, &["package", "--out", dir.to_str().unwrap()]).ok();
        dir
    })
}

/// A copy of a package under another name.
pub(crate) fn copy(package: &Path, name: &str) -> PathBuf {
    let dir = scratch(name);
    if dir.exists() {
        fs::remove_dir_all(&dir).unwrap();
    }
    fs::create_dir_all(&dir).unwrap();
    for entry in fs::read_dir(package).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, dir.join(path.file_name().unwrap())).unwrap();
    }
    dir
}

/// A copy whose policies refuse TLS instead of anything else: the local AWS speaks plain HTTP, and
/// where IAM is enforced, a bucket that insists on TLS refuses everybody. All other statements
/// are as they were.
pub(crate) fn for_plain_http(package: &Path, name: &str) -> PathBuf {
    let dir = copy(package, name);
    edit_template(&dir, |body| {
        let insists = r#""aws:SecureTransport": "false""#;
        assert!(body.contains(insists), "{body}");
        body.replace(insists, r#""aws:SecureTransport": "true""#)
    });
    dir
}

/// Changes the template that CloudFormation gets.
pub(crate) fn edit_template(package: &Path, edit: impl FnOnce(String) -> String) {
    let template = package.join(TEMPLATE);
    let body = fs::read_to_string(&template).unwrap();
    fs::write(&template, edit(body)).unwrap();
}

/// The template's file in a package.
pub(crate) const TEMPLATE: &str = "DataProcessing.template.yaml";

/// A copy whose handlers are other files that do the same: a byte after the end of an executable
/// is not read. Nothing but the keys of the code differs, as after a change of handler code.
pub(crate) fn with_other_code(package: &Path, name: &str) -> PathBuf {
    let dir = copy(package, name);
    let files: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    let (zips, texts): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|path| path.extension().is_some_and(|it| it == "zip"));
    assert!(!zips.is_empty(), "the package has no handlers");
    for zip in zips {
        let hash = hash_in(&zip);
        // As good as a hash: nothing else has this name.
        let other = format!("{}{}", &hash[1..], &hash[..1]);
        append_to_bootstrap(&zip, &zip.with_file_name(format!("asset.{other}.zip")));
        for text in texts.iter().filter(|path| path.extension().is_some_and(|it| it == "json")) {
            let changed = fs::read_to_string(text).unwrap().replace(&hash, &other);
            fs::write(text, changed).unwrap();
        }
    }
    dir
}

fn hash_in(zip: &Path) -> String {
    let name = zip.file_name().unwrap().to_str().unwrap();
    name.strip_prefix("asset.").unwrap().strip_suffix(".zip").unwrap().to_owned()
}

fn append_to_bootstrap(from: &Path, to: &Path) {
    let mut archive = ZipArchive::new(fs::File::open(from).unwrap()).unwrap();
    let mut bootstrap = Vec::new();
    archive.by_name("bootstrap").unwrap().read_to_end(&mut bootstrap).unwrap();
    bootstrap.push(0);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .unix_permissions(0o755);
    let mut changed = ZipWriter::new(fs::File::create(to).unwrap());
    changed.start_file("bootstrap", options).unwrap();
    changed.write_all(&bootstrap).unwrap();
    changed.finish().unwrap();
    fs::remove_file(from).unwrap();
}
