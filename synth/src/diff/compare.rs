//! Which values inside of two entries differ.

use serde_json::Value;

use super::{Edit, is_intrinsic, keys};
use crate::registry::{ResourceType, Schema};

/// Collects the innermost values that differ.
pub(super) struct Comparison<'t> {
    /// What is known about the resource's type.
    pub(super) table: Option<&'t ResourceType>,
    pub(super) path: Vec<String>,
    pub(super) edits: Vec<Edit>,
}

impl Comparison<'_> {
    pub(super) fn compare(&mut self, old: Option<&Value>, new: Option<&Value>) {
        match (old, new) {
            _ if old == new => {}
            (Some(Value::Object(old)), Some(Value::Object(new)))
                if !is_intrinsic(old) && !is_intrinsic(new) =>
            {
                for key in keys(old, new) {
                    self.path.push(key.into());
                    self.compare(old.get(key), new.get(key));
                    self.path.pop();
                }
            }
            (Some(Value::Array(old)), Some(Value::Array(new))) if self.is_unordered() => {
                self.compare_sets(old, new);
            }
            (Some(Value::Array(old)), Some(Value::Array(new))) => self.compare_items(old, new),
            _ => self.edits.push(Edit {
                path: self.path.clone(),
                old: old.cloned(),
                new: new.cloned(),
                effect: None,
            }),
        }
    }

    /// Items are compared in pairs after those that are equal at both ends.
    fn compare_items(&mut self, old: &[Value], new: &[Value]) {
        let shorter = old.len().min(new.len());
        let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let ends = old.iter().rev().zip(new.iter().rev()).take(shorter - start);
        let end = ends.take_while(|(a, b)| a == b).count();
        let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
        for index in start..old.len().max(new.len()) {
            self.path.push(index.to_string());
            self.compare(old.get(index), new.get(index));
            self.path.pop();
        }
    }

    /// Where the order has no meaning, what is left of both is compared in pairs.
    fn compare_sets(&mut self, old: &[Value], new: &[Value]) {
        let mut gone: Vec<&Value> = old.iter().collect();
        let mut fresh = Vec::new();
        for (index, item) in new.iter().enumerate() {
            match gone.iter().position(|it| *it == item) {
                Some(same) => {
                    gone.remove(same);
                }
                None => fresh.push((index, item)),
            }
        }
        let mut gone = gone.into_iter();
        for (index, item) in fresh {
            self.path.push(index.to_string());
            self.compare(gone.next(), Some(item));
            self.path.pop();
        }
        for (index, item) in gone.enumerate() {
            self.path.push((new.len() + index).to_string());
            self.compare(Some(item), None);
            self.path.pop();
        }
    }

    /// Whether CloudFormation takes the list here for a set.
    fn is_unordered(&self) -> bool {
        let Some((table, path)) = self.table.zip(self.path.split_first()) else { return false };
        let (section, path) = path;
        let mut schema = Some(&table.properties).filter(|_| section == "Properties");
        for key in path {
            schema = schema.and_then(|it| resolve(table, it)).and_then(|it| {
                let items = it.items.as_deref().filter(|_| key.parse::<usize>().is_ok());
                items.or_else(|| it.properties.get(key))
            });
        }
        let schema = schema.and_then(|it| resolve(table, it));
        schema.is_some_and(|it| it.unordered == 1 || it.unique == 1)
    }
}

/// What a schema refers to, or the schema itself.
fn resolve<'t>(table: &'t ResourceType, schema: &'t Schema) -> Option<&'t Schema> {
    match schema.reference.as_deref() {
        None => Some(schema),
        Some(name) => match name.strip_prefix('/') {
            Some(property) => table.properties.properties.get(property),
            None => Some(table.definitions.get(name)?.schema()),
        },
    }
}
