//! What differs between two templates: pure, and equal for equal templates however they are written.

mod compare;
mod impact;
mod references;
mod text;

use serde_json::{Map, Value, json};

pub(crate) use impact::{Effect, Impact};
pub(crate) use text::lines;

use compare::Comparison;
use impact::Tables;

/// The sections in the order in which people read them; others follow.
const SECTIONS: [&str; 5] = ["Parameters", "Mappings", "Conditions", "Resources", "Outputs"];

/// An entry of a section that differs: a resource, an output, …
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    /// `Resources`
    pub(crate) section: String,
    /// The logical id; empty for a section that has no entries, such as `Description`.
    pub(crate) name: String,
    /// What happens to it.
    pub(crate) kind: Kind,
    /// The type of a resource or a parameter: the new one, or the old one if it is removed.
    pub(crate) type_name: Option<String>,
    /// What differs inside; the whole value at an empty path if it is added or removed.
    pub(crate) edits: Vec<Edit>,
    /// What it means for a resource.
    pub(crate) impact: Impact,
}

/// What happens to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It is new.
    Added,
    /// It is in both templates, and differs.
    Changed,
    /// It is gone.
    Removed,
}

/// A value that differs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    /// The keys and indices that lead to it.
    pub(crate) path: Vec<String>,
    /// The value before.
    pub(crate) old: Option<Value>,
    /// The value after.
    pub(crate) new: Option<Value>,
    /// What it does to a resource; nothing if that can't be known.
    pub(crate) effect: Option<Effect>,
}

/// The changes that make the template `old` into `new`.
pub(crate) fn diff(old: &Value, new: &Value) -> Vec<Change> {
    let (old, new) = (&references::simplify(old), &references::simplify(new));
    let mut tables = Tables::default();
    let mut changes = Vec::new();
    for section in sections(old, new) {
        let (old, new) = (old.get(section), new.get(section));
        if !is_section(old) || !is_section(new) {
            changes.extend(change(section, "", old, new, &mut tables));
            continue;
        }
        let empty = Map::new();
        let entries = |value: Option<&'_ Value>| value.and_then(Value::as_object).cloned();
        let old = entries(old).unwrap_or_else(|| empty.clone());
        let new = entries(new).unwrap_or(empty);
        for name in keys(&old, &new) {
            changes.extend(change(section, name, old.get(name), new.get(name), &mut tables));
        }
    }
    impact::assess(&mut changes, old, new, &mut tables);
    changes
}

impl Change {
    /// The change as data for a program.
    pub(crate) fn to_json(&self) -> Value {
        let edits: Vec<_> = self.edits.iter().map(Edit::to_json).collect();
        let mut json = json!({
            "section": self.section,
            "name": self.name,
            "type": self.type_name,
            "change": self.kind.name(),
        });
        if self.section == "Resources" {
            json["effect"] = json!(self.impact.effect.map(Effect::name));
            json["reasons"] = json!(self.impact.reasons);
            json["dataLoss"] = json!(self.impact.data_loss);
            json["renamedFrom"] = json!(self.impact.renamed_from);
        }
        json["edits"] = edits.into();
        json
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

impl Edit {
    fn to_json(&self) -> Value {
        let escape = |key: &String| format!("/{}", key.replace('~', "~0").replace('/', "~1"));
        let pointer: String = self.path.iter().map(escape).collect();
        let mut json = json!({ "path": pointer, "old": self.old, "new": self.new });
        if let Some(effect) = self.effect {
            json["effect"] = effect.name().into();
        }
        json
    }
}

fn sections<'a>(old: &'a Value, new: &'a Value) -> Vec<&'a str> {
    let keys = |value: &'a Value| value.as_object().into_iter().flat_map(Map::keys);
    let mut sections: Vec<&str> = SECTIONS.to_vec();
    for key in keys(new).chain(keys(old)) {
        if !sections.contains(&key.as_str()) {
            sections.push(key);
        }
    }
    sections
}

fn is_section(value: Option<&Value>) -> bool {
    value.is_none_or(Value::is_object)
}

/// The keys of both: the new one's order, with those that are gone at the end.
fn keys<'a>(old: &'a Map<String, Value>, new: &'a Map<String, Value>) -> Vec<&'a str> {
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    new.keys().chain(gone).map(String::as_str).collect()
}

fn change(
    section: &str,
    name: &str,
    old: Option<&Value>,
    new: Option<&Value>,
    tables: &mut Tables,
) -> Option<Change> {
    let kind = match (old, new) {
        _ if old == new => return None,
        (None, _) => Kind::Added,
        (_, None) => Kind::Removed,
        _ => Kind::Changed,
    };
    let type_name = new.or(old).and_then(|it| it.get("Type")).and_then(Value::as_str);
    let table = type_name.filter(|_| section == "Resources").and_then(|it| tables.get(it));
    let mut comparison = Comparison { table, path: Vec::new(), edits: Vec::new() };
    comparison.compare(old, new);
    if comparison.edits.is_empty() {
        return None;
    }
    Some(Change {
        section: section.into(),
        name: name.into(),
        kind,
        type_name: type_name.map(str::to_owned),
        edits: comparison.edits,
        impact: Impact::default(),
    })
}

/// Whether there is a function anywhere in a value.
fn has_intrinsic(value: &Value) -> bool {
    match value {
        Value::Object(map) => is_intrinsic(map) || map.values().any(has_intrinsic),
        Value::Array(items) => items.iter().any(has_intrinsic),
        _ => false,
    }
}

/// `{"Ref": …}` or `{"Fn::…": …}`: one value to people.
fn is_intrinsic(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.keys().all(|key| key == "Ref" || key.starts_with("Fn::"))
}

#[cfg(test)]
mod tests {
    use super::diff;
    use crate::template::parse;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn json_diff(old: &str, new: &str) -> Value {
        let changes = diff(&parse(old).unwrap(), &parse(new).unwrap());
        changes.iter().map(super::Change::to_json).collect()
    }

    #[test]
    fn the_order_of_keys_and_the_form_of_intrinsics_are_no_difference() {
        let old = "
Resources:
  A: {Type: T, Properties: {Arn: !GetAtt B.Arn, Name: !Sub 'x-${C}'}}
  B: {Type: T}
";
        let new = r#"{"Resources": {"B": {"Type": "T"}, "A": {"Properties": {
            "Name": {"Fn::Sub": "x-${C}"}, "Arn": {"Fn::GetAtt": ["B", "Arn"]}}, "Type": "T"}}}"#;
        assert_eq!(json_diff(old, new), json!([]));
    }

    #[test]
    fn changes_name_the_innermost_path() {
        let old = "
Description: old
Resources:
  Job: {Type: AWS::Lambda::Function, Properties: {MemorySize: 128, Tags: [{Key: a}, {Key: c}], Role: !Ref A}}
  Gone: {Type: AWS::SQS::Queue}
";
        let new = "
Description: new
Resources:
  Job: {Type: AWS::Lambda::Function, Properties: {MemorySize: 256, Tags: [{Key: a}, {Key: b}, {Key: c}], Role: !GetAtt A.Arn}}
  Fresh: {Type: AWS::SNS::Topic}
";
        assert_eq!(
            json_diff(old, new),
            json!([
                { "section": "Resources", "name": "Job", "type": "AWS::Lambda::Function", "change": "changed",
                  "effect": "in-place", "reasons": [], "dataLoss": false, "renamedFrom": null, "edits": [
                    { "path": "/Properties/MemorySize", "old": 128, "new": 256, "effect": "in-place" },
                    { "path": "/Properties/Tags/1", "old": null, "new": { "Key": "b" }, "effect": "in-place" },
                    { "path": "/Properties/Role", "old": { "Ref": "A" }, "new": { "Fn::GetAtt": ["A", "Arn"] }, "effect": "in-place" },
                ]},
                { "section": "Resources", "name": "Fresh", "type": "AWS::SNS::Topic", "change": "added",
                  "effect": null, "reasons": [], "dataLoss": false, "renamedFrom": null, "edits": [
                    { "path": "", "old": null, "new": { "Type": "AWS::SNS::Topic" } },
                ]},
                { "section": "Resources", "name": "Gone", "type": "AWS::SQS::Queue", "change": "removed",
                  "effect": null, "reasons": [], "dataLoss": true, "renamedFrom": null, "edits": [
                    { "path": "", "old": { "Type": "AWS::SQS::Queue" }, "new": null },
                ]},
                { "section": "Description", "name": "", "type": null, "change": "changed", "edits": [
                    { "path": "", "old": "old", "new": "new" },
                ]},
            ])
        );
    }

    fn templates() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<u8>().prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from),
        ];
        let map = |values| {
            let key = prop::sample::select(vec!["Ref", "Fn::If", "Resources", "Type", "A", "B"]);
            prop::collection::btree_map(key, values, 1..4).prop_map(|map| json!(map))
        };
        let value = leaf.prop_recursive(4, 24, 3, move |inner| {
            let array = prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from);
            prop_oneof![array, map(inner)]
        });
        map(value.boxed())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_template_does_not_differ_from_itself(template in templates()) {
            prop_assert_eq!(diff(&template, &template), []);
        }

        #[test]
        fn different_templates_differ(old in templates(), new in templates()) {
            prop_assume!(old != new);
            prop_assert_ne!(diff(&old, &new), []);
        }
    }
}
