//! Where you are in the construct tree.

use crate::resource::{Resource, ResourceType};
use crate::tree::{Body, NodeId, ResourceBody, Tree};
use crate::value::{Text, Value};

/// A place in the construct tree: constructs are defined in a scope.
///
/// It owns the whole tree of the app and a cursor in it, so no handle borrows from it and no
/// construct has a lifetime.
#[derive(Debug)]
pub struct Scope {
    pub(crate) tree: Tree,
    pub(crate) cursor: NodeId,
}

impl Scope {
    /// Groups what `define` defines under `id`: `child("Api", ..)` makes `Queue` an `ApiQueue`.
    ///
    /// ```
    /// # use construct_lib::prelude::*;
    /// struct WorkQueue { queue: Queue, dead: Queue }
    ///
    /// fn work_queue(scope: &mut Scope, id: &str) -> WorkQueue {
    ///     scope.child(id, |scope| {
    ///         let dead = Queue::new(scope, "Dead", default());
    ///         let queue = Queue::new(scope, "Queue", QueueProps {
    ///             dead_letter: Some(dead.dead_letter(3)),
    ///             ..default()
    ///         });
    ///         WorkQueue { queue, dead }
    ///     })
    /// }
    /// # let yaml = construct_lib::testing::template(|stack| { work_queue(stack, "Jobs"); });
    /// # assert!(yaml.contains("JobsQueue:"));
    /// ```
    #[track_caller]
    pub fn child<R>(&mut self, id: &str, define: impl FnOnce(&mut Scope) -> R) -> R {
        let group = match self.tree.child(self.cursor, id) {
            Some(node) if matches!(self.tree[node].body, Body::Group) => node,
            _ => self.tree.add(self.cursor, id, Body::Group),
        };
        self.within(group, define)
    }

    /// Adds a resource of a typed layer-one type.
    #[track_caller]
    pub fn add<T: ResourceType>(&mut self, id: &str, resource: T) -> Resource<T> {
        self.add_under(self.cursor, id, resource)
    }

    /// Adds a resource of any type, for what the typed layer does not have yet.
    ///
    /// ```
    /// # use construct_lib::prelude::*;
    /// # let yaml = construct_lib::testing::template(|stack| {
    /// let topic = Topic::new(stack, "Alerts", default());
    /// stack.add_raw("Catalog", "AWS::Glue::Database", json!({
    ///     "CatalogId": {"Ref": "AWS::AccountId"},
    ///     "DatabaseInput": {"Name": "inbox"},
    /// }));
    /// # });
    /// # assert!(yaml.contains("CatalogId: !Ref AWS::AccountId"));
    /// ```
    #[track_caller]
    pub fn add_raw(
        &mut self,
        id: &str,
        type_name: impl Into<Text>,
        properties: impl Into<Value>,
    ) -> Resource {
        let properties = match properties.into() {
            Value::Map(properties) => properties,
            _ => Default::default(),
        };
        let body = ResourceBody { type_name: type_name.into(), properties, ..Default::default() };
        Resource::new(self.tree.add(self.cursor, id, Body::Resource(body)))
    }

    /// Tags everything in this scope that takes tags. At the top of a stack that is the stack
    /// itself: CloudFormation passes a stack's tags on to its resources.
    pub fn tag(&mut self, key: impl Into<Text>, value: impl Into<Value>) {
        self.tree[self.cursor].tags.insert(key.into(), value.into());
    }

    /// Reports a problem of the construct that is being defined; synth then fails.
    #[track_caller]
    pub fn error(&mut self, message: impl Into<String>, hint: &str) {
        let node = self.cursor;
        self.tree.error(node, message.into(), hint);
        self.locate_last(std::panic::Location::caller());
    }

    /// Reports something that is worth knowing; synth goes on.
    #[track_caller]
    pub fn warning(&mut self, message: impl Into<String>, hint: &str) {
        let node = self.cursor;
        self.tree.warning(node, message.into(), hint);
        self.locate_last(std::panic::Location::caller());
    }

    fn locate_last(&mut self, location: &'static std::panic::Location<'static>) {
        if let Some(diagnostic) = self.tree.diagnostics.last_mut() {
            diagnostic.location = Some(location);
        }
    }

    #[track_caller]
    pub(crate) fn add_under<T: ResourceType>(
        &mut self,
        parent: NodeId,
        id: &str,
        resource: T,
    ) -> Resource<T> {
        let added = self.reserve(parent, id);
        self.fill(added, resource);
        added
    }

    /// Adds a resource whose properties come later, so that they can refer to its children.
    #[track_caller]
    pub(crate) fn reserve<T: ResourceType>(&mut self, parent: NodeId, id: &str) -> Resource<T> {
        let body = ResourceBody {
            type_name: Text::Borrowed(T::TYPE),
            tags: T::TAGS,
            ..Default::default()
        };
        Resource::new(self.tree.add(parent, id, Body::Resource(body)))
    }

    pub(crate) fn fill<T: ResourceType>(&mut self, reserved: Resource<T>, resource: T) {
        reserved.edit(self, |body| body.properties = resource.into_map());
    }

    pub(crate) fn within<R>(&mut self, node: NodeId, define: impl FnOnce(&mut Scope) -> R) -> R {
        let before = std::mem::replace(&mut self.cursor, node);
        let result = define(self);
        self.cursor = before;
        result
    }

    /// The stack that is being defined.
    pub(crate) fn stack(&self) -> NodeId {
        self.tree.stack_of(self.cursor).unwrap_or(NodeId::ROOT)
    }
}
