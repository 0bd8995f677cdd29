//! What is committed: whether every resource type that AWS publishes is there.

use std::collections::BTreeSet;
use std::path::Path;

/// Which source knows which resource type, as `cargo codegen` found it.
const TYPES: &str = include_str!("../types.txt");

#[test]
#[expect(clippy::print_stdout, reason = "the count is for people")]
fn every_type_of_both_sources_is_committed() {
    let layer = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/l1");
    let mut committed = BTreeSet::new();
    for entry in std::fs::read_dir(layer).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let types = text.split("const TYPE: &'static str = \"").skip(1);
        committed.extend(types.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    println!("{} resource types", committed.len());
    let shared = TYPES.lines().filter_map(|line| line.strip_suffix(" both"));
    let missing: Vec<&str> = shared.filter(|name| !committed.contains(*name)).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    assert!(committed.len() > 1_800, "{}", committed.len());
}
