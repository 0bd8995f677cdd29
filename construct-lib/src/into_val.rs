//! What can stand for a value of a type: literals, labelled values, lists and maps of them.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::unit::{Bytes, Days, Gigabytes, Megabytes, Minutes, Seconds, Size, Unit};
use crate::value::{Text, Val, Value};

/// What can be the value of a property that means a `T`.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot be the value of a `{T}` property",
    label = "expected a `{T}`: a literal, a parameter, or an attribute of that type",
    note = "a duration is written `seconds(30)`, a size `megabytes(512)`, the value of an open \
            enum `Type::Value` or `Type::of(..)`",
    note = "where the types know less than you do, a `Val` takes `.cast::<{T}>()`"
)]
pub trait IntoVal<T> {
    /// Converts.
    fn into_val(self) -> Val<T>;
}

/// Text with a meaning: a [`Reference`], or one of the values of an open enum.
pub trait Kind {}

/// Text that refers to something, such as the ARN of a role. Any literal may stand for it.
pub trait Reference: Kind {}

macro_rules! kinds {
    ($($kind:ident)*) => { $(
        impl $crate::value::Kind for $crate::value::kind::$kind {}
        impl $crate::value::Reference for $crate::value::kind::$kind {}
    )* };
}

/// References that several kinds may stand for.
macro_rules! unions {
    ($($union:ident: $($kind:ident)*;)*) => { $( $crate::into_val::relabels! { $(
        [] $crate::value::kind::$kind => $crate::value::kind::$union;
    )* } )* };
}

#[diagnostic::do_not_recommend]
impl<T> IntoVal<T> for Val<T> {
    fn into_val(self) -> Val<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoVal<T> for &Val<T> {
    fn into_val(self) -> Val<T> {
        self.clone()
    }
}

/// The same value under another label.
macro_rules! relabels {
    ($( [$($generics:tt)*] $from:ty => $to:ty; )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $crate::value::IntoVal<$to> for $crate::value::Val<$from> {
            fn into_val(self) -> $crate::value::Val<$to> {
                self.cast()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $crate::value::IntoVal<$to> for &$crate::value::Val<$from> {
            fn into_val(self) -> $crate::value::Val<$to> {
                self.clone().cast()
            }
        }
    )* };
}

relabels! {
    [K: Kind] K => String;
    [K: Kind] String => K;
    [K: Kind] Vec<K> => Vec<String>;
    [U: Unit] U => i64;
    [U: Unit] i64 => U;
    [K: Kind] K => Value;
    [] String => Value;
}

macro_rules! literals {
    ($($literal:ty => $meaning:ty, |$value:ident| $convert:expr;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl IntoVal<$meaning> for $literal {
            fn into_val(self) -> Val<$meaning> {
                let $value = self;
                Val::from_value($convert)
            }
        }
    )* };
}

literals! {
    &str => String, |text| text.into();
    String => String, |text| text.into();
    bool => bool, |value| Value::Bool(value);
    i64 => i64, |value| Value::Int(value);
    i32 => i64, |value| Value::Int(value.into());
    u32 => i64, |value| Value::Int(value.into());
    f64 => f64, |value| number(value);
    i32 => f64, |value| Value::Int(value.into());
    Duration => Seconds, |time| number(time.as_secs_f64());
    Duration => Minutes, |time| number(time.as_secs_f64() / 60.0);
    Duration => Days, |time| number(time.as_secs_f64() / 86_400.0);
    Size => Bytes, |size| Value::Int(size.bytes() as i64);
    Size => Megabytes, |size| number(size.bytes() as f64 / f64::from(1 << 20));
    Size => Gigabytes, |size| number(size.bytes() as f64 / f64::from(1 << 30));
    Value => Value, |value| value;
    serde_json::Value => Value, |json| json.into();
    &str => Value, |text| text.into();
    String => Value, |text| text.into();
    bool => Value, |value| value.into();
    i64 => Value, |value| value.into();
    i32 => Value, |value| value.into();
    f64 => Value, |value| number(value);
}

/// Whole numbers are written without a fraction.
fn number(value: f64) -> Value {
    match value.fract() == 0.0 && value.abs() < 1e15 {
        true => Value::Int(value as i64),
        false => Value::Float(value),
    }
}

#[diagnostic::do_not_recommend]
impl<K: Reference> IntoVal<K> for &str {
    fn into_val(self) -> Val<K> {
        Val::from_value(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl<K: Reference> IntoVal<K> for String {
    fn into_val(self) -> Val<K> {
        Val::from_value(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: IntoVal<T>> IntoVal<Vec<T>> for Vec<V> {
    fn into_val(self) -> Val<Vec<T>> {
        Val::from_value(Value::List(self.into_iter().map(|item| item.into_val().into()).collect()))
    }
}

#[diagnostic::do_not_recommend]
impl<T, V: IntoVal<T>, const N: usize> IntoVal<Vec<T>> for [V; N] {
    fn into_val(self) -> Val<Vec<T>> {
        Val::from_value(Value::List(self.into_iter().map(|item| item.into_val().into()).collect()))
    }
}

#[diagnostic::do_not_recommend]
impl<T, K: Into<Text>, V: IntoVal<T>, const N: usize> IntoVal<BTreeMap<String, T>> for [(K, V); N] {
    fn into_val(self) -> Val<BTreeMap<String, T>> {
        entries(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, K: Into<Text>, V: IntoVal<T>> IntoVal<BTreeMap<String, T>> for Vec<(K, V)> {
    fn into_val(self) -> Val<BTreeMap<String, T>> {
        entries(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, K: Into<Text>, V: IntoVal<T>> IntoVal<BTreeMap<String, T>> for BTreeMap<K, V> {
    fn into_val(self) -> Val<BTreeMap<String, T>> {
        entries(self)
    }
}

fn entries<T, K: Into<Text>, V: IntoVal<T>>(
    entries: impl IntoIterator<Item = (K, V)>,
) -> Val<BTreeMap<String, T>> {
    let entries = entries.into_iter().map(|(key, value)| (key.into(), value.into_val().into()));
    Val::from_value(Value::Map(entries.collect()))
}

pub(crate) use {kinds, relabels, unions};
