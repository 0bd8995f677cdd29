//! The environment of a Lambda handler as one Rust type, used from both sides.
//!
//! The handler reads its variables, the stack sets them, and [`environment!`] writes the one
//! type that both use. A variable that the handler needs and the stack does not set, or sets
//! to the wrong kind of thing, is a compile error in the stack.
//!
//! ```
//! construct_env::environment! {
//!     /// What the worker needs.
//!     pub struct Env {
//!         /// Read from `QUEUE_URL`.
//!         queue_url: construct_env::kind::QueueUrl,
//!         /// Read from `PREFIX`.
//!         prefix: String,
//!     }
//! }
//!
//! let env = Env::read(|name| (name != "PREFIX").then(|| format!("value of {name}")));
//! assert_eq!(env.unwrap_err().to_string(), "environment variable PREFIX is not set");
//! ```
//!
//! This crate has no dependencies and knows nothing of CloudFormation or the AWS SDK, so a
//! handler is not rebuilt when infrastructure changes.

pub mod kind;

use std::fmt;

/// Which of the two sides an environment is seen from: [`Running`] in the handler, `Declared`
/// (of `construct-lib`) in the stack.
pub trait Side {
    /// How this side holds a variable whose meaning is `K`.
    type Of<K>: Clone + fmt::Debug;
    /// How this side holds a variable once its meaning no longer matters.
    type Any;
    /// Forgets the meaning.
    fn erase<K>(value: Self::Of<K>) -> Self::Any;
}

/// The handler's side: every variable is the text that the process was given.
#[derive(Clone, Copy, Debug)]
pub struct Running;

impl Side for Running {
    type Of<K> = String;
    type Any = String;

    fn erase<K>(value: String) -> String {
        value
    }
}

/// A type that [`environment!`] wrote.
pub trait Environment<S: Side> {
    /// Variable names, in the order of the fields, with their values.
    fn into_variables(self) -> Vec<(String, S::Any)>;
}

/// The variables that a handler needs and did not get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingVariables(pub Vec<String>);

impl fmt::Display for MissingVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0[..] {
            [one] => write!(f, "environment variable {one} is not set"),
            many => write!(f, "environment variables {} are not set", many.join(", ")),
        }
    }
}

impl std::error::Error for MissingVariables {}

/// The variable that a field stands for: `queue_url` is `QUEUE_URL`.
#[doc(hidden)]
pub fn variable_name(field: &str) -> String {
    field.to_ascii_uppercase()
}

/// Declares the environment of a handler: a struct with one variable a field.
///
/// Each field names what its value is: `String` for free text, or a [`kind`] for something
/// that only a resource can provide. The variable's name is the field's name in upper case.
#[macro_export]
macro_rules! environment {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field:ident : $kind:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        $vis struct $name<S: $crate::Side = $crate::Running> {
            $( $(#[$field_meta])* pub $field: S::Of<$kind>, )*
        }

        #[allow(dead_code, reason = "a stack needs none of this, and a test not all")]
        impl $name<$crate::Running> {
            /// Reads every variable through `lookup`, or names all that are missing.
            $vis fn read(
                mut lookup: impl FnMut(&str) -> Option<String>,
            ) -> Result<Self, $crate::MissingVariables> {
                let mut missing = Vec::new();
                $(
                    let $field = {
                        let name = $crate::variable_name(stringify!($field));
                        lookup(&name).unwrap_or_else(|| {
                            missing.push(name);
                            String::new()
                        })
                    };
                )*
                if missing.is_empty() {
                    Ok(Self { $($field),* })
                } else {
                    Err($crate::MissingVariables(missing))
                }
            }

            /// Reads the variables of this process.
            $vis fn from_process() -> Result<Self, $crate::MissingVariables> {
                Self::read(|name| std::env::var(name).ok())
            }
        }

        impl<S: $crate::Side> $crate::Environment<S> for $name<S> {
            fn into_variables(self) -> Vec<(String, S::Any)> {
                vec![
                    $( ($crate::variable_name(stringify!($field)), S::erase::<$kind>(self.$field)), )*
                ]
            }
        }
    };
}

#[cfg(test)]
mod tests {
    environment! {
        struct Env {
            queue_url: crate::kind::QueueUrl,
            prefix: String,
        }
    }

    #[test]
    fn every_missing_variable_is_named_at_once() {
        let error = Env::read(|_| None).unwrap_err();
        assert_eq!(error.to_string(), "environment variables QUEUE_URL, PREFIX are not set");
    }

    #[test]
    fn what_the_stack_sets_is_what_the_handler_reads() {
        use crate::Environment;
        let env = Env::read(|name| Some(name.to_lowercase())).unwrap();
        assert_eq!((env.queue_url.as_str(), env.prefix.as_str()), ("queue_url", "prefix"));
        let variables: Vec<_> = Environment::<crate::Running>::into_variables(env);
        assert_eq!(variables[0], ("QUEUE_URL".into(), "queue_url".into()));
    }
}
