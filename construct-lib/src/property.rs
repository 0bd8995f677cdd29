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

        #[diagnostic::do_not_recommend]
        impl $crate::value::IntoVal<$name> for $name {
            fn into_val(self) -> $crate::value::Val<$name> {
                $crate::value::Val::from_value($crate::value::Value::Text(self.0))
            }
        }
    };
}

/// A resource stands for its attributes wherever a property refers to one of them.
macro_rules! stands_for {
    ($resource:ident: $($kind:ident = $method:ident),*) => { $(
        #[diagnostic::do_not_recommend]
        impl $crate::value::IntoVal<$crate::value::kind::$kind>
            for &$crate::resource::Resource<$resource>
        {
            fn into_val(self) -> $crate::value::Val<$crate::value::kind::$kind> {
                self.$method().into_val()
            }
        }
    )* };
}

pub(crate) use {open_enum, stands_for};

/// What the generator's own test expects, so that it is known to compile.
#[cfg(test)]
#[rustfmt::skip]
#[path = "../codegen/tests/pair/expected.rs"]
mod expected;

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::expected::{Color, Gadget, GadgetRequired, Part, PartType, Size, Widget};
    use crate::l1::{iam, lambda};
    use crate::prelude::*;
    use crate::testing::template;

    #[test]
    fn a_resource_stands_for_its_arn_and_its_name() {
        let yaml = template(|stack| {
            let role = stack.add("Role", iam::Role::new(json!({})));
            stack.add("Worker", lambda::Function::new(lambda::Code::new(), &role));
            stack.add("Policy", iam::Policy::new(json!({}), "worker").roles([&role]));
        });
        assert!(yaml.contains("Role: !GetAtt [Role, Arn]"), "{yaml}");
        assert!(yaml.contains("- !Ref Role"), "{yaml}");
    }

    #[test]
    fn generated_types_render() {
        assert_snapshot!(template(|stack| {
            let role = Role::from_arn("arn:aws:iam::123456789012:role/widgets");
            stack.child("Tagged", |stack| {
                stack.tag("team", "blue");
                let part = Part::new(PartType::Gear).inner(Part::new(PartType::of("spring")));
                let widget = Widget::new(&role)
                    .color(Color::LightBlue)
                    .parts([part])
                    .timeout(minutes(1))
                    .widget_tags([("own", "tag")]);
                let widget = stack.add("Widget", widget);
                stack.add(
                    "Gadget",
                    Gadget::new(GadgetRequired {
                        a: widget.arn(),
                        b: 1,
                        c: json!({"any": ["thing"]}),
                        d: Size::new().width(1.5),
                    }),
                );
                Alarm::new(stack, "Slow", AlarmProps::below(widget.metric_turns_per_minute(), 7));
            });
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          TaggedGadget:
            Type: AWS::Test::Gadget
            Properties:
              A: !GetAtt [TaggedWidget, Arn]
              B: 1
              C:
                any:
                - thing
              D:
                Width: 1.5
              Tags:
              - Key: team
                Value: blue
          TaggedSlow:
            Type: AWS::CloudWatch::Alarm
            Properties:
              ComparisonOperator: LessThanThreshold
              EvaluationPeriods: 1
              Namespace: AWS/Test
              MetricName: TurnsPerMinute
              Dimensions:
              - Name: WidgetName
                Value: !Ref TaggedWidget
              Statistic: Average
              Period: 300
              Threshold: 7
              TreatMissingData: notBreaching
              Tags:
              - Key: team
                Value: blue
          TaggedWidget:
            Type: AWS::Test::Widget
            Properties:
              RoleArn: arn:aws:iam::123456789012:role/widgets
              Color: light-blue
              Parts:
              - Type: gear
                Inner:
                  Type: spring
              Timeout: 60
              WidgetTags:
                own: tag
                team: blue
        "#);
    }
}
