//! Python virtual environments under `target/`: where the local AWS comes from.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::{error::Error, lock::Lock, ui::Ui};

/// A virtual environment.
#[derive(Clone, Debug)]
pub(crate) struct Venv {
    dir: PathBuf,
}

impl Venv {
    /// The environment in `dir` with these packages (`name==version`) and what was there before.
    pub(crate) fn with(ui: &Ui, dir: &Path, packages: &[&str]) -> Result<Self, Error> {
        let _lock = Lock::take(ui, dir)?;
        let venv = Self { dir: dir.to_owned() };
        let missing: Vec<&str> = {
            let installed = fs::read_to_string(venv.list()).unwrap_or_default();
            let missing = |package: &&str| !installed.lines().any(|line| line == *package);
            packages.iter().copied().filter(missing).collect()
        };
        if missing.is_empty() {
            return Ok(venv);
        }
        venv.install(ui, &missing)?;
        Ok(venv)
    }

    /// A program of the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.dir.join("bin").join(name)
    }

    /// The packages that are installed, a line each: written when pip is through with them.
    fn list(&self) -> PathBuf {
        self.dir.join("synth-packages.txt")
    }

    fn install(&self, ui: &Ui, packages: &[&str]) -> Result<(), Error> {
        let _progress = ui.progress(&format!("Installing {} (once)", packages.join(", ")));
        if !self.list().exists() {
            // What an interrupted installation left behind is not to be built upon.
            if self.dir.exists() {
                fs::remove_dir_all(&self.dir).map_err(Error::io("remove", &self.dir))?;
            }
            let mut python = Command::new("python3");
            python.args(["-m", "venv"]).arg(&self.dir);
            run(python, "sets up no virtual environment", VENV_HINT)?;
        }
        let mut pip = Command::new(self.program("python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(packages);
        run(pip, "can't be installed with pip", PIP_HINT)?;
        let mut list = fs::read_to_string(self.list()).unwrap_or_default();
        for package in packages {
            list += package;
            list += "\n";
        }
        fs::write(self.list(), list).map_err(Error::io("write", self.list()))
    }
}

const PYTHON_HINT: &str = "install Python 3.10 or later so that `python3` is on the PATH";
const VENV_HINT: &str =
    "install Python's venv module: on Debian and Ubuntu, apt install python3-venv";
const PIP_HINT: &str = "check the network and pip's configuration, then run the same command again";

fn run(mut command: Command, problem: &str, hint: &str) -> Result<(), Error> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| Error::Local {
        problem: format!("needs Python: {} did not start: {error}", program(&command)),
        hint: PYTHON_HINT.into(),
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Local { problem: format!("{problem}: {}", last_lines(&output)), hint: hint.into() })
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// The end is where the reason is.
fn last_lines(output: &Output) -> String {
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<&str> = said.trim().lines().rev().take(5).collect();
    lines.into_iter().rev().collect::<Vec<_>>().join("\n")
}
