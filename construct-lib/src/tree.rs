//! The construct tree: nodes in an arena. It holds data, never closures, and knows no
//! particular construct.

use std::panic::Location;

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::logical_id::logical_id;
use crate::resource::Tags;
use crate::stack::StackProps;
use crate::value::{Map, Text, Value};

/// The identity of something in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    pub(crate) const ROOT: NodeId = NodeId(0);
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) assets: Vec<(NodeId, Asset)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) parent: Option<NodeId>,
    pub(crate) children: Vec<NodeId>,
    pub(crate) location: &'static Location<'static>,
    pub(crate) body: Body,
    pub(crate) tags: IndexMap<Text, Value>,
    /// The path below the stack that this node's logical id is still made from.
    pub(crate) moved_from: Option<String>,
}

/// What a node stands for. The maps are sections of a template as CloudFormation spells them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    Group,
    Stack(StackProps),
    Resource(ResourceBody),
    Parameter(Map),
    Condition(Value),
    Mapping(Map),
    Rule(Map),
    Output(Map),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ResourceBody {
    pub(crate) type_name: Text,
    pub(crate) properties: Map,
    /// `DeletionPolicy` and the like.
    pub(crate) attributes: Map,
    pub(crate) depends_on: Vec<NodeId>,
    /// Property paths with what to put there, or nothing to delete them.
    pub(crate) overrides: Vec<(String, Option<Value>)>,
    pub(crate) tags: Option<&'static Tags>,
    /// What its references are worth without asking CloudFormation, by attribute (`Ref` too).
    /// They break the circle when something that it depends on refers back to it.
    pub(crate) by_name: Map,
}

/// The code of a function: a handler binary that packaging builds and uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The binary of the workspace.
    pub handler: String,
    /// `x86_64` or `arm64`.
    pub architecture: Text,
    /// The Lambda runtime, which sets the newest glibc that the binary may need.
    pub runtime: Text,
}

impl Tree {
    pub(crate) fn new(location: &'static Location<'static>) -> Tree {
        let root = Node {
            id: String::new(),
            parent: None,
            children: Vec::new(),
            location,
            body: Body::Group,
            tags: IndexMap::new(),
            moved_from: None,
        };
        Tree { nodes: vec![root], diagnostics: Vec::new(), assets: Vec::new() }
    }

    #[track_caller]
    pub(crate) fn add(&mut self, parent: NodeId, id: &str, body: Body) -> NodeId {
        let node = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node {
            id: id.to_owned(),
            parent: Some(parent),
            children: Vec::new(),
            location: Location::caller(),
            body,
            tags: IndexMap::new(),
            moved_from: None,
        });
        self[parent].children.push(node);
        if id.is_empty() || logical_id([id]).is_empty() || id.contains('/') {
            self.error(
                node,
                format!("the construct id {id:?} has no letters or digits, or a `/` in it"),
                "name it after what it is, such as `Inbox`",
            );
        }
        node
    }

    /// Every node, parents before their children, in the order of definition.
    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    pub(crate) fn child(&self, parent: NodeId, id: &str) -> Option<NodeId> {
        self[parent].children.iter().copied().find(|child| self[*child].id == id)
    }

    /// The node and what it stands in, innermost first.
    pub(crate) fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(node), |node| self[*node].parent)
    }

    /// The stack that the node is in.
    pub(crate) fn stack_of(&self, node: NodeId) -> Option<NodeId> {
        self.ancestors(node).find(|node| matches!(self[*node].body, Body::Stack(_)))
    }

    /// `Stack/Construct/Child`.
    pub(crate) fn path(&self, node: NodeId) -> String {
        let mut parts: Vec<&str> = self
            .ancestors(node)
            .map(|node| self[node].id.as_str())
            .filter(|id| !id.is_empty())
            .collect();
        parts.reverse();
        if parts.is_empty() { "App".to_owned() } else { parts.join("/") }
    }

    pub(crate) fn logical_id(&self, node: NodeId) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for node in self.ancestors(node) {
            if matches!(self[node].body, Body::Stack(_)) {
                break;
            }
            if let Some(old) = &self[node].moved_from {
                parts.extend(old.rsplit('/'));
                break;
            }
            parts.push(&self[node].id);
        }
        parts.reverse();
        logical_id(parts)
    }

    pub(crate) fn resource(&self, node: NodeId) -> Option<&ResourceBody> {
        match &self[node].body {
            Body::Resource(resource) => Some(resource),
            _ => None,
        }
    }

    pub(crate) fn resource_mut(&mut self, node: NodeId) -> Option<&mut ResourceBody> {
        match &mut self[node].body {
            Body::Resource(resource) => Some(resource),
            _ => None,
        }
    }

    /// Every resource of a type.
    pub(crate) fn resources_of<'a>(
        &'a self,
        type_name: &'a str,
    ) -> impl Iterator<Item = (NodeId, &'a ResourceBody)> + 'a {
        self.ids()
            .filter_map(|node| Some((node, self.resource(node)?)))
            .filter(move |(_, resource)| resource.type_name == type_name)
    }

    pub(crate) fn error(&mut self, node: NodeId, message: String, hint: &str) {
        self.report(Severity::Error, node, message, hint);
    }

    pub(crate) fn warning(&mut self, node: NodeId, message: String, hint: &str) {
        self.report(Severity::Warning, node, message, hint);
    }

    fn report(&mut self, severity: Severity, node: NodeId, message: String, hint: &str) {
        let diagnostic = Diagnostic {
            severity,
            path: self.path(node),
            location: (node != NodeId::ROOT).then(|| self[node].location),
            message,
            hint: hint.to_owned(),
        };
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }
}

impl std::ops::Index<NodeId> for Tree {
    type Output = Node;

    fn index(&self, node: NodeId) -> &Node {
        &self.nodes[node.0 as usize]
    }
}

impl std::ops::IndexMut<NodeId> for Tree {
    fn index_mut(&mut self, node: NodeId) -> &mut Node {
        &mut self.nodes[node.0 as usize]
    }
}
