//! A small schema and the Rust that it must become. `construct-lib` compiles that Rust and runs
//! it, in the tests of its `property` module.

use std::path::Path;

use codegen::{merge, render, schema, spec};

/// What the schemas in `tests/pair` become.
fn generated() -> String {
    let registry: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("pair/registry.json")).expect("the pair is JSON");
    let registry: Vec<String> = registry.iter().map(ToString::to_string).collect();
    let spec = spec::read(include_str!("pair/spec.json")).expect("it is a spec");
    let files = render(merge::merge(spec, &schema::read(&registry).expect("they are schemas")));
    files[Path::new("construct-lib/src/l1/test.rs")].clone()
}

#[test]
fn a_small_schema_becomes_the_expected_rust() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pair/expected.rs");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, generated()).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(generated(), expected, "UPDATE=1 accepts what is generated");
}

#[test]
fn the_same_schema_always_becomes_the_same_rust() {
    assert_eq!(generated(), generated());
}
