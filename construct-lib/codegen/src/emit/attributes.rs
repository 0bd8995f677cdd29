//! What a resource gives once it is in a stack: `Ref`, attributes, metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{docs, label};
use crate::docs::paragraphs;
use crate::model::{Kind, Metric, Resource, Type};
use crate::names;

/// Methods that every resource has.
const METHODS: [&str; 18] = [
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
    "update_replace_policy",
];

/// Statistics that are constants of `Statistic`.
const STATISTICS: [&str; 5] = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"];

/// One thing that a resource gives.
struct Given<'a> {
    aws: &'a str,
    rust: String,
    text: Vec<String>,
    ty: &'a Type,
    call: String,
}

/// Writes the methods of the resource, if it has any.
pub(super) fn write(out: &mut String, resource: &Resource, kinds: &[Kind]) {
    let mut taken: BTreeSet<String> = METHODS.iter().map(|it| (*it).to_owned()).collect();
    let given = given(resource, &mut taken);
    let mut methods = String::new();
    given.iter().for_each(|it| attribute(&mut methods, it));
    resource.metrics.iter().for_each(|it| metric(&mut methods, it, &given, &mut taken));
    let rust = &resource.shape.name;
    if !methods.is_empty() {
        let methods = methods.trim_start_matches('\n');
        _ = write!(out, "\nimpl p::Resource<{rust}> {{\n{methods}}}\n");
    }
    let stands_for = stands_for(rust, &given, kinds);
    if !stands_for.is_empty() {
        let kinds: Vec<String> = stands_for.iter().map(|(k, m)| format!("{k} = {m}")).collect();
        _ = write!(out, "\np::stands_for! {{ {rust}: {} }}\n", kinds.join(", "));
    }
}

/// What `Ref` and `Fn::GetAtt` give.
fn given<'a>(resource: &'a Resource, taken: &mut BTreeSet<String>) -> Vec<Given<'a>> {
    let mut given = Vec::new();
    let reference = resource.reference.as_deref();
    let is_attribute = |name: &str| resource.attributes.iter().any(|it| it.name == name);
    if let Some(aws) = reference.filter(|name| !is_attribute(name)) {
        let property = resource.shape.properties.iter().find(|it| it.name == aws);
        let ty = property.map(|it| &it.ty).filter(|it| matches!(it, Type::Kind(_)));
        let text = vec![format!("`{aws}`: what `Ref` gives.")];
        let (rust, ty) = (method(aws, taken), ty.unwrap_or(&Type::Text));
        given.push(Given { aws, rust, text, ty, call: "reference()".into() });
    }
    for it in &resource.attributes {
        let mut text = paragraphs(&it.docs, 200);
        if text.is_empty() {
            text.push(format!("`{}`.", it.name));
        }
        let call = match reference == Some(&it.name) {
            true => "reference()".to_owned(),
            false => format!("attribute(\"{}\")", it.name),
        };
        let rust = method(&it.name, taken);
        given.push(Given { aws: &it.name, rust, text, ty: &it.ty, call });
    }
    given
}

/// The kinds that the resource may stand for, each with the method that gives it.
fn stands_for<'a>(
    rust: &str,
    given: &'a [Given<'_>],
    kinds: &'a [Kind],
) -> BTreeMap<&'a str, &'a str> {
    let mut methods = BTreeMap::new();
    for it in given {
        // A VPC gives the id of a security group, but is none.
        if let Type::Kind(kind) = it.ty
            && kind.contains(rust)
        {
            methods.entry(kind.as_str()).or_insert(it.rust.as_str());
        }
    }
    for union in kinds {
        let members: Vec<&String> =
            union.members.iter().filter(|it| methods.contains_key(it.as_str())).collect();
        // An ARN is understood by more than a name is.
        let best = members.iter().find(|it| it.ends_with("Arn")).or(members.first());
        if let Some(best) = best {
            methods.insert(&union.name, methods[best.as_str()]);
        }
    }
    methods
}

fn method(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut rust = names::snake(name);
    if METHODS.contains(&rust.as_str()) {
        rust.push_str("_attribute");
    }
    names::identifier(names::unique(rust, taken))
}

fn attribute(out: &mut String, given: &Given<'_>) {
    out.push('\n');
    docs(out, "    ", &given.text);
    let label = match given.ty.innermost() {
        // Below an attribute there are attributes, not shapes.
        Type::Shape(_) => "p::Value".to_owned(),
        _ => label(given.ty),
    };
    let Given { rust, call, .. } = given;
    _ = write!(
        out,
        "    pub fn {rust}(&self) -> p::Val<{label}> {{\n        self.{call}\n    }}\n"
    );
}

/// Writes a metric, if all of its dimensions are known from the resource.
fn metric(out: &mut String, metric: &Metric, given: &[Given<'_>], taken: &mut BTreeSet<String>) {
    let mut dimensions = String::new();
    for (name, fixed) in &metric.dimensions {
        let found = given.iter().find(|it| it.aws == name);
        let value = match (fixed, found) {
            (Some(value), _) => format!("{value:?}"),
            (None, Some(it)) => format!("self.{}()", it.rust),
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
