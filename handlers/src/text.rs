//! Text from outside, made safe to pass on.

/// The start of `text` in at most `max` bytes, with a mark when something was cut off.
pub fn clip(text: &str, max: usize) -> String {
    const MARK: &str = " … (clipped)";
    if text.len() <= max {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(max.saturating_sub(MARK.len()));
    format!("{}{MARK}", &text[..end])
}

/// `text` on one line: control characters, line breaks too, are written as escapes. So nobody
/// can forge a line of an alert through the name of a file.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_control() { line.extend(char.escape_default()) } else { line.push(char) }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_keeps_to_bytes_and_to_whole_characters() {
        assert_eq!(clip("short", 5), "short");
        let clipped = clip(&"€".repeat(100), 40);
        assert!(clipped.len() <= 40 && clipped.ends_with("€ … (clipped)"), "{clipped}");
    }

    #[test]
    fn a_line_break_in_a_name_starts_no_line() {
        assert_eq!(one_line("a\nError: none\u{7f} €"), "a\\nError: none\\u{7f} €");
    }
}
