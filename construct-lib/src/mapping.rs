//! Mappings: tables that are looked up when the stack is deployed.

use crate::intrinsic::call;
use crate::scope::Scope;
use crate::tree::{Body, NodeId};
use crate::value::{IntoVal, Map, Target, Val, Value};

/// A two-level table of literals.
///
/// ```
/// # use construct_lib::prelude::*;
/// # let yaml = construct_lib::testing::template(|stack| {
/// let retention = Mapping::new(stack, "Retention", json!({
///     "dev": {"Days": 7},
///     "prod": {"Days": 365},
/// }));
/// let days: Val<i64> = retention.find("dev", "Days");
/// stack.add("Logs", construct_lib::l1::logs::LogGroup::new().retention_in_days(days));
/// # });
/// # assert!(yaml.contains("!FindInMap"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    node: NodeId,
}

impl Mapping {
    /// Adds a table: an object of objects of literals.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, table: impl Into<Value>) -> Mapping {
        let table = match table.into() {
            Value::Map(table) => table,
            _ => Map::new(),
        };
        let well_formed =
            !table.is_empty() && table.values().all(|row| matches!(row, Value::Map(_)));
        let node = scope.tree.add(scope.cursor, id, Body::Mapping(table));
        if !well_formed {
            let message = "a mapping is an object of objects, such as {\"dev\": {\"Days\": 7}}";
            scope.tree.error(node, message.to_owned(), "give it two levels of keys");
        }
        Mapping { node }
    }

    /// `Fn::FindInMap`: the literal under two keys.
    pub fn find<T>(&self, top: impl IntoVal<String>, second: impl IntoVal<String>) -> Val<T> {
        let name = Value::Name(Target::Node(self.node));
        let keys = vec![name, top.into_val().into(), second.into_val().into()];
        call("Fn::FindInMap", Value::List(keys))
    }
}
