//! From what AWS publishes about its resource types to Rust: read, merge, correct, name, write.

#![expect(clippy::print_stderr, reason = "a program whose messages are for people")]

pub mod docs;
pub mod emit;
pub mod fixups;
pub mod kinds;
pub mod merge;
pub mod model;
pub mod names;
pub mod output;
pub mod schema;
pub mod service;
pub mod source;
pub mod spec;
pub mod tables;
pub mod units;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What goes wrong is told to the person who runs the generator; nothing reacts to it.
pub type Error = Box<dyn std::error::Error>;

/// Writes the layer from the pinned sources.
pub fn write() -> Result<String, Error> {
    let files = generate()?;
    output::write(&files)?;
    Ok(output::summary(&files))
}

/// Fails when what is committed is not what [`write()`] would write.
pub fn check() -> Result<String, Error> {
    let files = generate()?;
    output::check(&files)?;
    Ok(format!("up to date: {}", output::summary(&files)))
}

/// Pins the newest sources, then writes.
pub fn update() -> Result<String, Error> {
    source::update()?;
    write()
}

/// Every generated file and its text.
pub fn generate() -> Result<BTreeMap<PathBuf, String>, Error> {
    let sources = source::open()?;
    let spec = spec::read(&sources.spec)?;
    let schemas = schema::read(&sources.schemas)?;
    let known_to = |name: &str| match (spec.contains_key(name), schemas.contains_key(name)) {
        (true, true) => "both",
        (true, false) => "spec",
        _ => "registry",
    };
    let names: BTreeSet<&String> = spec.keys().chain(schemas.keys()).collect();
    let list: String = names.iter().map(|name| format!("{name} {}\n", known_to(name))).collect();
    let mut resources = merge::merge(spec, &schemas);
    fixups::apply(&mut resources, &sources.runtimes)?;
    let mut files = render(resources);
    files.insert("synth/data/resource-types.tsv".into(), tables::tables(&sources.wheel)?);
    files.insert("construct-lib/codegen/types.txt".into(), list);
    Ok(files)
}

/// The files that a set of resource types becomes.
pub fn render(mut resources: Vec<model::Resource>) -> BTreeMap<PathBuf, String> {
    units::assign(&mut resources);
    let kinds = kinds::assign(&mut resources);
    let services = service::group(resources);
    output::files(&services, &kinds)
}
