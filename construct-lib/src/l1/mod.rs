//! Layer one: CloudFormation resource types as they are, one module a service.
//!
//! A type is a newtype over its properties: what is required is an argument of `new`, the rest
//! are chained setters, and attributes are typed methods of the [`Resource`](crate::Resource)
//! that adding it to a scope gives.
//!
//! ```
//! # use construct_lib::prelude::*;
//! use construct_lib::l1::sqs;
//! # let yaml = construct_lib::testing::template(|stack| {
//! let queue = stack.add("Jobs", sqs::Queue::new().delay_seconds(seconds(5)));
//! Output::new(stack, "JobsArn", queue.arn());
//! # });
//! # assert!(yaml.contains("DelaySeconds: 5"));
//! ```

/// A resource type: its name, its properties, its attributes.
macro_rules! resource {
    (
        $(#[$meta:meta])*
        $name:ident = $type:literal, taggable: $taggable:literal,
        new( $($argument:ident : $argument_kind:ty = $argument_name:literal),* )
        { $( $property:ident : $kind:ty = $property_name:literal, )* }
        attributes { $( $attribute:ident : $attribute_kind:ty = $attribute_name:literal, )* }
    ) => {
        $crate::l1::properties! {
            $(#[$meta])*
            $name, new( $($argument : $argument_kind = $argument_name),* )
            { $( $property : $kind = $property_name, )* }
        }

        impl $crate::resource::ResourceType for $name {
            const TYPE: &'static str = $type;
            const TAGGABLE: bool = $taggable;

            fn into_properties(self) -> $crate::value::Map {
                self.0
            }
        }

        impl $crate::resource::Resource<$name> {
            $(
                #[doc = concat!("`", $attribute_name, "`.")]
                pub fn $attribute(&self) -> $crate::value::Val<$attribute_kind> {
                    match $attribute_name {
                        "Ref" => self.reference(),
                        name => self.attribute(name),
                    }
                }
            )*
        }
    };
}

/// A property type: its properties.
macro_rules! properties {
    (
        $(#[$meta:meta])*
        $name:ident, new( $($argument:ident : $argument_kind:ty = $argument_name:literal),* )
        { $( $property:ident : $kind:ty = $property_name:literal, )* }
    ) => {
        $(#[$meta])*
        #[must_use]
        pub struct $name($crate::value::Map);

        impl $name {
            #[doc = concat!("`", stringify!($name), "` with what it requires.")]
            pub fn new( $($argument : impl $crate::value::IntoVal<$argument_kind>),* ) -> Self {
                #[allow(unused_mut, reason = "some types require nothing")]
                let mut properties = $crate::value::Map::new();
                $( properties.insert($argument_name.into(), $argument.into_val().into()); )*
                $name(properties)
            }

            $(
                #[doc = concat!("`", $property_name, "`.")]
                pub fn $property(mut self, value: impl $crate::value::IntoVal<$kind>) -> Self {
                    self.0.insert($property_name.into(), value.into_val().into());
                    self
                }
            )*
        }

        impl $crate::value::IntoVal<$name> for $name {
            fn into_val(self) -> $crate::value::Val<$name> {
                $crate::value::Val::from_value($crate::value::Value::Map(self.0))
            }
        }
    };
}

/// An open enum: the values that are known, and `of` for the next one.
macro_rules! open_enum {
    ( $(#[$meta:meta])* $name:ident { $( $value:ident = $text:literal, )* } ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(std::borrow::Cow<'static, str>);

        #[expect(non_upper_case_globals, reason = "constants that stand for enum variants")]
        impl $name {
            $(
                #[doc = concat!("`", $text, "`.")]
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

        impl $crate::value::IntoVal<$name> for $name {
            fn into_val(self) -> $crate::value::Val<$name> {
                $crate::value::Val::from_value($crate::value::Value::Text(self.0))
            }
        }
    };
}

pub(crate) use {open_enum, properties};

pub mod cloudwatch;
pub mod iam;
pub mod lambda;
pub mod logs;
pub mod s3;
pub mod sns;
pub mod sqs;
