//! Whether a binary will start on Lambda: read from the file itself, before it is shipped.

use object::{
    Endianness, elf,
    read::{
        SymbolIndex,
        elf::{FileHeader as _, ProgramHeader as _, SectionTable, Sym as _},
    },
};

use crate::lambda::{Architecture, Glibc, Platform};

type Header = elf::FileHeader64<Endianness>;

/// What Lambda's Linux has for every program.
const LIBRARIES: [&str; 8] = [
    "libc.so.6",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "librt.so.1",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
];

/// Why a binary would not start on Lambda.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("the binary can't be read as a Linux program: {0}")]
    NotElf(String),
    #[error("the binary is for {found}, and the function is {wanted}")]
    Architecture { found: String, wanted: Architecture },
    #[error("the binary needs the library {0}, which Lambda does not have")]
    Library(String),
    #[error("the binary needs the loader {found}, and Lambda has {wanted}")]
    Interpreter { found: String, wanted: &'static str },
    #[error("the binary needs glibc {needed} (for `{symbol}`), and the runtime has {has}")]
    Glibc { needed: Glibc, symbol: String, has: Glibc },
}

impl Unfit {
    /// What to do.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::NotElf(_) => "check the linker that your cargo configuration names",
            Self::Architecture { .. } => {
                "check `target` and `linker` in your cargo configuration; synth passes --target itself"
            }
            Self::Library(_) => {
                "link the library statically, for example through the crate's `vendored` feature"
            }
            Self::Interpreter { .. } => "check the linker that your cargo configuration names",
            Self::Glibc { .. } => {
                "install cargo-zigbuild (pip install cargo-zigbuild): synth then builds for the runtime's glibc"
            }
        }
    }
}

impl From<object::Error> for Unfit {
    fn from(error: object::Error) -> Self {
        Self::NotElf(error.to_string())
    }
}

/// Checks that the program in `bytes` starts on `platform`.
pub(crate) fn check(bytes: &[u8], platform: Platform) -> Result<(), Unfit> {
    let header = Header::parse(bytes)?;
    let endian = header.endian()?;
    check_machine(header.e_machine.get(endian), platform.architecture)?;
    check_interpreter(header, endian, bytes, platform.architecture)?;
    let sections = header.sections(endian, bytes)?;
    check_libraries(&sections, endian, bytes)?;
    check_glibc(&sections, endian, bytes, platform.glibc)
}

fn check_machine(machine: elf::Machine, wanted: Architecture) -> Result<(), Unfit> {
    let found = match machine {
        elf::EM_X86_64 => Some(Architecture::X86_64),
        elf::EM_AARCH64 => Some(Architecture::Arm64),
        _ => None,
    };
    if found == Some(wanted) {
        return Ok(());
    }
    let found = found.map_or_else(|| format!("ELF machine {}", machine.0), |it| it.to_string());
    Err(Unfit::Architecture { found, wanted })
}

/// A program without a loader is linked statically, and needs nothing.
fn check_interpreter(
    header: &Header,
    endian: Endianness,
    bytes: &[u8],
    architecture: Architecture,
) -> Result<(), Unfit> {
    let wanted = architecture.interpreter();
    for segment in header.program_headers(endian, bytes)? {
        if let Some(found) =
            segment.interpreter(endian, bytes)?.filter(|it| *it != wanted.as_bytes())
        {
            let found = text(found);
            return Err(Unfit::Interpreter { found, wanted });
        }
    }
    Ok(())
}

fn check_libraries(
    sections: &SectionTable<'_, Header>,
    endian: Endianness,
    bytes: &[u8],
) -> Result<(), Unfit> {
    let dynamic = sections.dynamic_table(endian, bytes)?;
    for entry in dynamic.iter().filter(|entry| entry.tag == elf::DT_NEEDED) {
        let library = text(dynamic.string(entry)?);
        if !LIBRARIES.contains(&library.as_str()) {
            return Err(Unfit::Library(library));
        }
    }
    Ok(())
}

/// Finds the imported symbol of the newest glibc.
fn check_glibc(
    sections: &SectionTable<'_, Header>,
    endian: Endianness,
    bytes: &[u8],
    has: Glibc,
) -> Result<(), Unfit> {
    let Some(versions) = sections.versions(endian, bytes)? else {
        return Ok(());
    };
    let symbols = sections.symbols(endian, bytes, elf::SHT_DYNSYM)?;
    let mut newest = None;
    for (index, symbol) in symbols.iter().enumerate() {
        let version = versions.version_index(endian, SymbolIndex(index));
        let Some(version) = versions.version(version.index())? else {
            continue;
        };
        if let Some(glibc) = Glibc::parse(&text(version.name())) {
            newest = newest.max(Some((glibc, symbol.name(endian, symbols.strings())?)));
        }
    }
    match newest {
        Some((needed, symbol)) if needed > has => {
            Err(Unfit::Glibc { needed, symbol: text(symbol), has })
        }
        _ => Ok(()),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::{Unfit, check};
    use crate::lambda::{Architecture, Glibc, Platform};

    const HERE: Platform = Platform {
        architecture: match cfg!(target_arch = "x86_64") {
            true => Architecture::X86_64,
            false => Architecture::Arm64,
        },
        glibc: Glibc(99, 0),
    };

    /// This test's own program is as good a Linux program as any.
    fn this_program() -> Vec<u8> {
        std::fs::read(std::env::current_exe().unwrap()).unwrap()
    }

    /// A copy with every `from` overwritten where the loader's strings are: near the beginning.
    fn patched(from: &str, to: &str) -> Vec<u8> {
        let mut bytes = this_program();
        let is_from = |place: &usize| bytes[*place..].starts_with(from.as_bytes());
        let places: Vec<_> = (0..bytes.len().min(1 << 20)).filter(is_from).collect();
        assert!(!places.is_empty());
        for place in places {
            bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
        }
        bytes
    }

    #[test]
    fn a_program_for_this_machine_is_fit_for_it() {
        assert_eq!(check(&this_program(), HERE), Ok(()));
    }

    #[test]
    fn a_newer_glibc_is_refused_with_a_symbol() {
        let platform = Platform { glibc: Glibc(2, 2), ..HERE };
        let unfit = check(&this_program(), platform).unwrap_err();
        assert!(
            matches!(&unfit, Unfit::Glibc { needed, symbol, has: Glibc(2, 2) } if *needed > Glibc(2, 2) && !symbol.is_empty()),
            "{unfit}"
        );
        assert!(unfit.hint().contains("cargo-zigbuild"));
    }

    #[test]
    fn another_architecture_is_refused() {
        let architecture = match HERE.architecture {
            Architecture::X86_64 => Architecture::Arm64,
            Architecture::Arm64 => Architecture::X86_64,
        };
        let unfit = check(&this_program(), Platform { architecture, ..HERE }).unwrap_err();
        assert!(matches!(unfit, Unfit::Architecture { wanted, .. } if wanted == architecture));
    }

    #[test]
    fn a_library_or_loader_that_lambda_lacks_is_refused() {
        let unfit = check(&patched("libc.so.6\0", "libx.so.6\0"), HERE).unwrap_err();
        assert_eq!(unfit, Unfit::Library("libx.so.6".into()));
        let unfit = check(&patched("/ld-linux-", "/ld-nixos-"), HERE).unwrap_err();
        assert!(matches!(unfit, Unfit::Interpreter { .. }), "{unfit}");
    }

    #[test]
    fn what_is_no_program_is_refused() {
        assert!(matches!(check(b"#!/bin/sh\n", HERE), Err(Unfit::NotElf(_))));
        let program = this_program();
        for length in (0..4096).step_by(7) {
            assert!(check(&program[..length], HERE).is_err());
        }
    }
}
