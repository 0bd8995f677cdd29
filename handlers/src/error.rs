//! Why an invocation fails.

use std::fmt;

use lambda_runtime::Diagnostic;

/// What makes an invocation fail, so that Lambda tries the event again and, when no attempt is
/// left, delivers it to the function's failure destination.
///
/// A file that can't be processed is not among these: trying it again would not help. It is
/// sent to the failure queue as a [`Failure`](crate::failure::Failure).
#[derive(Debug)]
pub enum Error {
    /// A call to AWS failed after the SDK's own retries.
    TransientAws {
        /// The IAM action of the call, such as `s3:GetObject`.
        action: &'static str,
        /// What the SDK says about it.
        message: String,
    },
    /// The invocation's deadline came too near to finish the work.
    OutOfTime,
    /// The event lacks something that every S3 notification has.
    MalformedEvent(String),
    /// An environment variable has a value that can't work.
    Configuration(String),
}

impl Error {
    /// Says that the call to `action` failed with `error`.
    pub fn aws(action: &'static str, error: impl std::error::Error) -> Self {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            message = format!("{message}: {error}");
            source = error.source();
        }
        Self::TransientAws { action, message }
    }

    /// The error's name, as `errorType` of the failed invocation.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TransientAws { .. } => "TransientAws",
            Self::OutOfTime => "OutOfTime",
            Self::MalformedEvent(_) => "MalformedEvent",
            Self::Configuration(_) => "Configuration",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TransientAws { action, message } => write!(f, "{action} failed: {message}"),
            Self::OutOfTime => f.write_str(
                "stopped shortly before the function's timeout; hint: give it more time or memory",
            ),
            Self::MalformedEvent(message) | Self::Configuration(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        Self { error_type: error.name().to_owned(), error_message: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambda_sees_the_name_of_the_error_and_not_of_a_rust_type() {
        let error = Error::aws("s3:GetObject", std::io::Error::other("connection reset"));
        let diagnostic = Diagnostic::from(error);
        assert_eq!(diagnostic.error_type, "TransientAws");
        assert_eq!(diagnostic.error_message, "s3:GetObject failed: connection reset");
    }
}
