//! The rendered templates as AWS's own linter sees them.

use std::{fs, process::Command};

use crate::environment::{is_on, python, root};

#[test]
fn cfn_lint_finds_nothing() {
    if !is_on() {
        return;
    }
    let entries = fs::read_dir(root().join("templates")).unwrap();
    let mut templates: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    templates.retain(|path| path.extension().is_some_and(|it| it == "yaml"));
    templates.push(root().join("synth/src/staging.yaml"));
    assert!(templates.len() > 1, "there are no templates");
    let lint = Command::new(python("cfn-lint")).arg("--").args(&templates).output().unwrap();
    let said = String::from_utf8_lossy(&lint.stdout);
    assert!(lint.status.success() && said.trim().is_empty(), "{said}");
}
