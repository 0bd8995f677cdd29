//! What is wrong with an app: every problem with its construct, its source line and a way out.

use std::fmt;
use std::panic::Location;

/// One finding. Errors stop synth; warnings are reported and go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The construct, as `Stack/Construct/Child`.
    pub path: String,
    /// Where the construct was defined.
    pub location: Option<&'static Location<'static>>,
    /// What is wrong, with what was given and what is allowed.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is rendered.
    Error,
    /// The templates are rendered all the same.
    Warning,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}: {}: {}", self.path, self.message)?;
        if let Some(location) = self.location {
            write!(f, "\n  --> {}:{}:{}", location.file(), location.line(), location.column())?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}
