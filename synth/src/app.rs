//! Runs the app: a program that writes a cloud assembly.

use crate::{assembly::Assembly, context::Context, error::Error};

/// Builds and runs the workspace's app; what it and cargo print is for the user to see.
pub(crate) fn run(cx: &Context) -> Result<Assembly, Error> {
    Assembly::read(&cx.workspace()?.scratch().join("assembly"))
}
