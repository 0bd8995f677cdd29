//! The name that was probably meant.

/// The nearest of some names, if one is near enough to be a slip.
pub(crate) fn nearest<'a>(
    given: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    within((given.chars().count() / 3).clamp(1, 4), given, names)
}

/// The nearest of some names, if one is at most so many letters away.
pub(crate) fn within<'a>(
    letters: usize,
    given: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let near = names.into_iter().map(|name| (distance(given, name), name));
    let near = near.filter(|(distance, _)| *distance <= letters);
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// How many letters have to be changed, added or removed; the case of letters counts nothing.
fn distance(a: &str, b: &str) -> usize {
    let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
    let (a, b) = (lower(a), lower(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let names = ["MemorySize", "Timeout", "Runtime"];
        assert_eq!(nearest("memorysize", names), Some("MemorySize"));
        assert_eq!(nearest("Timout", names), Some("Timeout"));
        assert_eq!(nearest("Colour", names), None);
    }
}
