//! The only place that prints: people read standard error, programs read standard output.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anstyle::{AnsiColor, Style};

use crate::error::Error;

/// The terminal.
#[derive(Debug)]
pub(crate) struct Ui;

/// What a piece of text is, apart from its words. Colour repeats what the text already says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Plain,
    /// A heading.
    Strong,
    /// Beside the point.
    Quiet,
    /// Added, succeeded.
    Good,
    /// Changed, under way, a warning.
    Caution,
    /// Removed, failed.
    Bad,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Quiet => Style::new().dimmed(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Caution => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default(),
        }
    }
}

impl Ui {
    /// Data for a program, to standard output as it is. A reader that went away is no error.
    pub(crate) fn data(&self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// A line for people.
    pub(crate) fn line(&self, text: &str) {
        self.toned(Tone::Plain, text);
    }

    /// A line for people in one tone.
    pub(crate) fn toned(&self, tone: Tone, text: &str) {
        let style = tone.style();
        let mut err = anstream::stderr().lock();
        let _ = writeln!(err, "{style}{text}{style:#}");
    }

    /// Something that was done: a short verb, then what. Verbs are aligned as cargo's are.
    pub(crate) fn status(&self, verb: &str, text: &str) {
        let style = Tone::Good.style().bold();
        let mut err = anstream::stderr().lock();
        let _ = writeln!(err, "{style}{verb:>12}{style:#} {text}");
    }

    /// Rows with their columns aligned. The tone is for the whole row.
    pub(crate) fn table(&self, rows: &[(Tone, Vec<String>)]) {
        for ((tone, _), line) in rows
            .iter()
            .zip(align(rows.iter().map(|(_, cells)| cells.as_slice())))
        {
            self.toned(*tone, &line);
        }
    }

    /// Something that the user should look at.
    pub(crate) fn warn(&self, text: &str) {
        self.labelled(Tone::Caution, "warning", text);
    }

    /// The way out of what was just said.
    pub(crate) fn hint(&self, text: &str) {
        self.labelled(Tone::Strong, "hint", text);
    }

    /// An error and its hint.
    pub(crate) fn error(&self, error: &Error) {
        if matches!(error, Error::Reported) {
            return;
        }
        self.labelled(Tone::Bad, "error", &error.to_string());
        if let Some(hint) = error.hint() {
            self.hint(&hint);
        }
    }

    fn labelled(&self, tone: Tone, label: &str, text: &str) {
        let style = tone.style().bold();
        let mut err = anstream::stderr().lock();
        let _ = writeln!(err, "{style}{label}:{style:#} {text}");
    }

    /// Asks a yes-or-no question; anything but yes is no.
    ///
    /// # Errors
    /// [`Error::NotInteractive`] when standard input is not a terminal.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, Error> {
        if !io::stdin().is_terminal() {
            return Err(Error::NotInteractive {
                question: question.into(),
            });
        }
        let mut err = anstream::stderr().lock();
        let _ = write!(err, "{question} [y/N] ").and_then(|()| err.flush());
        drop(err);
        let mut answer = String::new();
        io::stdin()
            .lock()
            .read_line(&mut answer)
            .map_err(Error::io("read", "standard input"))?;
        Ok(matches!(
            answer.trim().to_ascii_lowercase().as_str(),
            "y" | "yes"
        ))
    }

    /// Shows that something is under way, if it takes over a second, until the value is dropped.
    pub(crate) fn progress(&self, text: &str) -> Progress {
        Progress::start(text.to_owned(), io::stderr().is_terminal())
    }
}

/// Something under way: a line that moves on a terminal, a single line elsewhere.
#[derive(Debug)]
pub(crate) struct Progress {
    texts: Option<Sender<String>>,
    painter: Option<JoinHandle<()>>,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_secs(1);
    const FRAME: Duration = Duration::from_millis(120);

    fn start(text: String, terminal: bool) -> Self {
        let (sender, texts) = mpsc::channel();
        let painter = thread::spawn(move || Self::paint(text, terminal, &texts));
        Self {
            texts: Some(sender),
            painter: Some(painter),
        }
    }

    /// Replaces the text.
    pub(crate) fn set(&self, text: &str) {
        if let Some(texts) = &self.texts {
            let _ = texts.send(text.to_owned());
        }
    }

    fn paint(mut text: String, terminal: bool, texts: &mpsc::Receiver<String>) {
        let mut next = Instant::now() + Self::PATIENCE;
        let mut shown = String::new();
        let mut frames = ["-", "\\", "|", "/"].into_iter().cycle();
        loop {
            match texts.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(new) => {
                    text = new;
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => next += Self::FRAME,
            }
            let frame = frames.next().unwrap_or_default();
            let mut err = io::stderr().lock();
            if terminal {
                let _ = write!(err, "\r\x1b[K{frame} {text}").and_then(|()| err.flush());
            } else if shown != text {
                let _ = writeln!(err, "{text} …");
            }
            shown.clone_from(&text);
        }
        if terminal && !shown.is_empty() {
            let _ = write!(io::stderr(), "\r\x1b[K");
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

/// The cells of each row in columns two spaces apart; numbers to the right.
fn align<'a>(rows: impl Iterator<Item = &'a [String]> + Clone) -> Vec<String> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows.clone() {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    rows.map(|row| {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let pad = " ".repeat(width - cell.chars().count());
            let number = cell.starts_with(|c: char| c.is_ascii_digit());
            let (before, after) = if number {
                (pad.as_str(), "")
            } else {
                ("", pad.as_str())
            };
            line.push_str(&format!("{before}{cell}{after}  "));
        }
        line.trim_end().to_owned()
    })
    .collect()
}
