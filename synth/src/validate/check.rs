//! Checks a value of a template against a schema.

use serde_json::{Map, Value};

use super::{
    finding::{Finding, Severity, Step},
    intrinsic::{self, Presence, presence},
    pattern::Patterns,
};
use crate::registry::{ResourceType, Rule, Schema, Text};

mod combine;
mod object;
mod scalar;

/// Whether a value fits. What holds for all parts is the worst of them, and what holds for one
/// of several alternatives is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Yes,
    /// It depends on what only AWS knows.
    Unknown,
    /// Not by a pattern, and those of the registry are now and then too narrow.
    Odd,
    No,
}

/// Checks the properties of one resource.
pub(crate) struct Checker<'v, 't> {
    table: &'t ResourceType,
    patterns: &'t mut Patterns,
    path: Vec<Step<&'v str>>,
    findings: Vec<Finding>,
    /// Above 0 while it is only the verdict that counts.
    quiet: usize,
    /// The condition across properties that is being checked.
    rule: Option<&'t Rule>,
}

impl<'v, 't> Checker<'v, 't> {
    /// For a resource whose properties are at `path`.
    pub(crate) fn new(
        table: &'t ResourceType,
        patterns: &'t mut Patterns,
        path: Vec<Step<&'v str>>,
    ) -> Self {
        Self { table, patterns, path, findings: Vec::new(), quiet: 0, rule: None }
    }

    /// What is wrong with the properties.
    pub(crate) fn run(mut self, properties: &'v Value) -> Vec<Finding> {
        let table = self.table;
        self.check(&table.properties, properties);
        for path in &table.read_only {
            let steps: Vec<_> = path.split('/').collect();
            self.at(&steps, properties, &mut |it, _| {
                it.report("read-only", None, || {
                    Draft::new("can't be set: AWS fills it in".to_owned())
                });
            });
        }
        for rule in &table.rules {
            let steps: Vec<_> = rule.place.split('/').filter(|step| !step.is_empty()).collect();
            self.rule = Some(rule);
            self.at(&steps, properties, &mut |it, value| {
                let before = it.findings.len();
                it.check(&rule.schema, value);
                // One sentence says what the condition is.
                it.findings.truncate(before + 1);
            });
        }
        self.findings
    }

    /// The verdict, and what is wrong.
    fn check(&mut self, schema: &'t Schema, value: &'v Value) -> Verdict {
        if let Some(branches) = intrinsic::branches(value) {
            return self.check_branches(schema, branches);
        }
        if is_open(value) {
            return Verdict::Unknown;
        }
        if let Some(reference) = &schema.reference {
            return match self.resolve(reference) {
                Some(schema) => self.check(schema, value),
                None => Verdict::Unknown,
            };
        }
        if schema.never == 1 {
            return self
                .report("excluded", Some(value), || Draft::new("does not belong here".into()));
        }
        if !scalar::has_type(&schema.types, value) {
            return self.report_type(schema, value);
        }
        let own = match value {
            Value::Object(map) => self.object(schema, map),
            Value::Array(items) => self.array(schema, items, value),
            _ => self.scalar(schema, value),
        };
        own.max(self.combine(schema, value))
    }

    /// What holds if the condition does, and what if it does not.
    fn check_branches(&mut self, schema: &'t Schema, branches: [&'v Value; 2]) -> Verdict {
        self.path.push(Step::Key("Fn::If"));
        let verdicts = [0, 1].map(|index| {
            let branch = branches[index];
            if intrinsic::is_no_value(branch) {
                return Verdict::Unknown;
            }
            self.path.push(Step::Index(index + 1));
            let verdict = self.check(schema, branch);
            self.path.pop();
            verdict
        });
        self.path.pop();
        if verdicts[0] == verdicts[1] { verdicts[0] } else { Verdict::Unknown }
    }

    fn resolve(&self, reference: &str) -> Option<&'t Schema> {
        let table: &'t ResourceType = self.table;
        match reference.strip_prefix('/') {
            Some(property) => table.properties.properties.get(property),
            None => Some(table.definitions.get(reference)?.schema()),
        }
    }

    /// Does something at each value that is at a path in which `*` stands for all items.
    fn at(
        &mut self,
        path: &[&str],
        value: &'v Value,
        action: &mut impl FnMut(&mut Self, &'v Value),
    ) {
        if let Some(branches) = intrinsic::branches(value) {
            self.path.push(Step::Key("Fn::If"));
            for (index, branch) in branches.into_iter().enumerate() {
                self.path.push(Step::Index(index + 1));
                self.at(path, branch, action);
                self.path.pop();
            }
            self.path.pop();
            return;
        }
        let Some((first, rest)) = path.split_first() else {
            if !intrinsic::is_no_value(value) {
                action(self, value);
            }
            return;
        };
        let inner: Vec<(Step<&'v str>, &'v Value)> = match (*first, value) {
            ("*", Value::Array(items)) => {
                items.iter().enumerate().map(|(index, it)| (Step::Index(index), it)).collect()
            }
            (name, Value::Object(map)) => {
                let entry = map.get_key_value(name).into_iter();
                entry.map(|(key, it)| (Step::Key(key.as_str()), it)).collect()
            }
            _ => Vec::new(),
        };
        for (step, value) in inner {
            self.path.push(step);
            self.at(rest, value, action);
            self.path.pop();
        }
    }

    fn array(&mut self, schema: &'t Schema, items: &'v [Value], value: &'v Value) -> Verdict {
        let mut verdict = Verdict::Yes;
        if let Some(item_schema) = &schema.items {
            for (index, item) in
                items.iter().enumerate().filter(|(_, it)| !intrinsic::is_no_value(it))
            {
                self.path.push(Step::Index(index));
                verdict = verdict.max(self.check(item_schema, item));
                self.path.pop();
            }
        }
        // Items before one that may be absent are where they are.
        let settled = items.iter().take_while(|it| presence(Some(it)) == Presence::Present);
        for (index, (first, item)) in schema.first_items.iter().zip(settled).enumerate() {
            self.path.push(Step::Index(index));
            verdict = verdict.max(self.check(first, item));
            self.path.pop();
        }
        let count = |wanted: &[Presence]| {
            items.iter().filter(|it| wanted.contains(&presence(Some(it)))).count()
        };
        let (least, most) =
            (count(&[Presence::Present]), count(&[Presence::Present, Presence::Maybe]));
        if let Some(min) = schema.min_items {
            let problem =
                || Draft::new(format!("has {}, at least {min} are needed", items_text(most)));
            verdict = verdict.max(self.bound("items", most < min, least < min, value, problem));
        }
        if let Some(max) = schema.max_items {
            let problem =
                || Draft::new(format!("has {}, at most {max} are allowed", items_text(least)));
            verdict = verdict.max(self.bound("items", least > max, most > max, value, problem));
        }
        if schema.unique == 1
            && let Some(twice) = twice(items)
        {
            self.path.push(Step::Index(twice));
            let draft = || Draft::new("is there twice".to_owned());
            verdict = verdict.max(self.report("unique", Some(&items[twice]), draft));
            self.path.pop();
        }
        if let Some(contained) = &schema.contains {
            verdict = verdict.max(self.contains(contained, items, value));
        }
        verdict
    }

    /// At least one of the items has to fit.
    fn contains(&mut self, schema: &'t Schema, items: &'v [Value], value: &'v Value) -> Verdict {
        self.quiet += 1;
        let best = items.iter().map(|item| self.check(schema, item)).min();
        self.quiet -= 1;
        match best.unwrap_or(Verdict::No) {
            Verdict::No | Verdict::Odd => self.report("contains", Some(value), || {
                Draft::new("has none of the items that it needs".to_owned())
            }),
            other => other,
        }
    }

    /// The verdict of a bound that is surely or maybe broken.
    fn bound(
        &mut self,
        rule: &'static str,
        broken: bool,
        doubtful: bool,
        value: &Value,
        draft: impl FnOnce() -> Draft,
    ) -> Verdict {
        match (broken, doubtful) {
            (true, _) => self.report(rule, Some(value), draft),
            (false, true) => Verdict::Unknown,
            _ => Verdict::Yes,
        }
    }

    /// Notes what is wrong at the current path.
    fn report(
        &mut self,
        rule: &'static str,
        value: Option<&Value>,
        draft: impl FnOnce() -> Draft,
    ) -> Verdict {
        if self.quiet > 0 {
            return Verdict::No;
        }
        let draft = draft();
        let mut finding = Finding::new(rule, own_path(&self.path), draft.message);
        finding.given = value.filter(|it| !it.is_object() && !it.is_array()).cloned();
        finding.allowed = draft.allowed;
        finding.hint = draft.hint;
        if let Some(rule) = self.rule {
            finding.rule = "condition";
            finding.message = rule.message.to_string();
            finding.hint = None;
            if &*rule.severity == "w" {
                finding.severity = Severity::Warning;
            }
        }
        self.findings.push(finding);
        Verdict::No
    }
}

/// What a finding says.
struct Draft {
    message: String,
    allowed: Vec<String>,
    hint: Option<String>,
}

impl Draft {
    fn new(message: String) -> Self {
        Self { message, allowed: Vec::new(), hint: None }
    }
}

fn own_path(path: &[Step<&str>]) -> Vec<Step> {
    let own = |step: &Step<&str>| match step {
        Step::Key(key) => Step::Key((*key).to_owned()),
        Step::Index(index) => Step::Index(*index),
    };
    path.iter().map(own).collect()
}

/// Whether only AWS knows the value: a function, or a text with a dynamic reference.
fn is_open(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("{{resolve:"),
        _ => intrinsic::function(value).is_some(),
    }
}

/// The index of an item that has come before.
fn twice(items: &[Value]) -> Option<usize> {
    let is_settled =
        |item: &Value| !intrinsic::is_no_value(item) && intrinsic::branches(item).is_none();
    (1..items.len())
        .find(|&index| is_settled(&items[index]) && items[..index].contains(&items[index]))
}

fn items_text(count: usize) -> String {
    crate::ui::count(count, "item")
}

/// Texts as a list for people; the first ones of many.
fn list(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let texts: Vec<_> = texts.into_iter().map(|it| it.as_ref().to_owned()).collect();
    match texts.len() {
        0..=12 => texts.join(", "),
        more => format!("{}, … ({} in all)", texts[..10].join(", "), more),
    }
}

fn names(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|it| it.to_string()).collect()
}

/// Whether a mapping has a property.
fn has(map: &Map<String, Value>, name: &str) -> Presence {
    match presence(map.get(name)) {
        Presence::Absent if intrinsic::is_generated(map) => Presence::Maybe,
        known => known,
    }
}
