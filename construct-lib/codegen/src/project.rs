//! The Rust of single resource types, for a project that uses `construct-lib`.

use std::collections::BTreeMap;

use crate::schema::Schema;
use crate::{Error, emit, kinds, merge, names, service, units};

/// What a project's own types become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The whole file.
    pub text: String,
    /// What to import from it, such as `acme_shop::{self, BasketAttributes as _}`.
    pub imports: Vec<String>,
}

/// The resource types in a file that [`project()`] wrote; none in any other file.
pub fn types_of(text: &str) -> Option<Vec<&str>> {
    let types = text.strip_prefix(emit::PROJECT_HEADER)?.split("const TYPE: &'static str = \"");
    Some(types.skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect())
}

/// Writes the types of these schemas.
///
/// # Errors
/// A property has a name that can't be written.
pub fn project(schemas: &BTreeMap<String, Schema>) -> Result<Project, Error> {
    let mut resources = merge::merge(BTreeMap::new(), schemas);
    for resource in &mut resources {
        let type_name = resource.type_name.clone();
        let attributes: Vec<String> =
            resource.attributes.iter().map(|it| it.name.clone()).collect();
        let properties = resource.properties_mut().map(|it| it.name.clone());
        if let Some(name) = properties.chain(attributes).find(|it| !is_plain(it)) {
            return Err(format!(
                "{type_name} has a property {name:?}, which Rust can't be named after"
            )
            .into());
        }
    }
    units::assign(&mut resources);
    kinds::assign_committed(&mut resources);
    let mut services = service::group(resources);
    for service in &mut services {
        service.module = names::identifier(names::snake(&service.module));
    }
    let imports = services.iter().map(emit::import).collect();
    Ok(Project { text: emit::project(&services), imports })
}

/// Whether a name can stand in a text of Rust and in its documentation.
fn is_plain(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_graphic() && !"`\"\\<>[]".contains(c))
}
