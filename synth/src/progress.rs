//! Something under way: after a second, a line that moves on a terminal, a single line elsewhere.

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::ui::CLEAR_LINE;

const PATIENCE: Duration = Duration::from_secs(1);
const FRAME: Duration = Duration::from_millis(120);

/// Ends when dropped.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    texts: Option<Sender<String>>,
    painter: Option<JoinHandle<()>>,
}

impl Progress {
    pub(crate) fn start(text: &str, painted: Arc<Mutex<bool>>) -> Self {
        let (sender, texts) = mpsc::channel();
        let text = text.to_owned();
        let painter = match is_animated() {
            true => thread::spawn(move || animate(text, &texts, &painted)),
            false => thread::spawn(move || announce(&text, &texts)),
        };
        Self { texts: Some(sender), painter: Some(painter) }
    }

    /// Replaces the text on a terminal.
    pub(crate) fn set(&self, text: &str) {
        if let Some(texts) = &self.texts {
            let _ = texts.send(text.to_owned());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.texts.take());
        if let Some(painter) = self.painter.take() {
            let _ = painter.join();
        }
    }
}

/// Whether lines can be replaced where people read.
fn is_animated() -> bool {
    io::stderr().is_terminal() && env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
}

fn animate(mut text: String, texts: &Receiver<String>, painted: &Mutex<bool>) {
    let lock = || painted.lock().unwrap_or_else(PoisonError::into_inner);
    let mut frames = ["-", "\\", "|", "/"].into_iter().cycle();
    let mut next = Instant::now() + PATIENCE;
    while let Some(new) = receive(texts, next) {
        if let Some(new) = new {
            text = new;
            continue;
        }
        next += FRAME;
        let frame = frames.next().unwrap_or_default();
        let mut painted = lock();
        // A line that wraps could not be cleared.
        let _ = write!(io::stderr(), "{CLEAR_LINE}{frame} {text:.76}");
        *painted = true;
    }
    if std::mem::take(&mut *lock()) {
        let _ = write!(io::stderr(), "{CLEAR_LINE}");
    }
}

fn announce(text: &str, texts: &Receiver<String>) {
    let patience = Instant::now() + PATIENCE;
    while let Some(new) = receive(texts, patience) {
        if new.is_none() {
            let _ = writeln!(io::stderr(), "{text} …");
            // Nothing more to say: only wait for the end.
            while texts.recv().is_ok() {}
            return;
        }
    }
}

/// The next text, `Some(None)` when none comes until `deadline`, `None` at the end.
fn receive(texts: &Receiver<String>, deadline: Instant) -> Option<Option<String>> {
    match texts.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(text) => Some(Some(text)),
        Err(RecvTimeoutError::Timeout) => Some(None),
        Err(RecvTimeoutError::Disconnected) => None,
    }
}
