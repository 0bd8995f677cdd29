//! Text, numbers and truth values, which CloudFormation turns into each other.

use serde_json::Value;

use super::{Checker, Draft, Verdict, list, names};
use crate::validate::{
    finding::Severity,
    intrinsic::{number, text},
    nearest::nearest,
};
use crate::{
    registry::{Schema, Text},
    ui::count,
};

/// Whether a value is of one of these types, or can be turned into it.
pub(super) fn has_type(types: &str, value: &Value) -> bool {
    types.is_empty() || types.chars().any(|letter| is(letter, value))
}

fn is(letter: char, value: &Value) -> bool {
    match (letter, value) {
        ('o', Value::Object(_)) | ('a', Value::Array(_)) | ('0', Value::Null) => true,
        ('s', Value::String(_) | Value::Number(_) | Value::Bool(_)) | ('b', Value::Bool(_)) => true,
        ('b', Value::String(text)) => matches!(text.as_str(), "true" | "True" | "false" | "False"),
        ('n', _) => number(value).is_some(),
        ('i', _) => number(value).is_some_and(|it| it.fract() == 0.0),
        _ => false,
    }
}

impl<'v, 't> Checker<'v, 't> {
    pub(super) fn report_type(&mut self, schema: &'t Schema, value: &'v Value) -> Verdict {
        let wanted: Vec<_> = schema.types.chars().map(type_name).collect();
        let given = match value {
            Value::Null => "empty (null)",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "a mapping",
        };
        self.report("type", Some(value), || Draft {
            message: format!("is {given}, but has to be {}", wanted.join(" or ")),
            allowed: wanted.iter().map(|&it| it.to_owned()).collect(),
            hint: None,
        })
    }

    pub(super) fn scalar(&mut self, schema: &'t Schema, value: &'v Value) -> Verdict {
        let mut verdict = self.values(schema, value);
        if &*schema.types != "s"
            && let Some(number) = number(value)
        {
            verdict = verdict.max(self.range(schema, value, number));
        }
        if schema.pattern.is_some() || schema.min_length.is_some() || schema.max_length.is_some() {
            verdict = verdict.max(self.text(schema, value));
        }
        verdict
    }

    fn values(&mut self, schema: &'t Schema, value: &'v Value) -> Verdict {
        if schema.values.is_empty()
            && schema.values_any_case.is_empty()
            && schema.retired.is_empty()
        {
            return Verdict::Yes;
        }
        let Some(text) = text(value) else { return Verdict::Yes };
        if !schema.values.is_empty() && !schema.values.iter().any(|it| **it == *text) {
            return self.report_values(&schema.values, value, &text);
        }
        let any_case = &schema.values_any_case;
        if !any_case.is_empty() && !any_case.iter().any(|it| it.eq_ignore_ascii_case(&text)) {
            return self.report_values(any_case, value, &text);
        }
        if let Some((severity, day, successor)) = schema.retired.get(&text) {
            self.report("retired", Some(value), || Draft {
                message: match day {
                    Some(day) => format!("AWS no longer supports {text} since {day}"),
                    None => format!("AWS no longer supports {text}"),
                },
                allowed: Vec::new(),
                hint: successor.as_ref().map(|it| format!("use {it}")),
            });
            if &**severity == "w" {
                self.soften();
                return Verdict::Odd;
            }
            return Verdict::No;
        }
        Verdict::Yes
    }

    fn report_values(&mut self, values: &'t [Text], value: &'v Value, text: &str) -> Verdict {
        self.report("enum", Some(value), || {
            let near = nearest(text, values.iter().map(|it| &**it));
            Draft {
                message: format!("{value} is none of: {}", list(names(values))),
                allowed: names(values),
                hint: near.map(|it| format!("did you mean `{it}`?")),
            }
        })
    }

    fn range(&mut self, schema: &'t Schema, value: &'v Value, number: f64) -> Verdict {
        let problem = match () {
            () if schema.minimum.is_some_and(|min| number < min) => "below the minimum of",
            () if schema.maximum.is_some_and(|max| number > max) => "above the maximum of",
            () if schema.above.is_some_and(|min| number <= min) => "not above",
            () if schema.below.is_some_and(|max| number >= max) => "not below",
            () if schema.multiple_of.is_some_and(|unit| number % unit != 0.0) => {
                "not a multiple of"
            }
            () => return Verdict::Yes,
        };
        let bound = match problem {
            "below the minimum of" => schema.minimum,
            "above the maximum of" => schema.maximum,
            "not above" => schema.above,
            "not below" => schema.below,
            _ => schema.multiple_of,
        };
        let bound = bound.unwrap_or_default();
        let range = [schema.minimum, schema.maximum];
        self.report("range", Some(value), || Draft {
            message: format!("{number} is {problem} {bound}"),
            allowed: range.map(|it| it.map(|it| it.to_string()).unwrap_or_default()).to_vec(),
            hint: None,
        })
    }

    fn text(&mut self, schema: &'t Schema, value: &'v Value) -> Verdict {
        let Some(text) = text(value) else { return Verdict::Yes };
        let length = text.chars().count();
        if schema.min_length.is_some_and(|min| length < min) {
            let min = schema.min_length.unwrap_or_default();
            return self.report("length", Some(value), || {
                Draft::new(match length {
                    0 => "is empty".into(),
                    _ => format!("has {}, at least {min} are needed", count(length, "character")),
                })
            });
        }
        if schema.max_length.is_some_and(|max| length > max) {
            let max = schema.max_length.unwrap_or_default();
            let message = || {
                Draft::new(format!("has {}, at most {max} are allowed", count(length, "character")))
            };
            return self.report("length", Some(value), message);
        }
        let Some(pattern) = &schema.pattern else { return Verdict::Yes };
        match self.patterns.is_match(pattern, &text) {
            Some(true) => Verdict::Yes,
            None => Verdict::Unknown,
            Some(false) => {
                self.report("pattern", Some(value), || Draft {
                    message: format!("{value} does not match {pattern}"),
                    allowed: vec![pattern.to_string()],
                    hint: None,
                });
                if self.rule.is_none() {
                    self.soften();
                }
                Verdict::Odd
            }
        }
    }

    /// Makes what was just noted a warning.
    fn soften(&mut self) {
        if self.quiet == 0
            && let Some(finding) = self.findings.last_mut()
        {
            finding.severity = Severity::Warning;
        }
    }
}

fn type_name(letter: char) -> &'static str {
    match letter {
        's' => "text",
        'i' => "an integer",
        'n' => "a number",
        'b' => "true or false",
        'o' => "a mapping",
        'a' => "a list",
        _ => "null",
    }
}
