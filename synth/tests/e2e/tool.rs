//! Runs the real binary.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use synth::testing::LocalAws;

use crate::environment::root;

/// What a call of the tool did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// This outcome, if it is a success.
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self
    }

    /// Whether a line for people contains these words in this order.
    pub(crate) fn says(&self, words: &[&str]) -> bool {
        let has = |line: &str| {
            let mut rest = line;
            words.iter().all(|word| match rest.split_once(word) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            })
        };
        self.stderr.lines().any(has)
    }
}

/// Calls the tool in the workspace, for `aws` if there is one.
pub(crate) fn synth<A: AsRef<std::ffi::OsStr>>(aws: Option<&LocalAws>, args: &[A]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    command.args(args).current_dir(root()).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.env("NO_PROXY", "127.0.0.1,localhost");
    if let Some(aws) = aws {
        command.envs(aws.environment());
    }
    let output = command.output().unwrap();
    Outcome {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// `synth deploy` of a package, without a question.
pub(crate) fn deploy(aws: &LocalAws, package: &Path, more: &[&str]) -> Outcome {
    let mut args = vec!["deploy", "--yes", "--package", package.to_str().unwrap()];
    args.extend(more);
    synth(Some(aws), &args)
}

/// `synth destroy` that leaves nothing, without a question.
pub(crate) fn destroy(aws: &LocalAws) -> Outcome {
    synth(Some(aws), &["destroy", "--yes", "--empty-buckets", "--delete-retained"])
}
