//! The reviewed templates: the folder `templates/` beside what the app renders.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use similar::TextDiff;

use crate::{assembly::Assembly, error::Error, template};

const FOLDER: &str = "templates";

/// A file under `templates/`, as it is and as it should be.
#[derive(Debug)]
pub(crate) struct Template {
    /// Relative to the workspace: `templates/DataProcessing.yaml`.
    pub(crate) name: String,
    /// The id of the stack that the file is for.
    pub(crate) stack: String,
    path: PathBuf,
    on_disk: Option<String>,
    rendered: Option<String>,
}

/// What a file under `templates/` is to the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Byte for byte what the app renders.
    Unchanged,
    /// Not there yet.
    New,
    /// Not what the app renders.
    Changed,
    /// A template of a stack that the app doesn't have.
    Stale,
}

/// The templates of the stacks with these names; of all stacks, and stale ones, when none is given.
pub(crate) fn compare(
    root: &Path,
    assembly: &Assembly,
    stacks: &[String],
) -> Result<Vec<Template>, Error> {
    let mut templates = Vec::new();
    for stack in assembly.select(stacks)? {
        let mut template = Template::at(root, &stack.id);
        template.on_disk = read(&template.path)?;
        template.rendered = Some(stack.body.clone());
        templates.push(template);
    }
    if stacks.is_empty() {
        templates.extend(stale(root, assembly)?);
    }
    Ok(templates)
}

impl Template {
    fn at(root: &Path, stack: &str) -> Self {
        let file = format!("{stack}.yaml");
        Self {
            path: root.join(FOLDER).join(&file),
            name: format!("{FOLDER}/{file}"),
            stack: stack.into(),
            on_disk: None,
            rendered: None,
        }
    }

    pub(crate) fn state(&self) -> State {
        match (&self.on_disk, &self.rendered) {
            (None, _) => State::New,
            (Some(_), None) => State::Stale,
            (on_disk, rendered) if on_disk == rendered => State::Unchanged,
            _ => State::Changed,
        }
    }

    /// Makes the file what the app renders; one that is so already keeps its time.
    pub(crate) fn write(&self) -> Result<(), Error> {
        match &self.rendered {
            _ if self.state() == State::Unchanged => Ok(()),
            None => fs::remove_file(&self.path).map_err(Error::io("remove", &self.path)),
            Some(rendered) => {
                if let Some(folder) = self.path.parent() {
                    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
                }
                fs::write(&self.path, rendered).map_err(Error::io("write", &self.path))
            }
        }
    }

    /// A unified diff from the file to what the app renders; empty when they are equal.
    pub(crate) fn diff(&self) -> String {
        let on_disk = self.on_disk.as_deref().unwrap_or_default();
        let rendered = self.rendered.as_deref().unwrap_or_default();
        TextDiff::from_lines(on_disk, rendered)
            .unified_diff()
            .header(&self.name, "rendered")
            .to_string()
    }
}

/// The files that only synth can have written: templates named as a stack is, of no stack of the app.
fn stale(root: &Path, assembly: &Assembly) -> Result<Vec<Template>, Error> {
    let folder = root.join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", folder)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io("read", &folder))?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let Some(stack) = stem.filter(|_| path.extension().is_some_and(|it| it == "yaml")) else {
            continue;
        };
        if assembly.stacks.iter().any(|it| it.id == stack) {
            continue;
        }
        let mut template = Template::at(root, stack);
        template.on_disk = read(&path)?;
        if template.on_disk.as_deref().is_some_and(is_template) {
            found.push(template);
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn is_template(text: &str) -> bool {
    template::parse(text).is_ok_and(|template| template.get("Resources").is_some())
}

fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}
