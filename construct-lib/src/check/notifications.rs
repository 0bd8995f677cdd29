//! Notifications of one bucket that overlap, which S3 refuses.

use crate::tree::Tree;
use crate::value::{Map, Value};

pub(super) fn check(tree: &mut Tree) {
    let mut problems = Vec::new();
    for (bucket, body) in tree.resources_of("AWS::S3::Bucket") {
        let rules = rules(body.properties.get("NotificationConfiguration"));
        for (index, one) in rules.iter().enumerate() {
            for other in &rules[index + 1..] {
                if overlap(&one.event, &other.event) && one.filter.overlaps(&other.filter) {
                    problems.push((bucket, format!("{one} and {other}")));
                }
            }
        }
    }
    for (bucket, both) in problems {
        let message = format!("two of its notifications overlap: {both}");
        let hint = "make the filters exclude each other, or notify a topic that fans out";
        tree.error(bucket, message, hint);
    }
}

struct Rule {
    event: String,
    filter: Filter,
}

/// The prefix and suffix of the keys that a notification is about; empty for any.
pub(super) struct Filter {
    pub(super) prefix: String,
    suffix: String,
}

impl Filter {
    /// Of an entry of a `NotificationConfiguration`.
    pub(super) fn of(entry: &Value) -> Filter {
        let rules =
            entry.get("Filter").and_then(|it| it.get("S3Key")).and_then(|it| it.get("Rules"));
        let value = |name: &str| {
            let rules = rules.map(Value::items).unwrap_or_default();
            let rule =
                rules.iter().find(|rule| rule.get("Name").and_then(Value::as_text) == Some(name));
            rule.and_then(|rule| rule.get("Value")?.as_text()).unwrap_or_default().to_owned()
        };
        Filter { prefix: value("prefix"), suffix: value("suffix") }
    }

    fn overlaps(&self, other: &Filter) -> bool {
        let nested = |one: &str, other: &str| one.starts_with(other) || other.starts_with(one);
        let same_end = |one: &str, other: &str| one.ends_with(other) || other.ends_with(one);
        nested(&self.prefix, &other.prefix) && same_end(&self.suffix, &other.suffix)
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of `{}*{}`", self.event, self.filter.prefix, self.filter.suffix)
    }
}

fn rules(configuration: Option<&Value>) -> Vec<Rule> {
    let empty = Map::new();
    let lists = match configuration {
        Some(Value::Map(lists)) => lists,
        _ => &empty,
    };
    lists
        .values()
        .flat_map(Value::items)
        .filter_map(|entry| {
            let event = entry.get("Event")?.as_text()?.to_owned();
            Some(Rule { event, filter: Filter::of(entry) })
        })
        .collect()
}

/// `s3:ObjectCreated:*` overlaps `s3:ObjectCreated:Put`.
fn overlap(one: &str, other: &str) -> bool {
    let covers = |wide: &str, narrow: &str| {
        wide == narrow || wide.strip_suffix('*').is_some_and(|stem| narrow.starts_with(stem))
    };
    covers(one, other) || covers(other, one)
}
