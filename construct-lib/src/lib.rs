//! AWS infrastructure as typed Rust constructs that render to CloudFormation.
