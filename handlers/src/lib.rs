//! The Lambda handlers of the reference app.
//!
//! [`data_processor`] checks each file that is uploaded to a bucket and writes a report about it;
//! [`error_handler`] turns each failure into one alert. A stack takes this crate with
//! `default-features = false` and sees only the two `Env` types; everything else is behind the
//! feature `aws`.

pub mod data_processor;
pub mod error_handler;

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "aws")]
pub mod deadline;
#[cfg(feature = "aws")]
mod error;
#[cfg(feature = "aws")]
pub mod failure;
#[cfg(feature = "aws")]
pub mod key;
#[cfg(feature = "aws")]
pub mod logs;
#[cfg(feature = "aws")]
pub mod text;
#[cfg(feature = "aws")]
pub mod time;

#[cfg(feature = "aws")]
pub use error::Error;

#[cfg(feature = "aws")]
#[cfg(test)]
mod testing;
