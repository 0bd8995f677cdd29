//! One file a verb: its arguments, whose documentation is the help, and what it does.

pub(crate) mod deploy;
pub(crate) mod destroy;
pub(crate) mod diff;
pub(crate) mod list;
pub(crate) mod local;
pub(crate) mod package;
pub(crate) mod synth;
pub(crate) mod validate;
