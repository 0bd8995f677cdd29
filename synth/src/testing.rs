//! For tests and the benchmark only: parts of the tool itself.

mod command;

use std::path::{Path, PathBuf};

use crate::{
    error::Error,
    local::{Auth, Local, Running},
    python::Venv,
    template,
    ui::Ui,
    validate,
};

pub use crate::ui::Screen;
pub use command::Command;

/// The folder `bin` of a virtual environment in `dir` that has these packages (`name==version`).
///
/// # Errors
/// What is missing and what to do about it.
pub fn python(dir: &Path, packages: &[&str]) -> Result<PathBuf, String> {
    let venv = Venv::with(&Ui::default(), dir, packages).map_err(explain)?;
    Ok(venv.program(""))
}

/// A local AWS of the test's own; it ends with this value.
#[derive(Debug)]
pub struct LocalAws {
    local: Local,
    running: Running,
}

impl LocalAws {
    /// Starts one that keeps its files in `dir` and has nothing in it yet: one that an interrupted
    /// run left there is stopped.
    ///
    /// # Errors
    /// What is missing and what to do about it.
    pub fn start_empty(dir: &Path, venv: &Path, enforce_iam: bool) -> Result<Self, String> {
        Local::in_dir(dir.to_owned()).stop(&Ui::default()).map_err(explain)?;
        Self::start(dir, venv, enforce_iam)
    }

    /// Starts one that keeps its files in `dir`, or finds it running there.
    ///
    /// # Errors
    /// What is missing and what to do about it.
    pub fn start(dir: &Path, venv: &Path, enforce_iam: bool) -> Result<Self, String> {
        let auth = if enforce_iam { Auth::On } else { Auth::Off };
        let local = Local::in_dir(dir.to_owned());
        let ui = Ui::default();
        let running = local.start(&ui, venv, auth).map_err(explain)?;
        Ok(Self { local, running })
    }

    /// Like `http://127.0.0.1:4566`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.running.endpoint()
    }

    /// What a client needs in its environment.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, String); 5] {
        self.running.environment()
    }
}

impl Drop for LocalAws {
    fn drop(&mut self) {
        let _ = self.local.stop(&Ui::default());
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn explain(error: Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}\nhint: {hint}"),
        None => error.to_string(),
    }
}

/// A template that has been read.
#[derive(Debug)]
pub struct Template(serde_json::Value);

impl Template {
    /// Reads a template.
    ///
    /// # Panics
    /// If the text is none.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(template::parse(text).expect("a template"))
    }

    /// How many findings there are, from tables that are opened for it.
    #[must_use]
    pub fn findings(&self) -> usize {
        validate::check(&self.0, None).len()
    }
}
