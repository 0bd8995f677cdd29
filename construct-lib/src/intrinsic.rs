//! The functions, pseudo parameters and dynamic references of CloudFormation.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use crate::condition::Condition;
use crate::value::{IntoVal, Target, Text, Val, Value};

/// `Fn::Join`: the parts with `delimiter` between them.
pub fn join(delimiter: &str, parts: impl IntoVal<Vec<String>>) -> Val<String> {
    let parts = parts.into_val().into();
    call("Fn::Join", Value::List(vec![delimiter.into(), parts]))
}

/// `Fn::Sub`: `${name}` is replaced by the value of that name, `${AWS::Region}` and the like by
/// the pseudo parameter; `${!name}` stays `${name}`.
///
/// ```
/// # use construct_lib::prelude::*;
/// # let yaml = construct_lib::testing::template(|stack| {
/// let queue = Queue::new(stack, "Jobs", default());
/// let text = sub("${AWS::Region}: ${queue}", [("queue", queue.name().into())]);
/// Output::new(stack, "Where", text);
/// # });
/// # assert!(yaml.contains(r#"Value: !Sub "${AWS::Region}: ${Jobs.QueueName}""#), "{yaml}");
/// ```
pub fn sub<const N: usize>(template: &str, values: [(&str, Val<String>); N]) -> Val<String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((literal, reference)) = rest.split_once("${") {
        let Some((name, after)) = reference.split_once('}') else {
            break;
        };
        rest = after;
        match name.strip_prefix('!') {
            Some(kept) => pieces.push(Value::from(format!("{literal}${{{kept}}}"))),
            None => {
                pieces.push(literal.into());
                pieces.push(match values.iter().find(|(given, _)| *given == name) {
                    Some((_, value)) => value.as_value().clone(),
                    None => Value::Ref(Target::Id(Text::Owned(name.to_owned()))),
                });
            }
        }
    }
    pieces.push(rest.into());
    text(pieces)
}

/// The pieces of a text, one after the other.
pub(crate) fn text(pieces: Vec<Value>) -> Val<String> {
    let mut merged: Vec<Value> = Vec::new();
    for piece in pieces {
        match (merged.last_mut(), piece) {
            (_, Value::Text(piece)) if piece.is_empty() => {}
            (Some(Value::Text(last)), Value::Text(piece)) => last.to_mut().push_str(&piece),
            (_, piece) => merged.push(piece),
        }
    }
    Val::from_value(match merged.len() {
        0 => "".into(),
        1 if matches!(merged[0], Value::Text(_)) => merged.remove(0),
        _ => Value::Sub(merged),
    })
}

/// `Fn::Select`: the item at `index`, which counts from 0.
pub fn select<T>(index: impl IntoVal<i64>, list: impl IntoVal<Vec<T>>) -> Val<T> {
    let index = index.into_val().into();
    call("Fn::Select", Value::List(vec![index, list.into_val().into()]))
}

/// `Fn::Split`.
pub fn split(delimiter: &str, text: impl IntoVal<String>) -> Val<Vec<String>> {
    call("Fn::Split", Value::List(vec![delimiter.into(), text.into_val().into()]))
}

/// `Fn::If`: one of two values.
pub fn when<T>(condition: &Condition, then: impl IntoVal<T>, otherwise: impl IntoVal<T>) -> Val<T> {
    let branches = vec![condition.name(), then.into_val().into(), otherwise.into_val().into()];
    call("Fn::If", Value::List(branches))
}

/// `Fn::ImportValue`: what another stack exports under a name. Between the stacks of one app,
/// just use the value: exports and imports are written for you.
pub fn import_value<T>(name: impl IntoVal<String>) -> Val<T> {
    call("Fn::ImportValue", name.into_val().into())
}

/// `Fn::Base64`.
pub fn base64(text: impl IntoVal<String>) -> Val<String> {
    call("Fn::Base64", text.into_val().into())
}

/// `Fn::GetAZs`: the availability zones of the stack's region.
pub fn availability_zones() -> Val<Vec<String>> {
    call("Fn::GetAZs", pseudo("AWS::Region"))
}

/// `Fn::Cidr`: `count` blocks of `bits` host bits each out of a block.
pub fn cidr(
    block: impl IntoVal<String>,
    count: impl IntoVal<i64>,
    bits: impl IntoVal<i64>,
) -> Val<Vec<String>> {
    let arguments = vec![block.into_val().into(), count.into_val().into(), bits.into_val().into()];
    call("Fn::Cidr", Value::List(arguments))
}

/// `Fn::Length` of a list. Adds the transform `AWS::LanguageExtensions` to the template.
pub fn length<T>(list: impl IntoVal<Vec<T>>) -> Val<i64> {
    call("Fn::Length", list.into_val().into())
}

/// `Fn::ToJsonString`. Adds the transform `AWS::LanguageExtensions` to the template.
pub fn to_json_string(value: impl Into<Value>) -> Val<String> {
    call("Fn::ToJsonString", value.into())
}

/// The account that the stack is deployed to.
pub fn account_id() -> Val<String> {
    Val::from_value(pseudo("AWS::AccountId"))
}

/// The region that the stack is deployed to.
pub fn region() -> Val<String> {
    Val::from_value(pseudo("AWS::Region"))
}

/// `aws`, or `aws-cn`, `aws-us-gov` and the like.
pub fn partition() -> Val<String> {
    Val::from_value(pseudo("AWS::Partition"))
}

/// The name of the stack.
pub fn stack_name() -> Val<String> {
    Val::from_value(pseudo("AWS::StackName"))
}

/// The ARN of the stack.
pub fn stack_id() -> Val<String> {
    Val::from_value(pseudo("AWS::StackId"))
}

/// `amazonaws.com`, or what it is in the partition.
pub fn url_suffix() -> Val<String> {
    Val::from_value(pseudo("AWS::URLSuffix"))
}

/// The topics that the stack's events are sent to.
pub fn notification_arns() -> Val<Vec<String>> {
    Val::from_value(pseudo("AWS::NotificationARNs"))
}

/// As if the property had not been set: for one branch of [`when`].
pub fn no_value() -> NoValue {
    NoValue
}

/// What [`no_value`] is: it can stand for a value of any type.
#[derive(Clone, Copy, Debug)]
pub struct NoValue;

#[diagnostic::do_not_recommend]
impl<T> IntoVal<T> for NoValue {
    fn into_val(self) -> Val<T> {
        Val::from_value(pseudo("AWS::NoValue"))
    }
}

/// A dynamic reference to a Systems Manager parameter, read when the stack is deployed.
pub fn ssm(name: &str) -> Val<String> {
    Val::from_value(format!("{{{{resolve:ssm:{name}}}}}").into())
}

/// The same for a secure string; only some properties take one.
pub fn ssm_secure(name: &str) -> Val<String> {
    Val::from_value(format!("{{{{resolve:ssm-secure:{name}}}}}").into())
}

/// A dynamic reference to a key of a secret's JSON in Secrets Manager.
pub fn secret(secret_id: &str, json_key: &str) -> Val<String> {
    let reference = format!("{{{{resolve:secretsmanager:{secret_id}:SecretString:{json_key}}}}}");
    Val::from_value(reference.into())
}

pub(crate) fn pseudo(name: &'static str) -> Value {
    Value::Ref(Target::Id(Text::Borrowed(name)))
}

pub(crate) fn call<T>(function: &'static str, argument: Value) -> Val<T> {
    Val::from_value(Value::Call(Text::Borrowed(function), Box::new(argument)))
}
