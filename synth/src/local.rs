//! The local AWS: ministack in a virtual environment under `target/`, on 127.0.0.1 only. It runs
//! on its own until it is stopped and keeps its state until then.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};
use serde::{Deserialize, Serialize};

use crate::{aws::Target, error::Error, lock::Lock, python::Venv, ui::Ui};

/// The package that is the local AWS. Exact: its behaviour changes between patch versions.
pub(crate) const PACKAGE: &str = "ministack==1.5.33";
/// The account that it pretends to be.
pub(crate) const ACCOUNT: &str = "000000000000";
/// Where it pretends to be.
pub(crate) const REGION: &str = "us-east-1";

const START_PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);

/// Whether calls need permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// Everybody may do everything.
    Off,
    /// IAM policies are enforced.
    On,
}

/// A local AWS, running or not.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    dir: PathBuf,
}

/// One that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Running {
    pid: i32,
    port: u16,
}

impl Running {
    /// Where to send calls.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// For [`crate::aws::Aws::connect`].
    pub(crate) fn target(&self) -> Target {
        Target::Local { endpoint: self.endpoint(), region: REGION.into() }
    }

    /// What other clients need in their environment.
    pub(crate) fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("AWS_ENDPOINT_URL", self.endpoint()),
            ("AWS_REGION", REGION.into()),
            // The AWS CLI and boto3 read this one.
            ("AWS_DEFAULT_REGION", REGION.into()),
            ("AWS_ACCESS_KEY_ID", "test".into()),
            ("AWS_SECRET_ACCESS_KEY", "test".into()),
        ]
    }
}

impl Local {
    /// The one that keeps its files in `dir`.
    pub(crate) fn in_dir(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// It, if it runs.
    pub(crate) fn running(&self) -> Option<Running> {
        let state = fs::read(self.state()).ok()?;
        let running: Running = serde_json::from_slice(&state).ok()?;
        (self.owns(running.pid) && is_healthy(running.port)).then_some(running)
    }

    /// Starts it unless it runs.
    pub(crate) fn start(&self, ui: &Ui, venv: &Path, auth: Auth) -> Result<Running, Error> {
        let _lock = Lock::take(ui, &self.dir)?;
        if let Some(running) = self.running() {
            return Ok(running);
        }
        let venv = Venv::with(ui, venv, &[PACKAGE])?;
        let _progress = ui.progress("Starting the local AWS");
        let port = free_port().map_err(Error::io("find a free port on", "127.0.0.1"))?;
        let mut child = self.spawn(&venv, port, auth)?;
        let running = Running { pid: child.id().cast_signed(), port };
        let ready = self.wait_until_ready(&mut child, port).and_then(|()| {
            let state = serde_json::to_vec(&running).map_err(io::Error::other);
            let written = state.and_then(|state| fs::write(self.state(), state));
            written.map_err(Error::io("write", self.state()))
        });
        if ready.is_err() {
            kill(running.pid, Signal::KILL);
            let _ = child.wait();
        }
        ready.map(|()| running)
    }

    /// Stops it; says whether it ran.
    pub(crate) fn stop(&self, ui: &Ui) -> Result<bool, Error> {
        let _lock = Lock::take(ui, &self.dir)?;
        let Some(running) = self.running() else {
            let _ = fs::remove_file(self.state());
            return Ok(false);
        };
        let _progress = ui.progress("Stopping the local AWS");
        kill(running.pid, Signal::TERM);
        let deadline = Instant::now() + STOP_PATIENCE;
        while self.owns(running.pid) && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
        // The functions that it runs are in its process group.
        kill(running.pid, Signal::KILL);
        fs::remove_file(self.state()).map_err(Error::io("remove", self.state()))?;
        Ok(true)
    }

    fn state(&self) -> PathBuf {
        self.dir.join("running.json")
    }

    fn log(&self) -> PathBuf {
        self.dir.join("log.txt")
    }

    fn spawn(&self, venv: &Venv, port: u16, auth: Auth) -> Result<Child, Error> {
        let temp = self.dir.join("tmp");
        fs::create_dir_all(&temp).map_err(Error::io("create", &temp))?;
        let log = File::create(self.log()).map_err(Error::io("create", self.log()))?;
        let log_too = log.try_clone().map_err(Error::io("open", self.log()))?;
        let mut command = Command::new(venv.program("ministack"));
        // Functions inherit this environment, so nothing of the caller's may be in it; and only
        // with an endpoint in it do their calls come back here instead of going to AWS.
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &temp)
            .env("TMPDIR", &temp)
            .env("LANG", "C.UTF-8")
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", port.to_string())
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
            .env("LAMBDA_ASYNC_RETRY_BASE_SECONDS", "0.1")
            .env("AUTH", if auth == Auth::On { "true" } else { "false" })
            .current_dir(&self.dir)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(log_too)
            // A Ctrl-C in the terminal is not for it.
            .process_group(0);
        command.spawn().map_err(|error| Error::Local {
            problem: format!("did not start: {error}"),
            hint: "remove target/synth/python and try again".into(),
        })
    }

    fn wait_until_ready(&self, child: &mut Child, port: u16) -> Result<(), Error> {
        let deadline = Instant::now() + START_PATIENCE;
        while Instant::now() < deadline {
            if is_healthy(port) {
                return Ok(());
            }
            if let Ok(Some(status)) = child.try_wait() {
                return Err(self.did_not_start(&format!("ended at once ({status})")));
            }
            thread::sleep(PAUSE);
        }
        Err(self.did_not_start(&format!("does not answer after {} s", START_PATIENCE.as_secs())))
    }

    fn did_not_start(&self, problem: &str) -> Error {
        Error::Local {
            problem: problem.into(),
            hint: format!("its log is {}", self.log().display()),
        }
    }

    /// Whether a process is ours: the number alone can be another's by now.
    fn owns(&self, pid: i32) -> bool {
        let proc = PathBuf::from(format!("/proc/{pid}"));
        if !Path::new("/proc/self/cmdline").exists() {
            return runs_ministack(&ps(pid));
        }
        let command = fs::read_to_string(proc.join("cmdline")).unwrap_or_default();
        let dir = fs::read_link(proc.join("cwd")).ok();
        runs_ministack(&command) && dir == fs::canonicalize(&self.dir).ok()
    }
}

fn runs_ministack(command: &str) -> bool {
    command.contains("ministack")
}

/// The command line of a process, where there is no `/proc`.
fn ps(pid: i32) -> String {
    let output = Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

fn kill(group: i32, signal: Signal) {
    if let Some(group) = Pid::from_raw(group) {
        // That it is gone already is what we want.
        let _ = kill_process_group(group, signal);
    }
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Whether a ministack answers there.
fn is_healthy(port: u16) -> bool {
    get(port, "/_ministack/health").is_ok_and(|answer| answer.contains("\"services\""))
}

/// The smallest HTTP that will do.
fn get(port: u16, path: &str) -> io::Result<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
