//! Environment variables of functions.

use std::collections::BTreeMap;

use construct_env::Environment;

use crate::value::{Declared, IntoVal, Map, Text, Val, Value};

/// Environment variables of a function.
///
/// ```
/// # use construct_lib::prelude::*;
/// construct_lib::environment! {
///     /// What the worker needs.
///     pub struct Env { queue_url: kind::QueueUrl }
/// }
/// # construct_lib::testing::template(|stack| {
/// let jobs = Queue::new(stack, "Jobs", default());
/// let worker = Function::new(stack, "Worker", FunctionProps {
///     environment: Env { queue_url: jobs.url() }.into(),
///     ..FunctionProps::handler("worker")
/// });
/// # });
/// ```
///
/// The ARN of the queue instead of its URL does not compile:
///
/// ```compile_fail
/// # use construct_lib::prelude::*;
/// # construct_lib::environment! { pub struct Env { queue_url: kind::QueueUrl } }
/// # construct_lib::testing::template(|stack| {
/// let jobs = Queue::new(stack, "Jobs", default());
/// let environment: Variables = Env { queue_url: jobs.arn() }.into();
/// # });
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variables(Map);

impl Variables {
    /// Sets one more variable.
    pub fn with(mut self, name: impl Into<Text>, value: impl IntoVal<String>) -> Variables {
        self.0.insert(name.into(), value.into_val().into());
        self
    }

    /// The object of names and values, unless it is empty.
    pub(crate) fn to_val(&self) -> Option<Val<BTreeMap<String, String>>> {
        (!self.0.is_empty()).then(|| Val::from_value(Value::Map(self.0.clone())))
    }
}

impl<E: Environment<Declared>> From<E> for Variables {
    fn from(environment: E) -> Variables {
        let variables = environment.into_variables();
        Variables(variables.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}
