//! The Lambda handlers of the reference app.

pub mod data_processor;
pub mod error_handler;
