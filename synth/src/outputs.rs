//! What deployed stacks say about themselves: on standard output, and in a file for programs.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use serde_json::{Map, Value};

use crate::{
    error::Error,
    ui::{Ui, printable},
};

/// The outputs of one stack, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outputs {
    /// CloudFormation's name for the stack.
    pub(crate) stack: String,
    /// Names and values, in CloudFormation's order.
    pub(crate) values: Vec<(String, String)>,
}

/// Prints `Stack.Output = value` lines, aligned and sorted.
pub(crate) fn print(ui: &Ui, outputs: &[Outputs]) {
    let mut rows: Vec<(String, &str)> = Vec::new();
    for stack in outputs {
        let mut values: Vec<_> = stack.values.iter().collect();
        values.sort();
        rows.extend(
            values
                .into_iter()
                .map(|(key, value)| (format!("{}.{key}", stack.stack), value.as_str())),
        );
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, value) in rows {
        ui.data(&format!("{name:<width$} = {}\n", printable(value)));
    }
}

/// Refuses a file that can't be written in the end.
pub(crate) fn check(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Error::Usage {
            problem: format!("--outputs-file {}: there is no such folder", path.display()),
            hint: format!("create it: mkdir -p {}", folder.display()),
        }),
        _ if path.is_dir() || path.file_name().is_none() => Err(Error::Usage {
            problem: format!("--outputs-file {}: that is a folder", path.display()),
            hint: "name a file in it".into(),
        }),
        _ => Ok(()),
    }
}

/// Writes `{"Stack": {"Output": "value"}}`, whole or not at all, for the caller's eyes only.
pub(crate) fn write(path: &Path, outputs: &[Outputs]) -> Result<(), Error> {
    let mut stacks = Map::new();
    for stack in outputs {
        let values = stack.values.iter();
        let values = values.map(|(key, value)| (key.clone(), Value::String(value.clone())));
        stacks.insert(stack.stack.clone(), Value::Object(values.collect()));
    }
    let text = format!("{:#}\n", Value::Object(stacks));
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}", std::process::id()));
    let unfinished = path.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let written = options.open(&unfinished).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&unfinished);
        Error::io("write", path)(error)
    })
}

#[cfg(test)]
mod tests {
    use super::{Outputs, write};
    use std::{fs, os::unix::fs::PermissionsExt as _};

    #[test]
    fn the_file_is_replaced_and_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outputs.json");
        fs::write(&path, "old").unwrap();
        let values = vec![("Url".into(), "http://\u{1b}[0m".into())];
        write(&path, &[Outputs { stack: "Jobs".into(), values }]).unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "{\n  \"Jobs\": {\n    \"Url\": \"http://\\u001b[0m\"\n  }\n}\n"
        );
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
