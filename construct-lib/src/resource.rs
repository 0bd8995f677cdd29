//! A resource of a template, and everything that can be said about it beyond its properties.

use std::fmt;
use std::marker::PhantomData;

use crate::condition::Condition;
use crate::property::Properties;
use crate::scope::Scope;
use crate::tree::NodeId;
use crate::value::{Map, Target, Text, Val, Value};

/// A type of resource: what the typed layer one is made of.
pub trait ResourceType: Properties {
    /// Such as `AWS::SQS::Queue`.
    const TYPE: &'static str;
    /// How it takes tags, if it does.
    const TAGS: Option<&'static Tags> = None;
}

/// How a type of resource takes tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tags {
    /// The property that holds them.
    pub property: &'static str,
    /// How they are written there.
    pub form: TagForm,
}

/// How tags are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagForm {
    /// A list of `Key` and `Value`.
    List,
    /// An object.
    Map,
    /// A list of `Key`, `Value` and `PropagateAtLaunch`: instances of the group get them too.
    AutoScaling,
}

/// A resource that was added to a scope. `T` is its type, or `()` for a raw one.
///
/// This is also the way out where a construct does not do what you need: change a property
/// with [`override_property`](Resource::override_property), or any resource attribute.
pub struct Resource<T = ()> {
    pub(crate) node: NodeId,
    label: PhantomData<fn() -> T>,
}

impl<T> Clone for Resource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Resource<T> {}

impl<T> fmt::Debug for Resource<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl<T> PartialEq for Resource<T> {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl<T> Resource<T> {
    pub(crate) fn new(node: NodeId) -> Self {
        Resource { node, label: PhantomData }
    }

    /// `Ref`: what it is depends on the type, mostly a name.
    pub fn reference<K>(&self) -> Val<K> {
        Val::from_value(Value::Ref(Target::Node(self.node)))
    }

    /// `Fn::GetAtt`.
    pub fn attribute<K>(&self, name: impl Into<Text>) -> Val<K> {
        Val::from_value(Value::Attribute(Target::Node(self.node), name.into()))
    }

    /// Sets the property at a path such as `VersioningConfiguration.Status` or `Tags.0.Value`,
    /// whatever the construct says.
    ///
    /// ```
    /// # use construct_lib::prelude::*;
    /// # let yaml = construct_lib::testing::template(|stack| {
    /// let queue = Queue::new(stack, "Jobs", default());
    /// if let Some(resource) = queue.resource() {
    ///     resource.override_property(stack, "MaximumMessageSize", 1024);
    ///     resource.delete_property(stack, "ReceiveMessageWaitTimeSeconds");
    /// }
    /// # });
    /// # assert!(yaml.contains("MaximumMessageSize: 1024"));
    /// ```
    pub fn override_property(&self, scope: &mut Scope, path: &str, value: impl Into<Value>) {
        let value = value.into();
        self.edit(scope, |resource| resource.overrides.push((path.to_owned(), Some(value))));
    }

    /// Removes the property at a path.
    pub fn delete_property(&self, scope: &mut Scope, path: &str) {
        self.edit(scope, |resource| resource.overrides.push((path.to_owned(), None)));
    }

    /// `DependsOn`: creates this after `other`, and deletes it before.
    pub fn depends_on<U>(&self, scope: &mut Scope, other: Resource<U>) {
        self.edit(scope, |resource| {
            if !resource.depends_on.contains(&other.node) {
                resource.depends_on.push(other.node);
            }
        });
    }

    /// `Condition`: the resource exists only where the condition holds.
    pub fn only_if(&self, scope: &mut Scope, condition: &Condition) {
        self.set_attribute(scope, "Condition", condition.name());
    }

    /// What becomes of it when it leaves the stack and when it is replaced.
    pub fn removal(&self, scope: &mut Scope, removal: Removal) {
        self.deletion_policy(scope, removal);
        self.update_replace_policy(scope, removal);
    }

    /// `DeletionPolicy` alone.
    pub fn deletion_policy(&self, scope: &mut Scope, removal: Removal) {
        self.set_attribute(scope, "DeletionPolicy", removal.as_str().into());
    }

    /// `UpdateReplacePolicy` alone. Replacing creates nothing that could be rolled back, so
    /// [`Removal::RetainExceptOnCreate`] is `Retain` here.
    pub fn update_replace_policy(&self, scope: &mut Scope, removal: Removal) {
        let removal = match removal {
            Removal::RetainExceptOnCreate => Removal::Retain,
            other => other,
        };
        self.set_attribute(scope, "UpdateReplacePolicy", removal.as_str().into());
    }

    /// `CreationPolicy`, as CloudFormation spells it.
    pub fn creation_policy(&self, scope: &mut Scope, policy: impl Into<Value>) {
        self.set_attribute(scope, "CreationPolicy", policy.into());
    }

    /// `UpdatePolicy`, as CloudFormation spells it.
    pub fn update_policy(&self, scope: &mut Scope, policy: impl Into<Value>) {
        self.set_attribute(scope, "UpdatePolicy", policy.into());
    }

    /// An entry of `Metadata`.
    pub fn metadata(&self, scope: &mut Scope, key: impl Into<Text>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        self.edit(scope, |resource| {
            let metadata =
                resource.attributes.entry("Metadata".into()).or_insert(Value::Map(Map::new()));
            if let Value::Map(map) = metadata {
                map.insert(key, value);
            }
        });
    }

    /// Keeps the logical id that the resource and what is below it had at another path of its
    /// stack, so that moving code does not replace what is deployed: `moved_from("Old/Inbox")`.
    pub fn moved_from(&self, scope: &mut Scope, path: &str) {
        scope.tree[self.node].moved_from = Some(path.to_owned());
    }

    fn set_attribute(&self, scope: &mut Scope, name: &'static str, value: Value) {
        self.edit(scope, |resource| {
            resource.attributes.insert(name.into(), value);
        });
    }

    pub(crate) fn edit(
        &self,
        scope: &mut Scope,
        change: impl FnOnce(&mut crate::tree::ResourceBody),
    ) {
        if let Some(resource) = scope.tree.resource_mut(self.node) {
            change(resource);
        }
    }

    /// Sets a property, replacing what is there.
    pub(crate) fn set(&self, scope: &mut Scope, name: &'static str, value: impl Into<Value>) {
        let value = value.into();
        self.edit(scope, |resource| {
            resource.properties.insert(name.into(), value);
        });
    }

    /// Adds to the list at a path of property names, making what is missing on the way.
    pub(crate) fn push(&self, scope: &mut Scope, path: &[&'static str], item: Value) {
        self.edit(scope, |resource| {
            let Some((last, parents)) = path.split_last() else {
                return;
            };
            let mut map = &mut resource.properties;
            for name in parents {
                let next = map.entry((*name).into()).or_insert(Value::Map(Map::new()));
                let Value::Map(next) = next else { return };
                map = next;
            }
            let list = map.entry((*last).into()).or_insert(Value::List(Vec::new()));
            if let Value::List(list) = list {
                list.push(item);
            }
        });
    }
}

/// What becomes of a resource that leaves its stack or is replaced.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It is deleted. CloudFormation deletes no bucket that has objects in it:
    /// `synth destroy --empty-buckets` deletes those first.
    #[doc(alias = "Delete")]
    Destroy,
    /// It stays, outside of any stack.
    Retain,
    /// It stays, unless its very creation is being rolled back.
    RetainExceptOnCreate,
    /// It is deleted after a snapshot, where the type can do that.
    Snapshot,
}

impl Removal {
    fn as_str(self) -> &'static str {
        match self {
            Removal::Destroy => "Delete",
            Removal::Retain => "Retain",
            Removal::RetainExceptOnCreate => "RetainExceptOnCreate",
            Removal::Snapshot => "Snapshot",
        }
    }
}
