//! A diff for people: an entry a line, what differs inside below it.

use serde_json::Value;

use super::{Change, Edit, Effect, Kind};
use crate::ui::{Tone, printable};

/// How much of a value is shown.
const WIDTH: usize = 72;

/// The lines for these changes, without a final summary.
pub(crate) fn lines(changes: &[Change]) -> Vec<(Tone, String)> {
    let width = changes.iter().map(|change| change.name.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    let mut section = "";
    for change in changes {
        if section != change.section {
            section = &change.section;
            lines.push((Tone::Strong, printable(section)));
        }
        lines.push(entry(change, width));
        if change.kind == Kind::Changed {
            lines.extend(change.edits.iter().map(edit));
        }
        if change.impact.replaces() || change.impact.effect == Some(Effect::Refused) {
            let reasons = change.impact.reasons.iter();
            lines.extend(reasons.map(|it| (Tone::Bad, printable(&format!("      because {it}")))));
        }
        if let Some(old) = &change.impact.renamed_from {
            let line =
                format!("      {old} under a new id? Then keep it: .moved_from(scope, \"{old}\")");
            lines.push((Tone::Caution, printable(&line)));
        }
    }
    lines
}

fn entry(change: &Change, width: usize) -> (Tone, String) {
    let (tone, sign) = match change.kind {
        Kind::Added => (Tone::Good, '+'),
        Kind::Changed if change.impact.effect > Some(Effect::InPlace) => (Tone::Bad, '!'),
        Kind::Changed => (Tone::Caution, '~'),
        Kind::Removed => (Tone::Bad, '-'),
    };
    let name = &change.name;
    let type_name = change.type_name.as_deref().unwrap_or_default();
    let fate = fate(change).map(|it| format!("  {it}")).unwrap_or_default();
    let line = format!("  {sign} {name:width$}  {type_name}{fate}");
    (tone, printable(line.trim_end()))
}

/// What happens to the resource, if it is more than a change in place.
fn fate(change: &Change) -> Option<String> {
    let replaced = match change.impact.effect {
        Some(Effect::WillReplace) => Some("WILL be replaced"),
        Some(Effect::MayReplace) => Some("MAY be replaced"),
        Some(Effect::Refused) => Some("REFUSED by CloudFormation"),
        Some(Effect::InPlace) | None => None,
    };
    match (replaced, change.impact.data_loss) {
        (Some(replaced), true) => Some(format!("{replaced}: DATA LOSS")),
        (Some(replaced), false) => Some(replaced.to_owned()),
        (None, true) => Some("DATA LOSS".to_owned()),
        (None, false) => None,
    }
}

/// `Properties.MemorySize: 128 → 256`
fn edit(edit: &Edit) -> (Tone, String) {
    let mut path = String::new();
    for key in &edit.path {
        match key.parse::<usize>() {
            Ok(index) => path.push_str(&format!("[{index}]")),
            Err(_) if path.is_empty() => path.push_str(key),
            Err(_) => path.push_str(&format!(".{key}")),
        }
    }
    let colon = if path.is_empty() { "" } else { ": " };
    let line = match (&edit.old, &edit.new) {
        (Some(old), Some(new)) => format!("{path}{colon}{} → {}", show(old), show(new)),
        (None, Some(new)) => format!("{path}{colon}{} (new)", show(new)),
        (Some(old), None) => format!("{path}{colon}{} (removed)", show(old)),
        (None, None) => path,
    };
    (Tone::Plain, printable(&format!("      {line}")))
}

/// A value in short: text as it is, functions in their short form, the rest as JSON.
fn show(value: &Value) -> String {
    let text = match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::Object(map) if super::is_intrinsic(map) => {
            map.iter().map(|(name, argument)| function(name, argument)).collect()
        }
        other => other.to_string(),
    };
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Text of one line that nobody can take for a number, a truth value or nothing at all.
fn is_plain(text: &str) -> bool {
    let is_other = serde_json::from_str::<Value>(text).is_ok();
    !text.is_empty() && !is_other && !text.contains(char::is_control)
}

/// `!Ref X`, `!GetAtt X.Arn`.
fn function(name: &str, argument: &Value) -> String {
    let tag = name.trim_start_matches("Fn::");
    match (tag, argument, argument.as_array().map(Vec::as_slice)) {
        ("GetAtt", _, Some([Value::String(resource), Value::String(attribute)])) => {
            format!("!GetAtt {resource}.{attribute}")
        }
        (_, Value::String(text), _) => format!("!{tag} {text}"),
        _ => format!("!{tag} {argument}"),
    }
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::{diff::diff, template::parse};

    #[test]
    fn a_diff_reads_well() {
        let old = parse(
            "
Parameters:
  Stage: {Type: String}
Resources:
  Inbox: {Type: AWS::S3::Bucket, DeletionPolicy: Delete}
  Processor:
    Type: AWS::Lambda::Function
    Properties: {MemorySize: 128, Role: !Ref Role, Layers: [a, b], Description: \"Does\\nthings\"}
Outputs:
  Url: {Value: !Ref Inbox}
",
        )
        .unwrap();
        let new = parse("
Resources:
  Inbox: {Type: AWS::S3::Bucket, DeletionPolicy: Retain}
  Processor:
    Type: AWS::Lambda::Function
    Properties: {MemorySize: '128', Role: !GetAtt Role.Arn, Layers: [a, c, d], Environment: {Variables: {A: !Join ['', [x, !Ref Y]]}}}
  Alarm: {Type: AWS::CloudWatch::Alarm}
Outputs:
  Url: {Value: !Ref Inbox, Description: Where to upload}
").unwrap();
        let lines = lines(&diff(&old, &new));
        let text: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
        insta::assert_snapshot!(text.join("\n"), @r#"
        Parameters
          - Stage      String
        Resources
          ~ Inbox      AWS::S3::Bucket
              DeletionPolicy: Delete → Retain
          ~ Processor  AWS::Lambda::Function
              Properties.MemorySize: 128 → "128"
              Properties.Role: !Ref Role → !GetAtt Role.Arn
              Properties.Layers[1]: b → c
              Properties.Layers[2]: d (new)
              Properties.Environment: {"Variables":{"A":{"Fn::Join":["",["x",{"Ref":"Y"}]]}}} (new)
              Properties.Description: "Does\nthings" (removed)
          + Alarm      AWS::CloudWatch::Alarm
        Outputs
          ~ Url
              Description: Where to upload (new)
        "#);
    }
}
