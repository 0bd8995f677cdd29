//! AWS infrastructure as typed Rust constructs that render to CloudFormation.
//!
//! A construct is a function that adds resources to a [`Scope`] and returns a handle: a plain
//! value with attributes, grants and metrics. Constructs compose into stacks, stacks into an
//! [`App`], and the app renders to templates that are the same bytes on every run.
//!
//! ```
//! use construct_lib::prelude::*;
//!
//! fn pipeline(stack: &mut Scope) {
//!     let inbox = Bucket::new(stack, "Inbox", BucketProps { versioned: true, ..default() });
//!     let failed = Queue::new(stack, "Failed", default());
//!     let processor = Function::new(stack, "Processor", FunctionProps {
//!         timeout: minutes(5),
//!         on_failure: Some(failed.destination()),
//!         ..FunctionProps::handler("data-processor")
//!     });
//!     inbox.on_object_created(stack, &processor, prefix("data/"));
//!     inbox.grant_read(stack, &processor, "data/*");
//! }
//!
//! let yaml = construct_lib::testing::template(pipeline);
//! assert!(yaml.contains("Type: AWS::Lambda::Function"));
//! ```
//!
//! Defining never fails and never panics: whatever is wrong becomes a [`Diagnostic`] with the
//! construct's path and source line, and synth reports all of them at once. The library does no
//! I/O but in [`run()`], and reads no clock, environment or random numbers.

mod alarm;
mod app;
pub mod assembly;
mod bucket;
mod check;
pub mod condition;
mod diagnostic;
mod encryption;
mod event_source;
mod function;
mod handle;
pub mod iam;
mod into_val;
pub mod intrinsic;
pub mod l1;
mod log_group;
mod logical_id;
mod mapping;
mod metric;
mod notification;
mod output;
mod parameter;
mod property;
mod queue;
mod resource;
mod role;
pub mod rule;
mod run;
mod scope;
mod stack;
mod stack_refs;
mod synth;
mod template;
pub mod testing;
mod topic;
mod tree;
pub mod unit;
pub mod value;
mod variables;
mod yaml;

pub use alarm::{Alarm, AlarmAction, AlarmProps};
pub use app::App;
pub use bucket::{Bucket, BucketProps};
pub use condition::Condition;
pub use construct_env::environment;
pub use diagnostic::{Diagnostic, Severity};
pub use encryption::Encryption;
pub use event_source::QueueSourceProps;
pub use function::{Code, Destination, Function, FunctionProps, Vpc};
pub use log_group::{LogGroup, LogGroupProps};
pub use mapping::Mapping;
pub use metric::Metric;
pub use notification::{BucketEvent, KeyFilter, NotificationTarget, everything, prefix, suffix};
pub use output::{Output, OutputProps};
pub use parameter::{Parameter, ParameterProps};
pub use property::{Properties, Tag};
pub use queue::{DeadLetter, Fifo, Queue, QueueProps, Standard};
pub use resource::{Removal, Resource, ResourceType, TagForm, Tags};
pub use role::{Role, RoleProps};
pub use rule::Rule;
pub use run::run;
pub use scope::Scope;
pub use stack::{Environment, StackProps};
pub use topic::{FilterPolicy, SubscriptionProps, Topic, TopicProps};
pub use tree::{Asset, NodeId};
pub use variables::Variables;

/// The README's app is one that compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// `Default::default()`, short enough to end every props literal.
pub fn default<T: Default>() -> T {
    T::default()
}

/// Everything that a stack is written with.
pub mod prelude {
    pub use crate::condition::{all_of, any_of, equals, not};
    pub use crate::iam::{Grantee, Principal, Statement};
    pub use crate::intrinsic::*;
    pub use crate::l1::cloudwatch::{Statistic, TreatMissingData};
    pub use crate::l1::lambda::{Architecture, Runtime};
    pub use crate::rule::{contains, each_member_equals, each_member_in};
    pub use crate::unit::{
        Duration, Size, bytes, days, gigabytes, hours, kilobytes, megabytes, minutes, seconds,
    };
    pub use crate::value::{IntoVal, Val, Value, kind};
    pub use crate::{
        Alarm, AlarmAction, AlarmProps, App, Bucket, BucketEvent, BucketProps, Code, Condition,
        DeadLetter, Destination, Encryption, Environment, FilterPolicy, Function, FunctionProps,
        KeyFilter, LogGroup, LogGroupProps, Mapping, Metric, Output, OutputProps, Parameter,
        ParameterProps, Queue, QueueProps, QueueSourceProps, Removal, Resource, Role, RoleProps,
        Rule, Scope, StackProps, SubscriptionProps, Tag, Topic, TopicProps, Variables, Vpc,
        default, everything, prefix, suffix,
    };
    pub use serde_json::json;
}
