//! One model from both sources: shape, names and texts from the service spec; constraints, and
//! types that it does not have, from the registry.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Attribute, Property, Replacement, Resource, Shape, Type};
use crate::schema::{Node, Schema};

/// Merges by type and by property; sorted by type name.
pub fn merge(
    mut resources: BTreeMap<String, Resource>,
    schemas: &BTreeMap<String, Schema>,
) -> Vec<Resource> {
    for (name, schema) in schemas {
        match resources.get_mut(name) {
            Some(resource) => enrich(resource, schema),
            None => _ = resources.insert(name.clone(), Builder::new(schema).resource(name)),
        }
    }
    resources.into_values().collect()
}

/// Adds what the registry knows to a type of the service spec.
fn enrich(resource: &mut Resource, schema: &Schema) {
    let mut seen = BTreeSet::new();
    let mut open: Vec<(Option<String>, Node<'_>, String)> =
        vec![(None, schema.root(), String::new())];
    while let Some((name, node, path)) = open.pop() {
        let shape = match &name {
            None => &mut resource.shape,
            Some(name) => match resource.shapes.get_mut(name) {
                Some(shape) if seen.insert(name.clone()) => shape,
                _ => continue,
            },
        };
        for property in &mut shape.properties {
            let Some(node) = node.property(&property.name) else {
                continue;
            };
            let path = format!("{path}/{}", property.name).trim_start_matches('/').to_owned();
            enrich_property(property, node, schema, &path);
            if let Some((name, node)) = below(&property.ty, node) {
                open.push((Some(name.to_owned()), node, path));
            }
        }
    }
    if resource.tags.is_none() {
        resource.tags = schema
            .tags()
            .filter(|tags| resource.shape.properties.iter().any(|it| it.name == tags.property));
    }
}

fn enrich_property(property: &mut Property, node: Node<'_>, schema: &Schema, path: &str) {
    let inner = innermost(node);
    property.limits = node.limits();
    for allowed in inner.allowed() {
        if !property.allowed.contains(&allowed) {
            property.allowed.push(allowed);
        }
    }
    if property.targets.is_empty() {
        property.targets = inner.targets();
        if property.targets.is_empty() {
            property.targets = node.targets();
        }
    }
    if property.default.is_none() {
        property.default = node.default();
    }
    if property.replacement == Replacement::No {
        property.replacement = schema.replacement(path);
    }
    property.deprecated |= schema.deprecated(path);
}

/// The shape that a property's type leads to, and where in the schema that is.
fn below<'t, 'n>(ty: &'t Type, node: Node<'n>) -> Option<(&'t str, Node<'n>)> {
    match ty {
        Type::Shape(name) => Some((name, node)),
        Type::List(inner) => below(inner, node.items()?),
        Type::Map(inner) => below(inner, node.values()?),
        _ => None,
    }
}

fn innermost(node: Node<'_>) -> Node<'_> {
    match (node.items(), node.is_map()) {
        (Some(item), _) => innermost(item),
        (None, true) => node.values().map_or(node, innermost),
        (None, false) => node,
    }
}

/// Makes a resource type of a schema alone.
struct Builder<'a> {
    schema: &'a Schema,
    shapes: BTreeMap<String, Shape>,
}

impl<'a> Builder<'a> {
    fn new(schema: &'a Schema) -> Self {
        Builder { schema, shapes: BTreeMap::new() }
    }

    fn resource(mut self, type_name: &str) -> Resource {
        let name = type_name.rsplit("::").next().unwrap_or(type_name);
        let shape = self.shape(name, self.schema.root(), "");
        let attributes = self.schema.read_only_paths().into_iter().filter_map(|path| {
            let mut parts = path.split('/');
            let first = self.schema.root().property(parts.next()?)?;
            let node = parts.try_fold(first, |node, part| node.property(part))?;
            let ty = match node.ty() {
                "integer" => Type::Int,
                "number" => Type::Float,
                "boolean" => Type::Bool,
                "array" => Type::List(Box::new(Type::Text)),
                "object" => Type::Any(Vec::new()),
                _ => Type::Text,
            };
            let (name, docs) = (path.replace('/', "."), node.docs().to_owned());
            Some(Attribute { name, docs, ty, deprecated: false })
        });
        Resource {
            type_name: type_name.to_owned(),
            attributes: attributes.collect(),
            reference: self.schema.identifier(),
            tags: self.schema.tags(),
            shape,
            shapes: self.shapes,
            metrics: Vec::new(),
        }
    }

    fn shape(&mut self, name: &str, node: Node<'a>, path: &str) -> Shape {
        let mut properties = Vec::new();
        for property in node.property_names() {
            let path = format!("{path}/{property}").trim_start_matches('/').to_owned();
            let Some(below) = node.property(property).filter(|_| !self.schema.read_only(&path))
            else {
                continue;
            };
            let fallback = format!("{name}{property}");
            let definition = node.definition_of_property(property);
            let ty = self.type_of(below, definition.unwrap_or(&fallback), &path);
            let mut built = Property {
                name: property.to_owned(),
                docs: below.docs().to_owned(),
                ty,
                required: node.requires(property),
                ..Property::default()
            };
            enrich_property(&mut built, below, self.schema, &path);
            properties.push(built);
        }
        Shape {
            name: name.to_owned(),
            docs: node.docs().to_owned(),
            properties,
            ..Shape::default()
        }
    }

    fn type_of(&mut self, node: Node<'a>, name: &str, path: &str) -> Type {
        match node.ty() {
            "string" => Type::Text,
            "integer" => Type::Int,
            "number" => Type::Float,
            "boolean" => Type::Bool,
            "array" => Type::List(Box::new(match node.items() {
                Some(items) => {
                    let name = node.definition_of_items().unwrap_or(name);
                    self.type_of(items, name, path)
                }
                None => Type::Any(Vec::new()),
            })),
            "object" if node.is_tag() => Type::Tag,
            "object" if !node.property_names().is_empty() => {
                if !self.shapes.contains_key(name) {
                    self.shapes.insert(name.to_owned(), Shape::default());
                    let shape = self.shape(name, node, path);
                    self.shapes.insert(name.to_owned(), shape);
                }
                Type::Shape(name.to_owned())
            }
            "object" => match node.values() {
                Some(values) => Type::Map(Box::new(self.type_of(values, name, path))),
                None => Type::Any(Vec::new()),
            },
            _ => Type::Any(Vec::new()),
        }
    }
}
