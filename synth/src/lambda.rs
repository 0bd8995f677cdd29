//! What Lambda runs: its architectures and runtimes, in Rust's and the linker's terms.

use std::fmt;

use crate::{assembly::Asset, error::Error};

/// A processor that Lambda has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Architecture {
    /// Intel and AMD.
    X86_64,
    /// Graviton.
    Arm64,
}

/// A version of the GNU C library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Glibc(pub(crate) u32, pub(crate) u32);

/// Where a handler is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Platform {
    /// The processor.
    pub(crate) architecture: Architecture,
    /// The C library of the runtime's operating system.
    pub(crate) glibc: Glibc,
}

impl Architecture {
    /// Rust's name for Linux on it.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64-unknown-linux-gnu",
            Self::Arm64 => "aarch64-unknown-linux-gnu",
        }
    }

    /// The program loader that Lambda's Linux has.
    pub(crate) fn interpreter(self) -> &'static str {
        match self {
            Self::X86_64 => "/lib64/ld-linux-x86-64.so.2",
            Self::Arm64 => "/lib/ld-linux-aarch64.so.1",
        }
    }
}

impl Platform {
    /// The platform that a stack wants for a handler.
    pub(crate) fn of(asset: &Asset) -> Result<Self, Error> {
        let unknown = |what: &str, given: &str, allowed: &str| Error::Handler {
            handler: asset.handler.clone(),
            problem: format!("the {what} `{given}` is not one that synth can build for"),
            hint: format!("use one of: {allowed}"),
        };
        let architecture = match asset.architecture.as_str() {
            "x86_64" => Architecture::X86_64,
            "arm64" => Architecture::Arm64,
            other => return Err(unknown("architecture", other, "x86_64, arm64")),
        };
        let glibc = match asset.runtime.as_str() {
            "provided.al2023" => Glibc(2, 34),
            "provided.al2" => Glibc(2, 26),
            other => return Err(unknown("runtime", other, "provided.al2023, provided.al2")),
        };
        Ok(Self { architecture, glibc })
    }
}

impl Glibc {
    /// Reads `GLIBC_2.34`; versions without a number, such as `GLIBC_PRIVATE`, are none.
    pub(crate) fn parse(symbol_version: &str) -> Option<Self> {
        let mut parts = symbol_version.strip_prefix("GLIBC_")?.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        Some(Self(major, minor))
    }
}

impl fmt::Display for Glibc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        })
    }
}
