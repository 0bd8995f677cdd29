//! What a verb may touch: the terminal, and the workspace where it was called.

use std::cell::OnceCell;

use crate::{error::Error, ui::Ui, workspace::Workspace};

/// Given to every verb.
#[derive(Debug)]
pub(crate) struct Context {
    /// The terminal.
    pub(crate) ui: Ui,
    workspace: OnceCell<Workspace>,
}

impl Context {
    pub(crate) fn new() -> Self {
        Self::with(Ui::default())
    }

    pub(crate) fn with(ui: Ui) -> Self {
        Self { ui, workspace: OnceCell::new() }
    }

    /// The cargo workspace around the current directory, read on first use: some calls need none.
    pub(crate) fn workspace(&self) -> Result<&Workspace, Error> {
        if let Some(workspace) = self.workspace.get() {
            return Ok(workspace);
        }
        let workspace = Workspace::find()?;
        Ok(self.workspace.get_or_init(|| workspace))
    }
}
