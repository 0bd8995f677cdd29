//! The tool as a user meets it: the real binary in a throw-away workspace.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod diff;
mod fixture;
mod list;
mod package;
mod reference;
mod synth;
mod validate;
