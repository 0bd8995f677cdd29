//! The reference app as a user meets it: deployed by the real tool to a local AWS, fed with files,
//! updated, destroyed. Needs `python3`; `SYNTH_E2E=off` skips it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod alerts;
mod destroy;
mod environment;
mod failure;
mod lint;
mod local;
mod package;
mod pipeline;
mod staging;
mod tool;
mod yaml;
