//! What is said of one property: meaning, default, limits, replacement.

use crate::docs;
use crate::model::{Limits, Property, Replacement, Type};

/// A pattern longer than this helps no reader.
const LONGEST_PATTERN: usize = 60;

/// Paragraphs of Markdown.
pub(super) fn of(property: &Property) -> Vec<String> {
    let mut paragraphs = docs::paragraphs(&property.docs, 300);
    if paragraphs.is_empty() {
        paragraphs.push(format!("`{}`.", property.name));
    }
    let said = property.docs.to_ascii_lowercase().contains("default");
    let mut facts = Vec::new();
    if let Some(default) = property.default.as_ref().filter(|it| !said && plain(it)) {
        facts.push(format!("Default: `{default}`."));
    }
    facts.extend(limits(&property.limits, &property.ty));
    match property.replacement {
        Replacement::Yes => facts.push("Changing this replaces the resource.".into()),
        Replacement::Maybe => facts.push("Changing this may replace the resource.".into()),
        Replacement::No => {}
    }
    if !facts.is_empty() {
        paragraphs.push(facts.join(" "));
    }
    paragraphs
}

fn limits(limits: &Limits, ty: &Type) -> Vec<String> {
    let mut facts = Vec::new();
    let unit = match ty {
        Type::Unit("Megabytes") => " MB".to_owned(),
        Type::Unit("Gigabytes") => " GB".to_owned(),
        Type::Unit(unit) => format!(" {}", unit.to_ascii_lowercase()),
        _ => String::new(),
    };
    let number = |it: f64| it.to_string();
    facts.extend(between(limits.range.0.map(number), limits.range.1.map(number), &unit));
    let count = |it: u64| it.to_string();
    let shortest = limits.length.0.filter(|it| *it > 0).map(count);
    facts.extend(between(shortest, limits.length.1.map(count), " characters"));
    let fewest = limits.items.0.filter(|it| *it > 0).map(count);
    facts.extend(between(fewest, limits.items.1.map(count), " items"));
    if let Some(pattern) =
        limits.pattern.as_ref().filter(|it| it.len() <= LONGEST_PATTERN && plain(it))
    {
        facts.push(format!("Pattern: `{pattern}`."));
    }
    facts
}

fn between(least: Option<String>, most: Option<String>, unit: &str) -> Option<String> {
    match (least, most) {
        (Some(least), Some(most)) if least == most => Some(format!("Exactly {least}{unit}.")),
        (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}.")),
        (Some(least), None) => Some(format!("At least {least}{unit}.")),
        (None, Some(most)) => Some(format!("At most {most}{unit}.")),
        (None, None) => None,
    }
}

/// Whether it can stand between backticks on one line.
fn plain(text: &str) -> bool {
    !text.contains(|c: char| c == '`' || c.is_control())
        && text == text.trim()
        && !text.contains("  ")
}
