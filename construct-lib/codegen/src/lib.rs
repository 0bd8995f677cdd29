//! From what AWS publishes about its resource types to Rust: read, merge, correct, name, write.
//!
//! The feature `layer` is what writes layer one. Without it, [`project`] is left: the same Rust
//! for single types, which is what `synth gen` writes.

pub mod docs;
pub mod emit;
#[cfg(feature = "layer")]
pub mod fixups;
pub mod kinds;
#[cfg(feature = "layer")]
pub mod layer;
pub mod merge;
pub mod model;
pub mod names;
#[cfg(feature = "layer")]
pub mod output;
pub mod project;
pub mod schema;
pub mod service;
#[cfg(feature = "layer")]
pub mod source;
#[cfg(feature = "layer")]
pub mod spec;
#[cfg(feature = "layer")]
pub mod tables;
pub mod units;

/// What goes wrong is told to the person who runs the generator; nothing reacts to it.
pub type Error = Box<dyn std::error::Error>;
