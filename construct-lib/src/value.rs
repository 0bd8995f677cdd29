//! Values: what a property can be set to.
//!
//! A [`Val<T>`] is an untyped [`Value`] with a label that says what it means. The label exists
//! only at compile time: one enum is stored, walked and written.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

pub use construct_env::kind;
use indexmap::IndexMap;

pub use crate::into_val::{IntoVal, Kind, Reference};
use crate::tree::NodeId;

/// Text of a template: mostly literals of this library.
pub type Text = Cow<'static, str>;

/// A map that keeps the order in which it was written.
pub type Map = IndexMap<Text, Value>;

/// What is written into a template, without a type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing: a property that is set to this is left out.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Literal text.
    Text(Text),
    /// A list.
    List(Vec<Value>),
    /// An object.
    Map(Map),
    /// `Ref`.
    Ref(Target),
    /// `Fn::GetAtt`.
    Attribute(Target, Text),
    /// The name of a condition or a mapping, where CloudFormation wants just that.
    Name(Target),
    /// `Fn::Sub`: the pieces of a text, in order.
    Sub(Vec<Value>),
    /// Any other function, such as `Fn::Join`, with its argument.
    Call(Text, Box<Value>),
}

/// What a reference points to.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Something that the app defines. Logical ids are given at synth.
    Node(NodeId),
    /// A pseudo parameter, or a logical id that was written by hand.
    Id(Text),
}

impl Value {
    /// An object from its entries.
    pub fn map<K: Into<Text>, const N: usize>(entries: [(K, Value); N]) -> Value {
        Value::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// The entry of an object.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// The items of a list; a single value counts as a list of one, as it does in policies.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            Value::Null => &[],
            one => std::slice::from_ref(one),
        }
    }

    /// Literal text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A literal whole number.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The node that a reference or an attribute points to.
    pub fn target(&self) -> Option<NodeId> {
        match self {
            Value::Ref(Target::Node(node)) | Value::Attribute(Target::Node(node), _) => Some(*node),
            _ => None,
        }
    }

    /// Calls `f` on this value and on everything in it, parents first.
    pub(crate) fn walk<'a>(&'a self, f: &mut impl FnMut(&'a Value)) {
        f(self);
        match self {
            Value::List(items) | Value::Sub(items) => items.iter().for_each(|item| item.walk(f)),
            Value::Map(map) => map.values().for_each(|item| item.walk(f)),
            Value::Call(_, argument) => argument.walk(f),
            _ => {}
        }
    }

    /// Calls `f` on this value and on everything in it, children first; `f` may replace them.
    pub(crate) fn rewrite(&mut self, f: &mut impl FnMut(&mut Value)) {
        match self {
            Value::List(items) | Value::Sub(items) => {
                items.iter_mut().for_each(|item| item.rewrite(f));
            }
            Value::Map(map) => map.values_mut().for_each(|item| item.rewrite(f)),
            Value::Call(_, argument) => argument.rewrite(f),
            _ => {}
        }
        f(self);
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(Cow::Owned(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(Cow::Owned(text))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Value {
        Value::Int(value.into())
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Float(value)
    }
}

impl<T> From<Val<T>> for Value {
    fn from(value: Val<T>) -> Value {
        value.value
    }
}

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(items: Vec<V>) -> Value {
        Value::List(items.into_iter().map(Into::into).collect())
    }
}

/// JSON as CloudFormation reads it: `{"Ref": "Id"}` and `{"Fn::…": …}` are functions.
impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Value {
        use serde_json::Value as Json;
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(value),
            Json::Number(number) => match number.as_i64() {
                Some(int) => Value::Int(int),
                None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => text.into(),
            Json::Array(items) => Value::List(items.into_iter().map(Value::from).collect()),
            Json::Object(object) => {
                let map: Map = object.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
                function_of(&map).unwrap_or(Value::Map(map))
            }
        }
    }
}

fn function_of(map: &Map) -> Option<Value> {
    let (name, argument) = map.first().filter(|_| map.len() == 1)?;
    match (name.as_ref(), argument) {
        ("Ref", Value::Text(id)) => Some(Value::Ref(Target::Id(id.clone()))),
        ("Fn::GetAtt", Value::List(path)) => match &path[..] {
            [Value::Text(id), Value::Text(name)] => {
                Some(Value::Attribute(Target::Id(id.clone()), name.clone()))
            }
            _ => None,
        },
        (function, _) if function.starts_with("Fn::") => {
            Some(Value::Call(name.clone(), Box::new(argument.clone())))
        }
        _ => None,
    }
}

/// A value that means a `T`: a literal, or something that CloudFormation computes.
pub struct Val<T> {
    value: Value,
    label: PhantomData<fn() -> T>,
}

impl<T> Val<T> {
    /// Takes an untyped value at its word.
    pub const fn from_value(value: Value) -> Val<T> {
        Val { value, label: PhantomData }
    }

    /// The value without its type.
    pub fn as_value(&self) -> &Value {
        &self.value
    }

    /// The same value with another meaning, for where the types know less than you do.
    pub fn cast<U>(self) -> Val<U> {
        Val::from_value(self.value)
    }
}

impl<T> Clone for Val<T> {
    fn clone(&self) -> Val<T> {
        Val::from_value(self.value.clone())
    }
}

impl<T> fmt::Debug for Val<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> PartialEq for Val<T> {
    fn eq(&self, other: &Val<T>) -> bool {
        self.value == other.value
    }
}

impl<T> From<&str> for Val<T>
where
    for<'a> &'a str: IntoVal<T>,
{
    fn from(text: &str) -> Val<T> {
        text.into_val()
    }
}

impl<K: Kind> From<Val<K>> for Val<String> {
    fn from(value: Val<K>) -> Val<String> {
        value.cast()
    }
}

impl From<f64> for Val<f64> {
    fn from(number: f64) -> Val<f64> {
        number.into_val()
    }
}

/// The stack's side of a handler's environment: every variable is a [`Val`] of its kind.
#[derive(Clone, Copy, Debug)]
pub struct Declared;

impl construct_env::Side for Declared {
    type Of<K> = Val<K>;
    type Any = Value;

    fn erase<K>(value: Val<K>) -> Value {
        value.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_functions_become_functions() {
        let value =
            Value::from(serde_json::json!({"A": {"Ref": "X"}, "B": {"Fn::GetAtt": ["X", "Arn"]}}));
        assert_eq!(value.get("A"), Some(&Value::Ref(Target::Id("X".into()))));
        assert_eq!(value.get("B"), Some(&Value::Attribute(Target::Id("X".into()), "Arn".into())));
    }

    #[test]
    fn a_kind_is_text_and_text_is_a_kind() {
        let arn: Val<kind::RoleArn> = "arn:aws:iam::1:role/x".into_val();
        let text: Val<String> = arn.into_val();
        assert_eq!(text.as_value().as_text(), Some("arn:aws:iam::1:role/x"));
    }
}
