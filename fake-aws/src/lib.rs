//! A fake of CloudFormation, S3 and STS for tests of deployers. It stands where the network would:
//! the real SDK's clients talk to it, so serialisation, retries and pagination are the real ones.
//!
//! ```no_run
//! # use fake_aws::{FakeAws, Schedule};
//! let aws = FakeAws::new("111111111111", "eu-west-1");
//! let connection = aws.connect(Schedule::default());
//! // aws_config::SdkConfig::builder().http_client(connection.clone())…
//! ```
//!
//! What it does like AWS and what it does not is written in the crate's `README.md`. It lives in
//! tokio's time: with a paused clock, hours pass at once.

pub mod cloudformation;
mod connection;
mod query;
pub mod s3;
mod schedule;
mod world;
mod xml;

pub use connection::{Call, Connection, FakeAws};
pub use query::Query;
pub use schedule::{Act, Fault, Lasting, Schedule};
pub use world::{Refusal, World};
