//! Notifications of a bucket: written into the bucket itself, without a custom resource.

use crate::bucket::Bucket;
use crate::event_source::name_of;
use crate::function::Function;
use crate::l1::open_enum;
use crate::queue::Queue;
use crate::scope::Scope;
use crate::topic::Topic;
use crate::tree::NodeId;
use crate::value::{IntoVal, Text, Val, Value};

open_enum! {
    /// Something that happens to objects of a bucket.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html>
    BucketEvent {
        ObjectCreated = "s3:ObjectCreated:*",
        ObjectCreatedByPut = "s3:ObjectCreated:Put",
        ObjectCreatedByCopy = "s3:ObjectCreated:Copy",
        ObjectCreatedByMultipartUpload = "s3:ObjectCreated:CompleteMultipartUpload",
        ObjectRemoved = "s3:ObjectRemoved:*",
        ObjectRestored = "s3:ObjectRestore:Completed",
        ObjectTagged = "s3:ObjectTagging:*",
        LifecycleExpired = "s3:LifecycleExpiration:*",
    }
}

/// Which keys a notification is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyFilter {
    prefix: Option<Text>,
    suffix: Option<Text>,
}

/// Every key.
pub fn everything() -> KeyFilter {
    KeyFilter::default()
}

/// Keys that start with `prefix`.
pub fn prefix(prefix: impl Into<Text>) -> KeyFilter {
    KeyFilter { prefix: Some(prefix.into()), suffix: None }
}

/// Keys that end in `suffix`.
pub fn suffix(suffix: impl Into<Text>) -> KeyFilter {
    KeyFilter { prefix: None, suffix: Some(suffix.into()) }
}

impl KeyFilter {
    /// And that end in `suffix`.
    pub fn and_suffix(self, suffix: impl Into<Text>) -> KeyFilter {
        KeyFilter { suffix: Some(suffix.into()), ..self }
    }

    fn rules(self) -> Vec<Value> {
        [("prefix", self.prefix), ("suffix", self.suffix)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .map(|(name, value)| Value::map([("Name", name.into()), ("Value", Value::Text(value))]))
            .collect()
    }
}

/// What a bucket can notify: a function, a queue or a topic.
pub trait NotificationTarget {
    /// Lets the bucket in, and says how it refers to the target.
    #[doc(hidden)]
    fn bind(&self, scope: &mut Scope, bucket: &Bucket) -> Binding;
}

/// How a bucket refers to what it notifies.
#[doc(hidden)]
pub struct Binding {
    list: &'static str,
    property: &'static str,
    arn: Val<String>,
    /// What lets the bucket in, and so must be there before it.
    permission: Option<NodeId>,
}

impl Bucket {
    /// Notifies `target` of every object that is created under keys that pass the filter.
    #[track_caller]
    pub fn on_object_created(
        &self,
        scope: &mut Scope,
        target: &impl NotificationTarget,
        filter: KeyFilter,
    ) {
        self.notify(scope, BucketEvent::ObjectCreated, target, filter);
    }

    /// Notifies `target` of every object that is deleted.
    #[track_caller]
    pub fn on_object_removed(
        &self,
        scope: &mut Scope,
        target: &impl NotificationTarget,
        filter: KeyFilter,
    ) {
        self.notify(scope, BucketEvent::ObjectRemoved, target, filter);
    }

    /// Notifies `target` of an event. Two notifications of one event must not overlap: S3
    /// refuses that, and so does synth.
    #[track_caller]
    pub fn notify(
        &self,
        scope: &mut Scope,
        event: BucketEvent,
        target: &impl NotificationTarget,
        filter: KeyFilter,
    ) {
        let Some(bucket) = self.resource else {
            let hint = "notifications are part of the bucket: set them where it is defined";
            return scope.error("a bucket that exists already can't be told to notify", hint);
        };
        self.fix_name(scope);
        let binding = target.bind(scope, self);
        let mut entry =
            vec![("Event", event.into_val().into()), (binding.property, binding.arn.into())];
        let rules = filter.rules();
        if !rules.is_empty() {
            let key = Value::map([("S3Key", Value::map([("Rules", Value::List(rules))]))]);
            entry.push(("Filter", key));
        }
        let entry = entry.into_iter().map(|(name, value)| (name.into(), value)).collect();
        bucket.push(scope, &["NotificationConfiguration", binding.list], Value::Map(entry));
        if let Some(permission) = binding.permission {
            let permission = crate::resource::Resource::<()>::new(permission);
            bucket.depends_on(scope, permission);
        }
    }
}

const S3: &str = "s3.amazonaws.com";

impl NotificationTarget for Function {
    #[track_caller]
    fn bind(&self, scope: &mut Scope, bucket: &Bucket) -> Binding {
        let parent = bucket.resource.map_or(scope.cursor, |bucket| bucket.node);
        let id = format!("Invoke{}", name_of(scope, self.resource(), self.name().as_value()));
        let permission = match scope.tree.child(parent, &id) {
            Some(permission) => permission,
            None => self.allow_service(scope, parent, &id, S3, bucket.arn()).node,
        };
        Binding {
            list: "LambdaConfigurations",
            property: "Function",
            arn: self.arn().cast(),
            permission: Some(permission),
        }
    }
}

impl NotificationTarget for Queue {
    fn bind(&self, scope: &mut Scope, bucket: &Bucket) -> Binding {
        self.allow_service(scope, S3, bucket.arn());
        let policy = self.resource().and_then(|queue| scope.tree.child(queue.node, "Policy"));
        Binding {
            list: "QueueConfigurations",
            property: "Queue",
            arn: self.arn().cast(),
            permission: policy,
        }
    }
}

impl NotificationTarget for Topic {
    fn bind(&self, scope: &mut Scope, bucket: &Bucket) -> Binding {
        self.allow_service(scope, S3, bucket.arn());
        Binding {
            list: "TopicConfigurations",
            property: "Topic",
            arn: self.arn().cast(),
            permission: self.policy().map(|policy| policy.node),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::{diagnostics, template};
    use insta::assert_snapshot;

    #[test]
    fn a_function_that_reads_what_notifies_it_makes_no_circle() {
        assert_snapshot!(template(|stack| {
            let inbox = Bucket::new(stack, "Inbox", default());
            let worker = Function::new(stack, "Worker", FunctionProps::handler("worker"));
            inbox.grant_read(stack, &worker, "data/*");
            inbox.on_object_created(stack, &worker, prefix("data/").and_suffix(".csv"));
        }), @"");
    }

    #[test]
    fn queues_and_topics_let_the_bucket_in() {
        assert_snapshot!(template(|stack| {
            let inbox = Bucket::new(stack, "Inbox", default());
            let queue = Queue::new(stack, "Events", default());
            let topic = Topic::new(stack, "News", default());
            inbox.on_object_created(stack, &queue, prefix("a/"));
            inbox.on_object_removed(stack, &topic, everything());
        }), @"");
    }

    #[test]
    fn overlapping_filters_are_refused() {
        assert_snapshot!(diagnostics(|stack| {
            let inbox = Bucket::new(stack, "Inbox", default());
            let queue = Queue::new(stack, "Events", default());
            inbox.on_object_created(stack, &queue, prefix("data/"));
            inbox.on_object_created(stack, &queue, prefix("data/2026/"));
            inbox.on_object_created(stack, &queue, prefix("logs/"));
            inbox.notify(stack, BucketEvent::ObjectCreatedByPut, &queue, suffix(".csv"));
        }), @"");
    }

    #[test]
    fn a_function_must_not_write_under_its_own_trigger() {
        assert_snapshot!(diagnostics(|stack| {
            let inbox = Bucket::new(stack, "Inbox", default());
            let worker = Function::new(stack, "Worker", FunctionProps::handler("worker"));
            inbox.on_object_created(stack, &worker, prefix("data/"));
            inbox.grant_put(stack, &worker, "data/reports/*");
        }), @"");
    }
}
