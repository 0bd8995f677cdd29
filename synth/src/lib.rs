//! Renders, packages and deploys construct-lib apps.
//!
//! Exit codes:
//!
//! | code | meaning |
//! | --- | --- |
//! | 0 | done, or nothing to do |
//! | 1 | something is wrong in the call, the app or the build |
//! | 2 | AWS refused, or a deployment failed; a file can't be read (`validate`) |
//! | 3 | differences found (`diff --exit-code`, `diff --fail-on`) |

mod app;
mod assembly;
mod aws;
mod cargo;
mod cli;
mod compiler;
mod connection;
mod context;
mod deploy;
mod destroy;
mod diff;
mod elf;
mod error;
mod fingerprint;
mod handler;
mod lambda;
mod local;
mod lock;
mod outputs;
mod package;
mod parameters;
mod progress;
mod publish;
mod python;
mod registry;
mod report;
mod staging;
mod template;
mod templates;
mod ui;
mod validate;
mod verbs;
mod workspace;
mod zip;

#[doc(hidden)]
pub mod testing;

pub use cli::{main, reference};
