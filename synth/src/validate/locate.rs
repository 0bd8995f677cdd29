//! The lines of a template's text on which paths are. The text is read again for it, so that
//! templates without findings cost nothing.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, Tag};

use super::finding::Step;

/// Where in the tree the reader is: a mapping's key, or an item's index.
struct Open {
    is_mapping: bool,
    /// The key that has come and whose value comes next.
    key: Option<String>,
    index: usize,
    /// How many steps the collection's own path has.
    depth: usize,
}

/// The line of each path, of the nearest outer one where it is not in the text itself.
pub(crate) fn lines<'p>(text: &str, paths: impl IntoIterator<Item = &'p [Step]>) -> Vec<usize> {
    let lines = all(text);
    let line = |path: &[Step]| {
        let found = (0..=path.len()).rev().find_map(|length| lines.get(&path[..length]));
        found.copied().unwrap_or(1)
    };
    paths.into_iter().map(line).collect()
}

/// The line of every key and item. JSON is near enough to YAML for that.
fn all(text: &str) -> HashMap<Vec<Step>, usize> {
    let mut lines = HashMap::new();
    let mut stack: Vec<Open> = Vec::new();
    let mut path: Vec<Step> = Vec::new();
    for event in Parser::new_from_str(text) {
        // The text has been read before: an error here is one of JSON that is no YAML.
        let Ok((event, span)) = event else { break };
        let line = span.start.line();
        match event {
            Event::Scalar(text, ..) => {
                if let Some(open) = stack.last_mut().filter(|it| it.is_mapping && it.key.is_none())
                {
                    open.key = Some(text.into_owned());
                    path.push(Step::Key(open.key.clone().unwrap_or_default()));
                    lines.entry(path.clone()).or_insert(line);
                    continue;
                }
                enter(&mut stack, &mut path, &mut lines, line);
                leave(&mut stack, &mut path);
            }
            Event::Alias(_) => {
                enter(&mut stack, &mut path, &mut lines, line);
                leave(&mut stack, &mut path);
            }
            Event::SequenceStart(_, tag) | Event::MappingStart(_, tag)
                if stack.last().is_some_and(|it| it.is_mapping && it.key.is_none()) =>
            {
                let _ = tag;
                break;
            }
            Event::SequenceStart(_, tag) => {
                enter(&mut stack, &mut path, &mut lines, line);
                open(&mut stack, &mut path, false, tag.as_deref());
            }
            Event::MappingStart(_, tag) => {
                enter(&mut stack, &mut path, &mut lines, line);
                open(&mut stack, &mut path, true, tag.as_deref());
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = stack.pop() {
                    path.truncate(open.depth);
                }
                leave(&mut stack, &mut path);
            }
            _ => {}
        }
    }
    lines
}

/// At the start of a value: an item gets its index.
fn enter(
    stack: &mut [Open],
    path: &mut Vec<Step>,
    lines: &mut HashMap<Vec<Step>, usize>,
    line: usize,
) {
    if let Some(open) = stack.last().filter(|it| !it.is_mapping) {
        path.push(Step::Index(open.index));
        lines.entry(path.clone()).or_insert(line);
    }
}

/// At the end of a value: the key or the index is done.
fn leave(stack: &mut [Open], path: &mut Vec<Step>) {
    if let Some(open) = stack.last_mut() {
        path.pop();
        open.key = None;
        open.index += 1;
    }
}

/// `!If [a, b]` is `Fn::If: [a, b]`.
fn open(stack: &mut Vec<Open>, path: &mut Vec<Step>, is_mapping: bool, tag: Option<&Tag>) {
    let depth = path.len();
    if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
        path.push(Step::Key(format!("Fn::{}", tag.suffix)));
    }
    stack.push(Open { is_mapping, key: None, index: 0, depth });
}

#[cfg(test)]
mod tests {
    use super::{Step, lines};

    #[test]
    fn paths_have_lines_in_yaml_and_json() {
        let yaml = "Resources:\n  A:\n    Type: T\n    Tags:\n      - Key: x\n      - !If\n        - c\n        - Key: y\n  B: {C: 1}\n";
        let json = "{\n\t\"Resources\": {\n\t\t\"A\": {\n\t\t\t\"Type\": \"T\",\n\t\t\t\"Tags\": [\n\t\t\t\t1]}}}";
        let key = |key: &str| Step::Key(key.into());
        let paths = [
            vec![key("Resources"), key("A")],
            vec![
                key("Resources"),
                key("A"),
                key("Tags"),
                Step::Index(1),
                key("Fn::If"),
                Step::Index(1),
                key("Key"),
            ],
            vec![key("Resources"), key("A"), key("Properties")],
            vec![key("Resources"), key("B"), key("C")],
        ];
        assert_eq!(lines(yaml, paths.iter().map(Vec::as_slice)), [2, 8, 2, 9]);
        let paths = [vec![key("Resources"), key("A"), key("Tags"), Step::Index(0)]];
        assert_eq!(lines(json, paths.iter().map(Vec::as_slice)), [6]);
    }
}
