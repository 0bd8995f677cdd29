//! Parameters: what is decided when a stack is deployed.

use crate::scope::Scope;
use crate::tree::{Body, NodeId};
use crate::unit::{Bytes, Days, Gigabytes, Megabytes, Minutes, Seconds};
use crate::value::{IntoVal, Kind, Map, Target, Text, Val, Value};

/// A parameter of a stack. It can stand wherever a value can.
///
/// ```
/// # use construct_lib::prelude::*;
/// # let yaml = construct_lib::testing::template(|stack| {
/// let email = Parameter::new(stack, "AlertEmail", ParameterProps {
///     description: Some("Who is told about failures".into()),
///     allowed_pattern: Some("[^@ ]+@[^@ ]+".into()),
///     ..ParameterProps::string()
/// });
/// let alerts = Topic::new(stack, "Alerts", default());
/// alerts.subscribe_email(stack, &email);
/// # });
/// # assert!(yaml.contains("Endpoint: !Ref AlertEmail"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    node: NodeId,
}

/// What a parameter accepts. Start from [`ParameterProps::string`] and its neighbours.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterProps {
    /// Such as `String`, `Number` or `AWS::SSM::Parameter::Value<String>`.
    pub parameter_type: Text,
    /// What it is when nothing is given; without one the deployer must give a value.
    pub default: Option<Text>,
    /// At most 4,000 characters, shown to the deployer.
    pub description: Option<Text>,
    /// The values to choose from; empty for any.
    pub allowed_values: Vec<Text>,
    /// A regular expression that the whole value must match.
    pub allowed_pattern: Option<Text>,
    /// The shortest and the longest text.
    pub length: Option<(u32, u32)>,
    /// The smallest and the largest number.
    pub range: Option<(f64, f64)>,
    /// What the deployer is told when the value is refused.
    pub constraint_description: Option<Text>,
    /// Hides the value everywhere. For secrets prefer [`secret`](crate::intrinsic::secret).
    pub no_echo: bool,
}

impl ParameterProps {
    /// Text.
    pub fn string() -> ParameterProps {
        ParameterProps::of("String")
    }

    /// A number.
    pub fn number() -> ParameterProps {
        ParameterProps::of("Number")
    }

    /// Several texts with commas between them.
    pub fn list() -> ParameterProps {
        ParameterProps::of("CommaDelimitedList")
    }

    /// The name of a Systems Manager parameter, whose text is the value.
    pub fn ssm() -> ParameterProps {
        ParameterProps::of("AWS::SSM::Parameter::Value<String>")
    }

    /// Any other type that CloudFormation has.
    pub fn of(parameter_type: impl Into<Text>) -> ParameterProps {
        ParameterProps {
            parameter_type: parameter_type.into(),
            default: None,
            description: None,
            allowed_values: Vec::new(),
            allowed_pattern: None,
            length: None,
            range: None,
            constraint_description: None,
            no_echo: false,
        }
    }
}

impl Parameter {
    /// Adds a parameter to the stack.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, props: ParameterProps) -> Parameter {
        let refused = props.default.as_ref().filter(|default| {
            !props.allowed_values.is_empty() && !props.allowed_values.contains(default)
        });
        let problem = refused.map(|default| {
            format!(
                "the default {default:?} is not among the allowed values {:?}",
                props.allowed_values
            )
        });
        let node = scope.tree.add(scope.cursor, id, Body::Parameter(section(props)));
        if let Some(problem) = problem {
            scope.tree.error(node, problem, "allow it, or take another default");
        }
        Parameter { node }
    }

    /// Its value, as whatever it means.
    pub fn value<T>(&self) -> Val<T> {
        Val::from_value(Value::Ref(Target::Node(self.node)))
    }

    pub(crate) fn node(&self) -> NodeId {
        self.node
    }
}

fn section(props: ParameterProps) -> Map {
    let text = |value: Option<Text>| value.map(Value::Text);
    let whole = |number: f64| match number.fract() == 0.0 {
        true => Value::Int(number as i64),
        false => Value::Float(number),
    };
    let allowed = props.allowed_values.into_iter().map(Value::Text).collect::<Vec<_>>();
    [
        ("Type", Some(Value::Text(props.parameter_type))),
        ("Description", text(props.description)),
        ("Default", text(props.default)),
        ("AllowedValues", (!allowed.is_empty()).then_some(Value::List(allowed))),
        ("AllowedPattern", text(props.allowed_pattern)),
        ("MinLength", props.length.map(|(shortest, _)| Value::Int(shortest.into()))),
        ("MaxLength", props.length.map(|(_, longest)| Value::Int(longest.into()))),
        ("MinValue", props.range.map(|(smallest, _)| whole(smallest))),
        ("MaxValue", props.range.map(|(_, largest)| whole(largest))),
        ("ConstraintDescription", text(props.constraint_description)),
        ("NoEcho", props.no_echo.then_some(Value::Bool(true))),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((Text::Borrowed(name), value?)))
    .collect()
}

macro_rules! stands_for {
    ($($meaning:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl IntoVal<$meaning> for &Parameter {
            fn into_val(self) -> Val<$meaning> {
                self.value()
            }
        }
    )* };
}

stands_for!(String, Vec<String>, i64, f64, bool, Value);
stands_for!(Seconds, Minutes, Days, Bytes, Megabytes, Gigabytes);

#[diagnostic::do_not_recommend]
impl<K: Kind> IntoVal<Vec<K>> for &Parameter {
    fn into_val(self) -> Val<Vec<K>> {
        self.value()
    }
}

#[diagnostic::do_not_recommend]
impl<K: Kind> IntoVal<K> for &Parameter {
    fn into_val(self) -> Val<K> {
        self.value()
    }
}
