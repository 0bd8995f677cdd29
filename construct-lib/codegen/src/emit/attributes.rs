//! What a resource gives once it is in a stack: `Ref`, attributes, metrics.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{docs, label};
use crate::docs::paragraphs;
use crate::model::{Metric, Resource, Type};
use crate::names;

/// Methods that every resource has.
const METHODS: [&str; 17] = [
    "attribute",
    "clone",
    "creation_policy",
    "delete_property",
    "deletion_policy",
    "depends_on",
    "edit",
    "metadata",
    "moved_from",
    "new",
    "only_if",
    "override_property",
    "push",
    "reference",
    "removal",
    "set",
    "update_policy",
];

/// Statistics that are constants of `Statistic`.
const STATISTICS: [&str; 5] = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"];

/// Writes the methods of the resource, if it has any.
pub(super) fn write(out: &mut String, resource: &Resource) {
    let mut taken: BTreeSet<String> = METHODS.iter().map(|it| (*it).to_owned()).collect();
    taken.insert("update_replace_policy".into());
    let mut methods = String::new();
    let mut given: Vec<(String, String)> = Vec::new();
    let reference = resource.reference.as_deref();
    if let Some(name) =
        reference.filter(|name| !resource.attributes.iter().any(|it| it.name == *name))
    {
        let property = resource.shape.properties.iter().find(|it| it.name == name);
        let ty = property.map(|it| &it.ty).filter(|it| matches!(it, Type::Kind(_)));
        let rust = method(name, &mut taken);
        given.push((name.to_owned(), rust.clone()));
        attribute(
            &mut methods,
            &rust,
            &[format!("`{name}`: what `Ref` gives.")],
            ty.unwrap_or(&Type::Text),
            "reference()",
        );
    }
    for it in &resource.attributes {
        let mut text = paragraphs(&it.docs, 200);
        if text.is_empty() {
            text.push(format!("`{}`.", it.name));
        }
        let rust = method(&it.name, &mut taken);
        given.push((it.name.clone(), rust.clone()));
        let call = match reference == Some(&it.name) {
            true => "reference()".to_owned(),
            false => format!("attribute(\"{}\")", it.name),
        };
        attribute(&mut methods, &rust, &text, &it.ty, &call);
    }
    for it in &resource.metrics {
        metric(&mut methods, it, &given, &mut taken);
    }
    if !methods.is_empty() {
        let rust = &resource.shape.name;
        let methods = methods.trim_start_matches('\n');
        _ = write!(out, "\nimpl p::Resource<{rust}> {{\n{methods}}}\n");
    }
}

fn method(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut rust = names::snake(name);
    if METHODS.contains(&rust.as_str()) || rust == "update_replace_policy" {
        rust.push_str("_attribute");
    }
    names::identifier(names::unique(rust, taken))
}

fn attribute(out: &mut String, rust: &str, text: &[String], ty: &Type, call: &str) {
    out.push('\n');
    docs(out, "    ", text);
    let label = match ty.innermost() {
        // Below an attribute there are attributes, not shapes.
        Type::Shape(_) => "p::Value".to_owned(),
        _ => label(ty),
    };
    _ = write!(
        out,
        "    pub fn {rust}(&self) -> p::Val<{label}> {{\n        self.{call}\n    }}\n"
    );
}

/// Writes a metric, if all of its dimensions are known from the resource.
fn metric(
    out: &mut String,
    metric: &Metric,
    given: &[(String, String)],
    taken: &mut BTreeSet<String>,
) {
    let mut dimensions = String::new();
    for (name, fixed) in &metric.dimensions {
        let found = given.iter().find(|(attribute, _)| attribute == name);
        let value = match (fixed, found) {
            (Some(value), _) => format!("{value:?}"),
            (None, Some((_, method))) => format!("self.{method}()"),
            (None, None) => return,
        };
        _ = write!(dimensions, "\n            .dimension({name:?}, {value})");
    }
    let rust = format!("metric_{}", names::snake(&metric.name));
    if metric.dimensions.is_empty()
        || !STATISTICS.contains(&metric.statistic.as_str())
        || !taken.insert(rust.clone())
    {
        return;
    }
    let Metric { namespace, name, statistic, .. } = metric;
    out.push('\n');
    docs(
        out,
        "    ",
        &[format!("The metric `{name}` of `{namespace}`, its {}.", statistic_in_words(statistic))],
    );
    _ = write!(
        out,
        "    pub fn {rust}(&self) -> p::Metric {{\n        p::Metric::new({namespace:?}, {name:?}){dimensions}\n            \
         .statistic(p::Statistic::{statistic})\n    }}\n"
    );
}

fn statistic_in_words(statistic: &str) -> &'static str {
    match statistic {
        "Average" => "average",
        "Maximum" => "maximum",
        "Minimum" => "minimum",
        "SampleCount" => "number of samples",
        _ => "sum",
    }
}
