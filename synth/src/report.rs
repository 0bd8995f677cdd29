//! Shows changes and events to people: with construct paths, and the source line of what failed.

use std::collections::HashMap;

use crate::{
    assembly::Stack,
    aws::{Change, ResourceEvent},
    deploy::{Event, readable},
    ui::{Tone, Ui},
};

/// Where the app defines what CloudFormation knows by logical ids.
#[derive(Debug, Default)]
pub(crate) struct Sources<'a> {
    /// The construct's path and the source line, by logical id.
    by_logical_id: HashMap<&'a str, (&'a str, Option<&'a str>)>,
}

impl<'a> Sources<'a> {
    /// From what the app's manifest says.
    pub(crate) fn of(stack: &'a Stack) -> Self {
        let mut by_logical_id = HashMap::new();
        for (path, entries) in &stack.metadata {
            for entry in entries.iter().filter(|entry| entry.kind == "aws:cdk:logicalId") {
                if let Some(id) = entry.data.as_str() {
                    let line = entry.trace.first().map(String::as_str);
                    by_logical_id.insert(id, (path.trim_start_matches('/'), line));
                }
            }
        }
        Self { by_logical_id }
    }

    pub(crate) fn path(&self, logical_id: &str) -> String {
        self.by_logical_id.get(logical_id).map(|(path, _)| (*path).to_owned()).unwrap_or_default()
    }

    pub(crate) fn line(&self, logical_id: &str) -> Option<&'a str> {
        self.by_logical_id.get(logical_id).and_then(|(_, line)| *line)
    }
}

/// A row a change: what, where, and whether the resource survives.
pub(crate) fn changes(ui: &Ui, sources: &Sources<'_>, changes: &[Change]) {
    if changes.is_empty() {
        ui.line("  only the stack itself changes: its tags, outputs or parameters");
        return;
    }
    ui.table(&changes.iter().map(|change| row(sources, change)).collect::<Vec<_>>());
}

fn row(sources: &Sources<'_>, change: &Change) -> (Tone, Vec<String>) {
    let (tone, mark) = match change.action.as_str() {
        "Add" | "Import" => (Tone::Good, "+"),
        "Remove" => (Tone::Bad, "-"),
        _ if change.replacement == "True" => (Tone::Bad, "!"),
        _ => (Tone::Caution, "~"),
    };
    let cells = [
        format!("  {mark} {}", change.action.to_lowercase()),
        change.logical_id.clone(),
        change.resource_type.clone(),
        detail(change),
        sources.path(&change.logical_id),
    ];
    (tone, cells.to_vec())
}

fn detail(change: &Change) -> String {
    let scope = change.scope.join(", ").to_lowercase();
    match change.replacement.as_str() {
        "True" => "REPLACED: the old one is deleted".into(),
        "Conditional" => format!("{scope} (may be replaced)"),
        _ => scope,
    }
}

/// A line an event.
pub(crate) fn event(ui: &Ui, event: &Event) {
    match event {
        Event::Resource(event) => resource(ui, event),
        Event::EventsUnreadable(reason) => {
            ui.warn(&format!("only the stack's status can be followed: {reason}"));
        }
        Event::LostContact(reason) => {
            ui.warn(&format!("AWS does not answer, still trying: {reason}"))
        }
    }
}

fn resource(ui: &Ui, event: &ResourceEvent) {
    let tone = match event.status.as_str() {
        status if status.ends_with("_FAILED") || status.contains("ROLLBACK") => Tone::Bad,
        status if status.ends_with("_COMPLETE") => Tone::Good,
        _ => Tone::Quiet,
    };
    let reason = event.reason.as_deref().map(readable).unwrap_or_default();
    let line = format!(
        "  {:<28} {:<33} {}  {reason}",
        event.status, event.resource_type, event.logical_id
    );
    ui.toned(tone, line.trim_end());
}

/// What failed first, why, and which line of the app to look at.
pub(crate) fn root_cause(ui: &Ui, sources: &Sources<'_>, cause: &ResourceEvent) {
    let reason = cause.reason.as_deref().map_or("no reason given".into(), readable);
    ui.toned(
        Tone::Bad,
        &format!("{} ({}) failed: {reason}", cause.logical_id, cause.resource_type),
    );
    let path = sources.path(&cause.logical_id);
    if !path.is_empty() {
        let line = sources.line(&cause.logical_id).map(|line| format!(", {line}"));
        ui.line(&format!("  defined as {path}{}", line.unwrap_or_default()));
    }
}

#[cfg(test)]
mod tests {
    use super::{Sources, row};
    use crate::aws::Change;

    #[test]
    fn a_replacement_looks_like_no_other_change() {
        let mut sources = Sources::default();
        sources.by_logical_id.insert("Jobs", ("App/Jobs", None));
        let line = |action: &str, replacement: &str| {
            let change = Change {
                action: action.into(),
                logical_id: "Jobs".into(),
                resource_type: "AWS::SQS::Queue".into(),
                replacement: replacement.into(),
                scope: vec!["Properties".into(), "Tags".into()],
            };
            row(&sources, &change).1.join(" | ")
        };
        let lines = [
            line("Modify", "False"),
            line("Modify", "Conditional"),
            line("Modify", "True"),
            line("Remove", ""),
            line("SomethingNew", ""),
        ];
        insta::assert_snapshot!(lines.join("\n"), @r"
          ~ modify | Jobs | AWS::SQS::Queue | properties, tags | App/Jobs
          ~ modify | Jobs | AWS::SQS::Queue | properties, tags (may be replaced) | App/Jobs
          ! modify | Jobs | AWS::SQS::Queue | REPLACED: the old one is deleted | App/Jobs
          - remove | Jobs | AWS::SQS::Queue | properties, tags | App/Jobs
          ~ somethingnew | Jobs | AWS::SQS::Queue | properties, tags | App/Jobs
        ");
    }
}
