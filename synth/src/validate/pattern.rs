//! Patterns, compiled when they are needed first.

use std::collections::HashMap;

use regex_lite::Regex;

/// The patterns that were needed so far.
#[derive(Debug, Default)]
pub(crate) struct Patterns(HashMap<String, Option<Regex>>);

impl Patterns {
    /// Whether a text matches; nothing where the engine does not know the pattern's language.
    pub(crate) fn is_match(&mut self, pattern: &str, text: &str) -> Option<bool> {
        if !self.0.contains_key(pattern) {
            self.0.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        let regex = self.0.get(pattern)?.as_ref()?;
        Some(regex.is_match(text))
    }
}
