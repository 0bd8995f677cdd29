//! Encryption at rest.

use crate::value::{Val, kind};

/// Which key encrypts what a resource holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Encryption {
    /// A key that AWS owns: no cost, no key policy to keep.
    #[default]
    Managed,
    /// A KMS key of yours. Its key policy must let the services in that write to the resource.
    Kms(Val<kind::KeyArn>),
}

impl Encryption {
    pub(crate) fn key(&self) -> Option<&Val<kind::KeyArn>> {
        match self {
            Encryption::Managed => None,
            Encryption::Kms(key) => Some(key),
        }
    }
}
