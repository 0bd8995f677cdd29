//! `synth validate`: what AWS would refuse.

use std::{fs, path::PathBuf, process::ExitCode};

use serde_json::{Value, json};

use crate::{
    context::Context,
    error::Error,
    registry, template,
    ui::{Tone, count},
    validate::{self, Finding, Severity, report},
};

/// The exit code for a file that can't be read.
const UNREADABLE: u8 = 2;

/// Checks CloudFormation templates, also those of other tools, without AWS
///
/// Knows every resource type: required and unknown properties, types of values, what values are
/// allowed, what excludes what, references to nothing. Exits with 1 if AWS would refuse a template,
/// and with 2 if a file can't be read.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Templates, YAML or JSON
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Also check that this region has the types of the resources
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// A template's findings with their lines.
struct Report {
    file: String,
    findings: Vec<Finding>,
    lines: Vec<usize>,
    resources: usize,
}

pub(crate) fn run(args: Args, cx: &Context) -> Result<ExitCode, Error> {
    let regions = registry::regions();
    if let Some(given) = args.region.as_deref().filter(|it| !regions.contains(it)) {
        return Err(Error::Usage {
            problem: format!("there is no region `{given}`"),
            hint: format!("the regions are: {}", regions.join(", ")),
        });
    }
    let mut unreadable = false;
    let mut reports = Vec::new();
    for path in &args.files {
        match read(path, args.region.as_deref()) {
            Ok(report) => reports.push(report),
            Err(error) => {
                cx.ui.error(&error);
                unreadable = true;
            }
        }
    }
    match args.json {
        true => print_json(&reports, cx),
        false => print_text(&reports, cx),
    }
    let mut findings = reports.iter().flat_map(|report| &report.findings);
    let refused = findings.any(|finding| finding.severity == Severity::Error);
    Ok(ExitCode::from(if unreadable { UNREADABLE } else { u8::from(refused) }))
}

fn read(path: &PathBuf, region: Option<&str>) -> Result<Report, Error> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let model = template::parse_file(path, &text)?;
    let findings = validate::check(&model, region);
    let lines = match findings.is_empty() {
        true => Vec::new(),
        false => validate::lines(&text, findings.iter().map(|it| it.path.as_slice())),
    };
    let resources = model.get("Resources").and_then(Value::as_object).map_or(0, |it| it.len());
    Ok(Report { file: path.display().to_string(), findings, lines, resources })
}

fn print_json(reports: &[Report], cx: &Context) {
    let mut findings = Vec::new();
    for report in reports {
        let lines = report.findings.iter().zip(&report.lines);
        findings.extend(lines.map(|(it, line)| report::to_json(it, &report.file, *line)));
    }
    cx.ui.data(&format!("{:#}\n", json!(findings)));
}

fn print_text(reports: &[Report], cx: &Context) {
    for report in reports {
        let mut lines = Vec::new();
        let mut order: Vec<_> = report.findings.iter().zip(&report.lines).collect();
        order.sort_by_key(|(_, line)| **line);
        for (finding, line) in order {
            let tone = match finding.severity {
                Severity::Error => Tone::Bad,
                Severity::Warning => Tone::Caution,
            };
            lines.push((tone, report::in_file(finding, &report.file, *line)));
            lines.extend(finding.hint.iter().map(|hint| (Tone::Plain, format!("  hint: {hint}"))));
        }
        cx.ui.data_lines(lines.iter().map(|(tone, line)| (*tone, line.as_str())));
        let resources = count(report.resources, "resource");
        let summary = report::summary(&report.findings);
        cx.ui.toned(Tone::Quiet, &format!("{}: {resources}, {summary}", report.file));
    }
}
