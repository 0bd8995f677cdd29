//! Findings for people, and what an app's findings mean for a call.

use serde_json::Value;

use super::{Finding, Severity, check};
use crate::{assembly::Stack, context::Context, error::Error, report::Sources, ui::count};

/// Checks the stacks that the app has rendered: warnings are shown, errors are the end.
pub(crate) fn check_stacks(stacks: &[Stack], cx: &Context) -> Result<(), Error> {
    let mut errors = 0;
    for stack in stacks {
        let findings = check(&stack.model()?, stack.environment.region.as_deref());
        let sources = Sources::of(stack);
        for finding in &findings {
            let text = in_app(finding, stack, &sources);
            match finding.severity {
                Severity::Error => cx.ui.problem(&text),
                Severity::Warning => cx.ui.warn(&text),
            }
            if let Some(hint) = &finding.hint {
                cx.ui.hint(hint);
            }
        }
        errors += findings.iter().filter(|it| it.severity == Severity::Error).count();
    }
    if errors == 0 { Ok(()) } else { Err(Error::Refused { count: errors }) }
}

/// `DataProcessing/Processor: Properties.MemorySize: 64 is below … [range]`, and the source line.
fn in_app(finding: &Finding, stack: &Stack, sources: &Sources<'_>) -> String {
    let id = finding.resource().unwrap_or_default();
    let line = sources.line(id).map(|line| format!("\n  defined at {line}")).unwrap_or_default();
    let place = match sources.path(id) {
        path if path.is_empty() => format!("{}: {}", stack.id, finding.place()),
        path => format!("{path}: {}", finding.place_in_resource()),
    };
    let (place, rule) = (place.trim_end_matches(": "), finding.rule);
    format!("{place}: {} [{rule}]{line}", finding.message)
}

/// `template.yaml:12: error: Job.Properties.MemorySize: 64 is below the minimum of 128 [range]`
pub(crate) fn in_file(finding: &Finding, file: &str, line: usize) -> String {
    let place = finding.place();
    let colon = if place.is_empty() { "" } else { ": " };
    let (severity, rule) = (finding.severity.name(), finding.rule);
    format!("{file}:{line}: {severity}: {place}{colon}{} [{rule}]", finding.message)
}

/// `2 errors, 1 warning`
pub(crate) fn summary(findings: &[Finding]) -> String {
    let number = |severity| findings.iter().filter(|it| it.severity == severity).count();
    let (errors, warnings) = (number(Severity::Error), number(Severity::Warning));
    match (errors, warnings) {
        (0, 0) => "nothing found".to_owned(),
        (_, 0) => count(errors, "error"),
        (0, _) => count(warnings, "warning"),
        _ => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}

/// The finding with its file and line for programs.
pub(crate) fn to_json(finding: &Finding, file: &str, line: usize) -> Value {
    let mut json = finding.to_json();
    json["file"] = file.into();
    json["line"] = line.into();
    json
}
