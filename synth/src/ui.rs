//! The only place that prints: people read standard error, programs read standard output.

use std::{
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    sync::{Arc, Mutex, PoisonError},
};

use anstyle::{AnsiColor, Style};

use crate::{error::Error, progress::Progress};

/// The terminal.
#[derive(Debug, Default)]
pub(crate) struct Ui {
    /// Whether the cursor's line holds a progress line, which the next output has to replace.
    painted: Arc<Mutex<bool>>,
    /// What stands in for the terminal in tests.
    screen: Option<Screen>,
}

/// A terminal that keeps what it shows and knows the answer to every question. Clones are the
/// same one.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    text: Arc<Mutex<String>>,
    answer: bool,
}

impl Screen {
    /// One where somebody gives this answer to every question.
    #[must_use]
    pub fn answering(answer: bool) -> Self {
        Self { answer, ..Self::default() }
    }

    /// What it shows, standard output and standard error together, without colours.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn show(&self, text: &str) {
        let mut shown = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        *shown += &anstream::adapter::strip_str(text).to_string();
    }
}

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
    /// For tests: shows everything there.
    pub(crate) fn on(screen: Screen) -> Self {
        Self { screen: Some(screen), ..Self::default() }
    }

    /// Data for a program, to standard output as it is. A reader that went away is no error.
    pub(crate) fn data(&self, text: &str) {
        if let Some(screen) = &self.screen {
            return screen.show(text);
        }
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Lines of data: toned on a terminal, plain in a file or a pipe.
    pub(crate) fn data_lines<'a>(&self, lines: impl IntoIterator<Item = (Tone, &'a str)>) {
        let mut out = anstream::stdout().lock();
        for (tone, line) in lines {
            let style = tone.style();
            let _ = writeln!(out, "{style}{}{style:#}", printable(line));
        }
    }

    /// Rows of data with their columns aligned.
    pub(crate) fn data_table(&self, rows: &[Vec<String>]) {
        let rows: Vec<_> = rows.iter().map(Vec::as_slice).collect();
        let lines = align(&rows);
        self.data_lines(lines.iter().map(|line| (Tone::Plain, line.as_str())));
    }

    /// A line for people.
    pub(crate) fn line(&self, text: &str) {
        self.print(&format!("{text}\n"));
    }

    /// A line for people in one tone.
    pub(crate) fn toned(&self, tone: Tone, text: &str) {
        let style = tone.style();
        self.line(&format!("{style}{}{style:#}", printable(text)));
    }

    /// Something that was done: a short verb, then what. Verbs are aligned as cargo's are.
    pub(crate) fn status(&self, verb: &str, text: &str) {
        let style = Tone::Good.style().bold();
        self.line(&format!("{style}{verb:>12}{style:#} {}", printable(text)));
    }

    /// Rows with their columns aligned. The tone is for the whole row.
    pub(crate) fn table(&self, rows: &[(Tone, Vec<String>)]) {
        let cells: Vec<_> = rows.iter().map(|(_, cells)| cells.as_slice()).collect();
        for ((tone, _), line) in rows.iter().zip(align(&cells)) {
            self.toned(*tone, &line);
        }
    }

    /// Something that the user should look at.
    pub(crate) fn warn(&self, text: &str) {
        self.labelled(Tone::Caution, "warning", text);
    }

    /// Something that is wrong.
    pub(crate) fn problem(&self, text: &str) {
        self.labelled(Tone::Bad, "error", text);
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

    /// Asks a yes-or-no question; anything but yes is no.
    ///
    /// # Errors
    /// [`Error::NotInteractive`] when standard input is not a terminal.
    pub(crate) fn confirm(&self, question: &str) -> Result<bool, Error> {
        if let Some(screen) = &self.screen {
            screen.show(&format!("{} [y/N]\n", printable(question)));
            return Ok(screen.answer);
        }
        if !io::stdin().is_terminal() {
            return Err(Error::NotInteractive { question: question.into() });
        }
        self.print(&format!("{} [y/N] ", printable(question)));
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).map_err(Error::io("read", "standard input"))?;
        let answer = answer.trim().to_ascii_lowercase();
        Ok(answer == "y" || answer == "yes")
    }

    /// Says that something is under way, if it takes over a second, until the value is dropped.
    /// Other output may come in between.
    pub(crate) fn progress(&self, text: &str) -> Progress {
        if self.screen.is_some() {
            return Progress::default();
        }
        Progress::start(text, Arc::clone(&self.painted))
    }

    /// Whether people see colours.
    pub(crate) fn has_colour(&self) -> bool {
        anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
    }

    fn labelled(&self, tone: Tone, label: &str, text: &str) {
        let style = tone.style().bold();
        self.line(&format!("{style}{label}:{style:#} {}", printable(text)));
    }

    /// Text for people as it is, without the escape codes where nobody sees colours.
    pub(crate) fn print(&self, text: &str) {
        if let Some(screen) = &self.screen {
            return screen.show(text);
        }
        let mut painted = self.painted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut err = anstream::stderr().lock();
        if std::mem::take(&mut *painted) {
            let _ = io::stderr().write_all(CLEAR_LINE.as_bytes());
        }
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}

/// `1 resource`, `24 resources`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// The text without what could make a terminal show something else than it says: a resource's
/// name or an error that AWS passes on may contain anything.
pub(crate) fn printable(text: &str) -> String {
    let hostile = |c: char| match c {
        '\n' | '\t' => false,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    text.replace(hostile, "\u{fffd}")
}

/// `647 B`, `3.4 MB`: as many bytes, in decimal units.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Back to the start of the line, and empties it.
pub(crate) const CLEAR_LINE: &str = "\r\x1b[K";

/// The cells of each row in columns two spaces apart; the numbers that begin them end together.
fn align(rows: &[&[String]]) -> Vec<String> {
    let mut widths: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), (0, 0));
        for (width, (number, words)) in
            widths.iter_mut().zip(row.iter().map(|cell| split_number(cell)))
        {
            width.0 = width.0.max(number.chars().count());
            width.1 = width.1.max(words.chars().count());
        }
    }
    let pad = |(cell, &(left, right)): (&String, &(usize, usize))| {
        let (number, words) = split_number(cell);
        format!("{number:>left$}{words:<right$}")
    };
    rows.iter()
        .map(|row| {
            let cells: Vec<_> = row.iter().zip(&widths).map(pad).collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect()
}

/// `24 resources` into `24` and ` resources`.
fn split_number(cell: &str) -> (&str, &str) {
    let end = cell.find(' ').unwrap_or(cell.len());
    let (number, words) = cell.split_at(end);
    match number.parse::<f64>() {
        Ok(_) => (number, words),
        Err(_) => ("", cell),
    }
}

#[cfg(test)]
mod tests {
    use super::align;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_numbers_end_together() {
        let rows = [
            ["Inbox", "1 resource", "new"].map(String::from),
            ["DataProcessing", "24 resources", ""].map(String::from),
        ];
        let rows: Vec<_> = rows.iter().map(|row| row.as_slice()).collect();
        assert_eq!(
            align(&rows),
            ["Inbox            1 resource   new", "DataProcessing  24 resources"]
        );
    }
}
