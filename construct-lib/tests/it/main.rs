//! Whole apps through the public API.

mod determinism;
mod errors;
mod language;
mod yaml;
