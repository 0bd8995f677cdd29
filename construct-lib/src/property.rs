//! What the generated layer one is made of.

pub(crate) use std::collections::BTreeMap;

pub(crate) use crate::l1::cloudwatch::Statistic;
pub(crate) use crate::metric::Metric;
pub(crate) use crate::resource::{Resource, ResourceType, TagForm, Tags};
pub(crate) use crate::unit::*;
pub(crate) use crate::value::{Map, Val, Value, kind};

use crate::value::IntoVal;

/// Properties that belong together: a resource type, or a property type below one.
pub trait Properties {
    /// The properties as they stand in the template.
    fn into_map(self) -> Map;
}

#[diagnostic::do_not_recommend]
impl<P: Properties> IntoVal<P> for P {
    fn into_val(self) -> Val<P> {
        Val::from_value(Value::Map(self.into_map()))
    }
}

/// A tag.
#[must_use]
pub struct Tag(Map);

impl Tag {
    /// A key of at most 128 characters, and a value of at most 256.
    pub fn new(key: impl IntoVal<String>, value: impl IntoVal<String>) -> Self {
        let mut map = Map::new();
        set(&mut map, "Key", key.into_val());
        set(&mut map, "Value", value.into_val());
        Self(map)
    }
}

impl Properties for Tag {
    fn into_map(self) -> Map {
        self.0
    }
}

pub(crate) fn set<T>(map: &mut Map, name: &'static str, value: Val<T>) {
    map.insert(name.into(), value.into());
}

/// An open enum: the values that are known, and `of` for the next one.
macro_rules! open_enum {
    ( $(#[$meta:meta])* $name:ident {
        $( $(#[$value_meta:meta])* $value:ident = $text:literal, )*
    } ) => {
        $(#[$meta])*
        ///
        #[doc = concat!("One of the values that are known, or [`", stringify!($name), "::of`] another.")]
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(std::borrow::Cow<'static, str>);

        #[allow(non_upper_case_globals, reason = "constants that stand for enum variants")]
        impl $name {
            $(
                #[doc = concat!("`", $text, "`.")]
                $(#[$value_meta])*
                pub const $value: $name = $name(std::borrow::Cow::Borrowed($text));
            )*

            /// A value that this release does not know.
            pub fn of(value: impl Into<std::borrow::Cow<'static, str>>) -> Self {
                $name(value.into())
            }

            /// As it stands in a template.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $crate::value::Kind for $name {}

        impl $crate::value::IntoVal<$name> for $name {
            fn into_val(self) -> $crate::value::Val<$name> {
                $crate::value::Val::from_value($crate::value::Value::Text(self.0))
            }
        }
    };
}

pub(crate) use open_enum;
