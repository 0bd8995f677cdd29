//! The tool as a user meets it: the real binary in a throw-away workspace.

mod diff;
mod fixture;
mod list;
mod package;
mod reference;
mod synth;
