//! The alert about one failure, as people read it.

use std::fmt::Write;

use crate::text::{clip, one_line};

/// The longest subject that SNS takes, in characters.
const MAX_SUBJECT: usize = 100;

/// The longest text in bytes; SNS takes 256 KiB.
const MAX_TEXT: usize = 240 * 1024;

/// The longest error or unreadable message in an alert, in bytes.
const MAX_PART: usize = 8 * 1024;

/// One failure. What a message didn't tell is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alert {
    /// The objects that weren't processed.
    pub objects: Vec<Object>,
    /// What sort of error.
    pub error_type: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// When, in RFC 3339.
    pub time: Option<String>,
    /// How many attempts there were.
    pub attempt: Option<u64>,
    /// The invocation that failed.
    pub request_id: Option<String>,
    /// The message itself, where it can't be read.
    pub raw: Option<String>,
}

/// An object that wasn't processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The bucket's name.
    pub bucket: String,
    /// The decoded key.
    pub key: String,
    /// The version, where the bucket keeps versions.
    pub version_id: Option<String>,
}

impl Alert {
    /// The subject: at most 100 printable ASCII characters, as SNS demands.
    pub fn subject(&self) -> String {
        let error = self.error_type.as_deref().unwrap_or("Failure");
        let subject = match self.objects.first() {
            Some(object) => format!("{error}: {}", object.key),
            None => format!("{error} in data processing"),
        };
        let printable = |char: char| if matches!(char, ' '..='~') { char } else { '?' };
        let subject: String = subject.chars().map(printable).take(MAX_SUBJECT).collect();
        // SNS wants a letter, a digit or punctuation first.
        subject.trim().to_owned()
    }

    /// The text: a heading, then a fact a line.
    pub fn text(&self) -> String {
        let heading = match (self.raw.is_some(), self.objects.len()) {
            (true, _) => "A message in the failure queue could not be read.",
            (false, 2..) => "Several files could not be processed.",
            (false, _) => "A file could not be processed.",
        };
        let mut text = format!("{heading}\n\n");
        for (name, value) in self.facts() {
            let name = format!("{name}:");
            writeln!(text, "{name:<9} {}", one_line(&value)).expect("writing to a string");
        }
        if let Some(raw) = &self.raw {
            text += &format!("\n{}\n", clip(&one_line(raw), MAX_PART));
        }
        clip(&text, MAX_TEXT)
    }

    /// What is known, each by its name.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let told = |value: &Option<String>| value.clone().unwrap_or_else(|| "not told".into());
        let mut facts = Vec::new();
        for Object { bucket, key, version_id } in &self.objects {
            facts.push(("Bucket", bucket.clone()));
            facts.push(("Object", key.clone()));
            facts.extend(version_id.clone().map(|version| ("Version", version)));
        }
        if self.objects.is_empty() {
            facts.push(("Object", told(&None)));
        }
        let error = clip(&told(&self.error), MAX_PART);
        let named = self.error_type.as_ref().map(|name| format!("{name}: {error}"));
        facts.push(("Error", named.unwrap_or(error)));
        facts.push(("Time", told(&self.time)));
        facts.push(("Attempt", told(&self.attempt.map(|attempt| attempt.to_string()))));
        facts.extend(self.request_id.clone().map(|id| ("Request", id)));
        facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(key: &str) -> Alert {
        let (bucket, version_id) = ("inbox".into(), Some("v1".into()));
        Alert {
            objects: vec![Object { bucket, key: key.into(), version_id }],
            error_type: Some("InvalidContent".into()),
            error: Some("line 3 has 2 columns, the header has 3".into()),
            time: Some("2026-06-21T00:00:00Z".into()),
            attempt: Some(1),
            request_id: Some("request-1".into()),
            raw: None,
        }
    }

    #[test]
    fn an_alert_names_all_that_is_known() {
        let expected = "\
A file could not be processed.

Bucket:   inbox
Object:   data/a.csv
Version:  v1
Error:    InvalidContent: line 3 has 2 columns, the header has 3
Time:     2026-06-21T00:00:00Z
Attempt:  1
Request:  request-1
";
        assert_eq!(alert("data/a.csv").text(), expected);
        assert_eq!(alert("data/a.csv").subject(), "InvalidContent: data/a.csv");
    }

    #[test]
    fn sns_takes_the_subject_of_any_key() {
        let subject = alert(&format!("data/é\n{}", "x".repeat(1000))).subject();
        assert!(subject.starts_with("InvalidContent: data/??xxx"), "{subject}");
        assert_eq!(subject.len(), 100);
    }

    #[test]
    fn a_name_can_not_forge_a_line() {
        let text = alert("data/\nError:    none").text();
        assert!(text.contains("Object:   data/\\nError:    none\n"), "{text}");
    }

    #[test]
    fn sns_takes_the_text_whatever_is_in_it() {
        let mut huge = alert(&"\u{7f}".repeat(1024));
        huge.objects = vec![huge.objects[0].clone(); 1000];
        huge.error = Some("€".repeat(100_000));
        assert!(huge.text().len() <= 240 * 1024);
    }
}
