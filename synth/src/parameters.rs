//! Values for template parameters from the command line: `Key=value`, or `Stack:Key=value`.

use std::{collections::BTreeMap, str::FromStr};

use crate::{assembly::Stack, error::Error};

/// One `--parameters`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameter {
    stack: Option<String>,
    key: String,
    value: String,
}

impl FromStr for Parameter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("it is not Key=value or Stack:Key=value")?;
        let (stack, key) = match name.split_once(':') {
            Some((stack, key)) => (Some(stack.to_owned()), key),
            None => (None, name),
        };
        if key.is_empty() || stack.as_deref() == Some("") {
            return Err("it has no name before the `=`".into());
        }
        Ok(Self { stack, key: key.into(), value: value.into() })
    }
}

/// Those for `stack`, whose template is `template`: named for it, or for all that have it.
pub(crate) fn for_stack(
    parameters: &[Parameter],
    stack: &Stack,
    template: &serde_json::Value,
) -> BTreeMap<String, String> {
    let meant = |parameter: &&Parameter| match &parameter.stack {
        Some(name) => stack.is_called(name),
        None => declares(template, &parameter.key),
    };
    let pair = |parameter: &Parameter| (parameter.key.clone(), parameter.value.clone());
    parameters.iter().filter(meant).map(pair).collect()
}

/// Refuses what is meant for none of the stacks.
pub(crate) fn check(
    parameters: &[Parameter],
    stacks: &[(&Stack, serde_json::Value)],
) -> Result<(), Error> {
    for parameter in parameters {
        let used = stacks.iter().any(|(stack, template)| match &parameter.stack {
            Some(name) => stack.is_called(name),
            None => declares(template, &parameter.key),
        });
        if !used {
            let stack = parameter.stack.as_deref();
            let known: Vec<_> =
                stacks.iter().flat_map(|(_, template)| declared(template)).collect();
            return Err(Error::Usage {
                problem: match stack {
                    Some(stack) => format!(
                        "parameter {} is for stack {stack}, which is not deployed here",
                        parameter.key
                    ),
                    None => format!("no stack has a parameter `{}`", parameter.key),
                },
                hint: format!("the parameters are: {}", known.join(", ")),
            });
        }
    }
    Ok(())
}

fn declares(template: &serde_json::Value, key: &str) -> bool {
    template["Parameters"].get(key).is_some()
}

fn declared(template: &serde_json::Value) -> impl Iterator<Item = &str> {
    template["Parameters"].as_object().into_iter().flat_map(|map| map.keys().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::Parameter;

    #[test]
    fn a_value_may_contain_anything() {
        let parameter: Parameter = "Jobs:Filter=a=b:c".parse().unwrap();
        assert_eq!(
            parameter,
            Parameter { stack: Some("Jobs".into()), key: "Filter".into(), value: "a=b:c".into() }
        );
        let parameter: Parameter = "Empty=".parse().unwrap();
        assert_eq!((parameter.stack, parameter.value), (None, String::new()));
        assert!("Name".parse::<Parameter>().is_err());
        assert!("=value".parse::<Parameter>().is_err());
    }
}
