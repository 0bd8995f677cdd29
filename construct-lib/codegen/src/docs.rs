//! AWS's texts as Markdown that rustdoc takes, shortened to what a reader at the keyboard needs.

/// The first paragraphs of a text, up to about `limit` characters.
pub fn paragraphs(text: &str, limit: usize) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut length = 0;
    for block in blocks(text) {
        let block = clean(&block);
        if block.is_empty() || (!kept.is_empty() && length + block.len() > limit) {
            break;
        }
        let block = shorten(block, limit);
        length += block.len();
        kept.push(block);
    }
    if let Some(last) = kept.last_mut().filter(|it| it.ends_with(':')) {
        last.pop();
        last.push('.');
    }
    kept
}

/// Blocks of text: paragraphs and list items. Ends at the first table, heading or code.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    for line in text.replace('\r', "").lines() {
        let line = line.trim().trim_start_matches('>').trim();
        if line.starts_with("```") || line.starts_with('|') || line.starts_with('#') {
            break;
        }
        let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("+ "));
        let item = item.or_else(|| line.strip_prefix("* "));
        match (item, line.is_empty()) {
            (_, true) => blocks.push(String::new()),
            (Some(item), _) => blocks.push(format!("- {}", item.trim())),
            (None, false) => {
                if let Some(last) = blocks.last_mut() {
                    if !last.is_empty() {
                        last.push(' ');
                    }
                    last.push_str(line);
                }
            }
        }
    }
    blocks.retain(|it| !it.is_empty());
    blocks
}

/// Cuts at the end of a sentence.
fn shorten(block: String, limit: usize) -> String {
    if block.len() <= limit + limit / 2 {
        return block;
    }
    let ends = block.match_indices(". ").map(|(index, _)| index + 1);
    match ends.take_while(|end| *end <= limit).last() {
        Some(end) if block[..end].matches('`').count().is_multiple_of(2) => block[..end].to_owned(),
        _ => block,
    }
}

/// Escapes what rustdoc would take for links or tags, and drops the addresses of links.
fn clean(block: &str) -> String {
    let block = unlink(&block.replace("``", "`"));
    if block.matches('`').count() % 2 == 1 {
        return tidy(&escape(&block.replace('`', "'")));
    }
    let pieces = block.split('`').enumerate().map(|(index, piece)| match index % 2 {
        0 => escape(piece),
        _ => format!("`{piece}`"),
    });
    tidy(&pieces.collect::<String>())
}

/// `[text](address)` is `text`.
fn unlink(text: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let (before, link) = rest.split_at(start);
        result.push_str(before);
        let closed = link.find("](").and_then(|middle| {
            let end = link[middle..].find(')')?;
            (!link[1..middle].contains('[')).then_some((middle, middle + end))
        });
        match closed {
            Some((middle, end)) => {
                result.push_str(&link[1..middle]);
                rest = &link[end + 1..];
            }
            None => {
                result.push('[');
                rest = &link[1..];
            }
        }
    }
    result.push_str(rest);
    result
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for (index, token) in text.split(' ').enumerate() {
        if index > 0 {
            escaped.push(' ');
        }
        match token.find("http://").or_else(|| token.find("https://")) {
            Some(start) => {
                let end = token.trim_end_matches(['.', ',', ')', ':', ';', '"', '*', '>']).len();
                let end = end.max(start);
                escaped.push_str(&escape_marks(&token[..start]));
                escaped.push_str(&format!("`{}`", &token[start..end]));
                escaped.push_str(&escape_marks(&token[end..]));
            }
            None => escaped.push_str(&escape_marks(token)),
        }
    }
    escaped
}

fn escape_marks(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if matches!(c, '[' | ']' | '<' | '>') && !escaped.ends_with('\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// One space between words, none before a full stop.
fn tidy(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace("` .", "`.").replace("* .", "*.").replace(" . ", ". ");
    text.replace(" ,", ",").replace(" )", ")")
}

/// Lines of at most `width` characters, none of which begins like a list or a heading.
pub fn wrap(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut in_code = false;
    for word in paragraph.split(' ') {
        let marks = |it: &str| {
            it.chars().next().is_some_and(|c| "-+*#=>|~".contains(c) || c.is_ascii_digit())
        };
        match lines.last_mut() {
            // A code span stays on its line.
            Some(line) if in_code || marks(word) || line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
        in_code ^= word.matches('`').count() % 2 == 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rustdoc_would_misread_is_escaped() {
        let text =
            "See [the guide](https://a.example/x) for [1] or <b>, `Vec<u8>` at https://b.example.";
        assert_eq!(
            paragraphs(text, 400),
            ["See the guide for \\[1\\] or \\<b\\>, `Vec<u8>` at `https://b.example`."],
        );
    }

    #[test]
    fn the_first_paragraph_is_always_kept() {
        let text = format!("{}.\n\nSecond.", "word ".repeat(30).trim());
        assert_eq!(paragraphs(&text, 50).len(), 1);
    }
}
