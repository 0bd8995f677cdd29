//! What a change does to what is deployed, as far as the template and the tables of the resource
//! types tell: what CloudFormation replaces, what is lost, what was only renamed.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Change, Edit, Kind};
use crate::registry::{self, ResourceType};

/// What happens to a resource, from harmless to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// It stays and is changed.
    #[default]
    InPlace,
    /// CloudFormation decides by what only AWS knows.
    MayReplace,
    /// A new one is made, and the old one goes.
    WillReplace,
    /// CloudFormation refuses the change.
    Refused,
}

/// What a change means for the resource.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Impact {
    /// What happens to it; nothing if it is new, gone, no resource, or of an unknown type.
    pub(crate) effect: Option<Effect>,
    /// Why it is replaced, one fragment each.
    pub(crate) reasons: Vec<String>,
    /// Whether data goes with it.
    pub(crate) data_loss: bool,
    /// The id that it had before, if only the id differs.
    pub(crate) renamed_from: Option<String>,
}

impl Effect {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InPlace => "in-place",
            Self::MayReplace => "may-replace",
            Self::WillReplace => "will-replace",
            Self::Refused => "refused",
        }
    }
}

impl Impact {
    /// Whether the resource is replaced, or may be.
    pub(crate) fn replaces(&self) -> bool {
        matches!(self.effect, Some(Effect::MayReplace | Effect::WillReplace))
    }
}

/// Completes the changes that make `old` into `new`: their impact, and the resources that are
/// replaced because of another one.
pub(super) fn assess(changes: &mut Vec<Change>, old: &Value, new: &Value, tables: &mut Tables) {
    let empty = Map::new();
    let old = old.get("Resources").and_then(Value::as_object).unwrap_or(&empty);
    let new = new.get("Resources").and_then(Value::as_object).unwrap_or(&empty);
    for change in changes.iter_mut().filter(|it| is_changed_resource(it)) {
        own_effect(change, tables);
    }
    spread(changes, old, new, tables);
    for change in changes.iter_mut().filter(|it| it.section == "Resources") {
        change.impact.data_loss = loses_data(change, old, new, tables);
    }
    find_renamed(changes, old, new);
}

fn is_changed_resource(change: &Change) -> bool {
    change.section == "Resources" && change.kind == Kind::Changed
}

/// The tables of the types that the templates use.
#[derive(Default)]
pub(super) struct Tables(BTreeMap<String, Option<ResourceType>>);

impl Tables {
    pub(super) fn get(&mut self, name: &str) -> Option<&ResourceType> {
        if !self.0.contains_key(name) {
            self.0.insert(name.to_owned(), registry::resource_type(name));
        }
        self.0.get(name)?.as_ref()
    }
}

/// The effect of the resource's own edits.
fn own_effect(change: &mut Change, tables: &mut Tables) {
    if change.edits.iter().any(|edit| edit.path == ["Type"]) {
        change.impact.effect = Some(Effect::Refused);
        change
            .impact
            .reasons
            .push("CloudFormation changes no resource's type: use a new id".into());
        return;
    }
    let Some(table) = change.type_name.as_deref().and_then(|it| tables.get(it)) else { return };
    let mut worst = Effect::InPlace;
    for edit in &mut change.edits {
        let (effect, reason) = edit_effect(edit, table);
        edit.effect = Some(effect);
        worst = worst.max(effect);
        let reason = reason.filter(|it| !change.impact.reasons.contains(it));
        change.impact.reasons.extend(reason);
    }
    change.impact.effect = Some(worst);
}

/// What one edit does, and why.
fn edit_effect(edit: &Edit, table: &ResourceType) -> (Effect, Option<String>) {
    let Some((section, path)) = edit.path.split_first() else { return (Effect::InPlace, None) };
    if section == "Condition" {
        return (Effect::MayReplace, Some("its condition changes".into()));
    }
    if section != "Properties" || text(&edit.old) == text(&edit.new) {
        return (Effect::InPlace, None);
    }
    if table.immutable == 1 {
        return (Effect::WillReplace, Some("this type can't be updated".into()));
    }
    let fixed = table.create_only.iter().find_map(|fixed| Some((fixed, reach(fixed, path, edit)?)));
    if let Some((fixed, reach)) = fixed {
        let name = fixed.replace("/*", "[]").replace('/', ".");
        return match reach {
            Reach::Surely => (Effect::WillReplace, Some(format!("{name} is fixed at creation"))),
            Reach::Perhaps => (
                Effect::MayReplace,
                Some(format!("{name} is fixed at creation, and AWS knows whether it changes")),
            ),
        };
    }
    let conditional =
        table.conditional_create_only.iter().find(|it| reach(it, path, edit).is_some());
    match conditional {
        Some(name) => {
            let name = name.replace("/*", "[]").replace('/', ".");
            (Effect::MayReplace, Some(format!("some changes of {name} need a new one")))
        }
        None => (Effect::InPlace, None),
    }
}

/// Two scalars that CloudFormation does not tell apart have the same text.
fn text(value: &Option<Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) => Some(text.clone()),
        Some(value) => Some(value.to_string()),
        None => None,
    }
}

/// Whether an edit changes the value at a path.
enum Reach {
    Surely,
    /// As far as AWS resolves a function to something else.
    Perhaps,
}

fn reach(fixed: &str, path: &[String], edit: &Edit) -> Option<Reach> {
    let mut steps = fixed.split('/');
    for key in path {
        match steps.next() {
            // The edit is inside of the value.
            None => break,
            Some("*") if key.parse::<usize>().is_ok() => {}
            Some(step) if step == key => {}
            Some(_) => return None,
        }
    }
    let rest: Vec<_> = steps.collect();
    let (old, new) = (inner(edit.old.as_ref(), &rest), inner(edit.new.as_ref(), &rest));
    match (old, new) {
        (old, new) if old == new => None,
        (old, new) if old.iter().chain(&new).any(|it| super::has_intrinsic(it)) => {
            Some(Reach::Perhaps)
        }
        _ => Some(Reach::Surely),
    }
}

/// The values at the rest of a path: several below `*`; a function stands for what it yields.
fn inner<'v>(value: Option<&'v Value>, path: &[&str]) -> Vec<&'v Value> {
    let (Some(value), Some((first, rest))) = (value, path.split_first()) else {
        return value.into_iter().collect();
    };
    match (value, *first) {
        (Value::Object(map), _) if super::is_intrinsic(map) => vec![value],
        (Value::Array(items), "*") => items.iter().flat_map(|it| inner(Some(it), rest)).collect(),
        (Value::Object(map), key) => inner(map.get(key), rest),
        _ => Vec::new(),
    }
}

/// Follows references to what is replaced until nothing new comes of it.
fn spread(
    changes: &mut Vec<Change>,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    tables: &mut Tables,
) {
    loop {
        let replaced = sources(changes);
        let mut progress = false;
        for (id, resource) in new.iter().filter(|(id, _)| old.contains_key(*id)) {
            let Some(type_name) = resource.get("Type").and_then(Value::as_str) else { continue };
            let Some(table) = tables.get(type_name) else { continue };
            let now = replaced.get(id).copied().unwrap_or_default();
            let found = because_of_others(id, resource, table, &replaced);
            let Some((effect, reason)) = found.filter(|(effect, _)| *effect > now) else {
                continue;
            };
            let change = entry(changes, id, type_name);
            if change.impact.effect.is_none_or(|it| it < effect) {
                change.impact.effect = Some(effect);
                change.impact.reasons.push(reason);
                progress = true;
            }
        }
        if !progress {
            return;
        }
    }
}

/// What a reference can bring a replacement from: resources that are replaced, and parameters
/// with another default, of which only AWS knows whether it is in use.
fn sources(changes: &[Change]) -> BTreeMap<String, Effect> {
    let source = |change: &Change| match change.section.as_str() {
        "Resources" if change.impact.replaces() => change.impact.effect,
        "Parameters" if change.edits.iter().any(|it| it.path == ["Default"]) => {
            Some(Effect::MayReplace)
        }
        _ => None,
    };
    changes.iter().filter_map(|it| Some((it.name.clone(), source(it)?))).collect()
}

/// The change of a resource, which so far may have had none.
fn entry<'c>(changes: &'c mut Vec<Change>, id: &str, type_name: &str) -> &'c mut Change {
    let is_it = |change: &Change| change.section == "Resources" && change.name == id;
    let index = changes.iter().position(is_it).unwrap_or_else(|| {
        let last =
            changes.iter().rposition(|it| it.section == "Resources" && it.kind == Kind::Changed);
        // `Resources` comes after these sections.
        let is_before =
            |it: &Change| ["Parameters", "Mappings", "Conditions"].contains(&it.section.as_str());
        let first = changes.iter().position(|it| !is_before(it));
        let index = last.map(|it| it + 1).or(first).unwrap_or(changes.len());
        changes.insert(
            index,
            Change {
                section: "Resources".into(),
                name: id.into(),
                kind: Kind::Changed,
                type_name: Some(type_name.into()),
                edits: Vec::new(),
                impact: Impact::default(),
            },
        );
        index
    });
    &mut changes[index]
}

/// Whether a property that is fixed at creation refers to something that is replaced.
fn because_of_others(
    id: &str,
    resource: &Value,
    table: &ResourceType,
    replaced: &BTreeMap<String, Effect>,
) -> Option<(Effect, String)> {
    let properties = resource.get("Properties")?;
    let fixed = table.create_only.iter().map(|path| (path, Effect::WillReplace));
    let conditional = table.conditional_create_only.iter().map(|path| (path, Effect::MayReplace));
    let mut worst = None;
    for (path, most) in fixed.chain(conditional) {
        let steps: Vec<_> = path.split('/').collect();
        for value in inner(Some(properties), &steps) {
            for (target, is_sure) in super::references::targets(value) {
                let Some(effect) = replaced.get(target).filter(|_| target != id) else { continue };
                let doubt = if is_sure { Effect::WillReplace } else { Effect::MayReplace };
                let effect = (*effect).min(most).min(doubt);
                let name = path.replace("/*", "[]").replace('/', ".");
                if worst.as_ref().is_none_or(|(it, _)| *it < effect) {
                    worst = Some((effect, format!("{name} refers to {target}, which changes")));
                }
            }
        }
    }
    worst
}

/// Whether data goes: the resource holds some, goes or is replaced, and nothing keeps it.
fn loses_data(
    change: &Change,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    tables: &mut Tables,
) -> bool {
    let (resource, policy) = match change.kind {
        Kind::Removed => (old.get(&change.name), "DeletionPolicy"),
        _ if change.impact.replaces() => (new.get(&change.name), "UpdateReplacePolicy"),
        _ => return false,
    };
    let Some(resource) = resource else { return false };
    let type_name = resource.get("Type").and_then(Value::as_str).unwrap_or_default();
    if tables.get(type_name).is_none_or(|it| it.stateful == 0) {
        return false;
    }
    let is_member = resource.pointer("/Properties/DBClusterIdentifier").is_some();
    match resource.get(policy) {
        Some(policy) => policy == "Delete",
        // What CloudFormation does by itself.
        None if change.kind == Kind::Removed => {
            !(type_name == "AWS::RDS::DBCluster"
                || type_name == "AWS::RDS::DBInstance" && !is_member)
        }
        None => true,
    }
}

/// Notes resources that are gone and back under another id.
fn find_renamed(changes: &mut [Change], old: &Map<String, Value>, new: &Map<String, Value>) {
    let names = |kind| {
        let of_kind = changes.iter().filter(move |it| it.section == "Resources" && it.kind == kind);
        of_kind.map(|it| it.name.clone()).collect::<Vec<_>>()
    };
    let (removed, added) = (names(Kind::Removed), names(Kind::Added));
    let mut taken = BTreeSet::new();
    for id in added {
        let same = |gone: &&String| {
            !taken.contains(*gone)
                && ["Type", "Properties"].iter().all(|key| old[*gone].get(key) == new[&id].get(key))
        };
        let candidates: Vec<_> = removed.iter().filter(same).cloned().collect();
        if let Some(gone) = candidates.into_iter().next() {
            taken.insert(gone.clone());
            if let Some(change) =
                changes.iter_mut().find(|it| it.section == "Resources" && it.name == id)
            {
                change.impact.renamed_from = Some(gone);
            }
        }
    }
}
