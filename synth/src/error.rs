//! Everything that can go wrong for the user, with the way out.

use std::{io, path::PathBuf, process::ExitCode};

use crate::{registry, validate::ACCEPT};

/// What was wrong, what was given, and (in [`Error::hint`]) what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A program that we ran failed and has said why on standard error: nothing to add.
    #[error("already reported")]
    Reported,

    /// A program that we need did not run, or ended without saying why.
    #[error("`{program}` {problem}")]
    Program {
        /// As it would be typed.
        program: String,
        /// A fragment: "did not start: No such file".
        problem: String,
        /// What to do.
        hint: String,
    },

    /// There is no cargo workspace here, or it names no app.
    #[error("{problem}")]
    Workspace {
        /// What is missing.
        problem: String,
        /// What to do.
        hint: String,
    },

    /// A file could not be read or written.
    #[error("can't {action} {}: {source}", path.display())]
    Io {
        /// "read", "write", "remove".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },

    /// A file is not what it should be.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// What to do.
        hint: String,
    },

    /// No stack has the given name.
    #[error("there is no stack `{given}`")]
    UnknownStack {
        /// The name in the call.
        given: String,
        /// The names that there are.
        known: Vec<String>,
    },

    /// `synth --check` found files that are not what the app renders.
    #[error("{count} of the files under templates/ {} not what the app renders", if *count == 1 { "is" } else { "are" })]
    Stale {
        /// How many.
        count: usize,
    },

    /// AWS would refuse templates; what is wrong has been said.
    #[error("AWS would refuse the templates: {}", crate::ui::count(*count, "error"))]
    Refused {
        /// How many errors.
        count: usize,
    },

    /// The call is wrong in a way that the argument parser can't see.
    #[error("{problem}")]
    Usage {
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: String,
    },

    /// A handler can't be built, or would not run on Lambda.
    #[error("handler `{handler}`: {problem}")]
    Handler {
        /// The bin target's name.
        handler: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        hint: String,
    },

    /// A question has to be answered and nobody is there.
    #[error("\"{question}\" needs an answer, but standard input is not a terminal")]
    NotInteractive {
        /// What would have been asked.
        question: String,
    },

    /// The user said no.
    #[error("cancelled")]
    Cancelled,

    /// AWS refused a call, or could not be reached.
    #[error("can't {doing}: {message}")]
    Aws {
        /// A fragment: "describe stack Jobs".
        doing: String,
        /// AWS's name for what is wrong, when there was an answer.
        code: Option<String>,
        /// What AWS or the connection says.
        message: String,
    },

    /// A stack, or what it needs, is in no state for what was asked.
    #[error("stack {stack} {problem}")]
    Stack {
        /// CloudFormation's name for it.
        stack: String,
        /// A fragment: "is being updated by somebody else".
        problem: String,
        /// What to do.
        hint: String,
    },

    /// The local AWS can't be set up, started or stopped.
    #[error("the local AWS {problem}")]
    Local {
        /// A fragment: "did not start".
        problem: String,
        /// What to do.
        hint: String,
    },
}

impl Error {
    /// For [`Result::map_err`]: `fs::read(&path).map_err(Error::io("read", &path))`.
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.into(), source }
    }

    /// What the user can do, if we know.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Reported | Self::Io { .. } | Self::Cancelled => None,
            Self::Program { hint, .. }
            | Self::Workspace { hint, .. }
            | Self::File { hint, .. }
            | Self::Usage { hint, .. }
            | Self::Handler { hint, .. }
            | Self::Stack { hint, .. }
            | Self::Local { hint, .. } => Some(hint.clone()),
            Self::Aws { code, message, .. } => aws_hint(code.as_deref(), message),
            Self::UnknownStack { known, .. } if known.is_empty() => {
                Some("the app has no stacks".into())
            }
            Self::UnknownStack { known, .. } => {
                Some(format!("the app's stacks are: {}", known.join(", ")))
            }
            Self::Stale { .. } => Some("run `cargo synth` and commit the result".into()),
            Self::Refused { .. } => {
                let accept = format!("`.metadata(stack, \"{ACCEPT}\", json!([\"<rule>\"]))`");
                let newer =
                    format!("what AWS takes only since {} is unknown here", registry::as_of());
                Some(format!("{newer}; where you know better, {accept} makes a warning of it"))
            }
            Self::NotInteractive { .. } => Some("pass --yes to go ahead without asking".into()),
        }
    }

    /// The process's exit code, as the crate's documentation lists them.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Reported
            | Self::Program { .. }
            | Self::Workspace { .. }
            | Self::Io { .. }
            | Self::File { .. }
            | Self::UnknownStack { .. }
            | Self::Stale { .. }
            | Self::Refused { .. }
            | Self::Usage { .. }
            | Self::Handler { .. }
            | Self::NotInteractive { .. }
            | Self::Cancelled
            | Self::Local { .. } => ExitCode::from(1),
            Self::Aws { .. } | Self::Stack { .. } => ExitCode::from(2),
        }
    }
}

/// The way out of the refusals that people meet most.
fn aws_hint(code: Option<&str>, message: &str) -> Option<String> {
    let hint = match code {
        Some("ExpiredToken" | "ExpiredTokenException" | "RequestExpired") => {
            "the credentials have expired: log in again, for example with `aws sso login`"
        }
        Some("InvalidClientTokenId" | "UnrecognizedClientException" | "SignatureDoesNotMatch") => {
            "AWS does not know these credentials: check AWS_PROFILE or --profile"
        }
        Some("AccessDenied" | "AccessDeniedException") => {
            "ask for this permission, or use another profile with --profile"
        }
        Some("BucketNotEmpty") => "--empty-buckets deletes everything in it first",
        Some("Throttling" | "ThrottlingException") => {
            "wait a minute and run the same command again"
        }
        None if message.starts_with("no credentials") => {
            "set AWS_PROFILE, log in with `aws sso login`, or use the local AWS with --local"
        }
        None if message.starts_with("no connection") || message.starts_with("no answer") => {
            "check the network, HTTPS_PROXY and AWS_ENDPOINT_URL; running the same command again is safe"
        }
        _ => return None,
    };
    Some(hint.into())
}
