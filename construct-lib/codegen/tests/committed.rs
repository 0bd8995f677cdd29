//! What is committed against the sources, which are fetched once into `target/codegen`.

use std::collections::BTreeSet;

use codegen::{output, schema, source, spec};

#[test]
#[expect(clippy::print_stdout, reason = "the count is for people")]
fn every_type_of_both_sources_is_committed() {
    let sources = source::open().unwrap();
    let spec = spec::read(&sources.spec).unwrap();
    let schemas = schema::read(&sources.schemas).unwrap();
    let files = codegen::generate().unwrap();
    output::check(&files).unwrap();

    let declared =
        files.values().flat_map(|text| text.split("const TYPE: &'static str = \"").skip(1));
    let types: BTreeSet<&str> = declared.filter_map(|rest| rest.split('"').next()).collect();
    println!("{} resource types", types.len());
    let shared = spec.keys().filter(|name| schemas.contains_key(*name));
    let missing: Vec<&String> = shared.filter(|name| !types.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    assert!(types.len() > 1_800, "{}", types.len());
}
