//! The CDK service spec: names, texts, attributes, references, metrics.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Error;
use crate::model::{
    Allowed, Attribute, Metric, Property, Replacement, Resource, Shape, TagForm, Tags, Type,
};

/// Reads the resource types, by name.
pub fn read(json: &str) -> Result<BTreeMap<String, Resource>, Error> {
    let database: Database = serde_json::from_str(json)?;
    let schema = &database.schema;
    let types: BTreeMap<&str, &Entity> =
        schema.type_definition.entities.iter().map(|it| (it.id.as_str(), it)).collect();
    let resources = schema.resource.entities.iter().map(|entity| {
        let mut resource = resource(entity, &types);
        resource.metrics = metrics(schema, &entity.id);
        (resource.type_name.clone(), resource)
    });
    Ok(resources.collect())
}

fn resource(entity: &Entity, types: &BTreeMap<&str, &Entity>) -> Resource {
    let mut shapes = BTreeMap::new();
    let shape = shape(entity, types, &mut shapes);
    let identifier = entity.cfn_ref_identifier.as_ref().or(entity.primary_identifier.as_ref());
    let attributes = entity.attributes.iter().map(|(name, attribute)| Attribute {
        name: name.clone(),
        docs: attribute.documentation.clone(),
        // Attributes of a shape have its parts as attributes of their own.
        ty: type_of(&attribute.r#type, types, &mut BTreeMap::new()),
        deprecated: attribute.deprecated.is_some(),
    });
    Resource {
        type_name: entity.cloud_formation_type.clone(),
        shape,
        attributes: attributes.collect(),
        reference: identifier.filter(|it| it.len() == 1).map(|it| it[0].clone()),
        shapes,
        tags: entity.tag_information.as_ref().map(|tags| Tags {
            property: tags.tag_property_name.clone(),
            form: match tags.variant.as_str() {
                "map" => TagForm::Map,
                "asg" => TagForm::AutoScaling,
                _ => TagForm::List,
            },
        }),
        metrics: Vec::new(),
    }
}

fn shape(
    entity: &Entity,
    types: &BTreeMap<&str, &Entity>,
    shapes: &mut BTreeMap<String, Shape>,
) -> Shape {
    let properties = entity.properties.iter().map(|(name, property)| Property {
        name: name.clone(),
        docs: property.documentation.clone(),
        ty: type_of(&property.r#type, types, shapes),
        required: property.required,
        replacement: match property.causes_replacement.as_deref() {
            Some("yes") => Replacement::Yes,
            Some("maybe") => Replacement::Maybe,
            _ => Replacement::No,
        },
        default: property.default_value.as_ref().map(text).filter(|it| !it.is_empty()),
        deprecated: property.deprecated.is_some(),
        allowed: property.r#type.allowed(),
        targets: property
            .relationship_refs
            .iter()
            .map(|it| (it.cloud_formation_type.clone(), it.property_name.clone()))
            .collect(),
        ..Property::default()
    });
    Shape {
        name: entity.name.clone(),
        docs: entity.documentation.clone(),
        properties: properties.collect(),
        ..Shape::default()
    }
}

fn type_of(
    raw: &RawType,
    types: &BTreeMap<&str, &Entity>,
    shapes: &mut BTreeMap<String, Shape>,
) -> Type {
    let element = |shapes: &mut BTreeMap<String, Shape>| {
        let element = raw.element.as_deref().map(|it| type_of(it, types, shapes));
        Box::new(element.unwrap_or(Type::Any(Vec::new())))
    };
    match raw.r#type.as_str() {
        "string" | "date-time" => Type::Text,
        "integer" => Type::Int,
        "number" => Type::Float,
        "boolean" => Type::Bool,
        "tag" => Type::Tag,
        "array" => Type::List(element(shapes)),
        "map" => Type::Map(element(shapes)),
        "ref" => {
            let id = raw.reference.as_ref().map(|it| it.id.as_str()).unwrap_or_default();
            let Some(entity) = types.get(id) else {
                return Type::Any(Vec::new());
            };
            if !shapes.contains_key(&entity.name) {
                // Before its properties: a type may contain itself.
                shapes.insert(entity.name.clone(), Shape::default());
                let shape = shape(entity, types, shapes);
                shapes.insert(entity.name.clone(), shape);
            }
            Type::Shape(entity.name.clone())
        }
        "union" => {
            // JSON may stand for any shape: it is no alternative of its own.
            let alternatives = raw.types.iter().filter(|it| it.r#type != "json");
            let mut alternatives: Vec<Type> =
                alternatives.map(|it| type_of(it, types, shapes)).collect();
            if alternatives.len() == 1 && alternatives[0] != Type::Text {
                return alternatives.remove(0);
            }
            let examples = alternatives.iter().filter_map(|it| match it.innermost() {
                Type::Shape(name) => Some(name.clone()),
                _ => None,
            });
            Type::Any(examples.collect())
        }
        _ => Type::Any(Vec::new()),
    }
}

fn metrics(schema: &Schema, id: &str) -> Vec<Metric> {
    let own: Vec<&str> = schema.resource_has_dimension_set.of(id).collect();
    let mut metrics: Vec<Metric> = Vec::new();
    for metric in schema.resource_has_metric.of(id) {
        let Some(metric) = schema.metric.entities.iter().find(|it| it.id == metric) else {
            continue;
        };
        let sets = schema.uses_dimension_set.of(&metric.id).filter(|set| own.contains(set));
        for set in sets {
            let Some(set) = schema.dimension_set.entities.iter().find(|it| it.id == set) else {
                continue;
            };
            let dimensions = set.dimensions.iter().map(|it| (it.name.clone(), it.value.clone()));
            metrics.push(Metric {
                namespace: metric.namespace.clone(),
                name: metric.name.clone(),
                statistic: metric.statistic.clone(),
                dimensions: dimensions.collect(),
            });
        }
    }
    metrics
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.trim_matches('"').to_owned(),
        other => other.to_string(),
    }
}

impl RawType {
    fn allowed(&self) -> Vec<Allowed> {
        let known = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let own = self.allowed_values.iter().filter_map(known);
        let own: Vec<_> = own.map(|value| Allowed { value, deprecated: None }).collect();
        match &self.element {
            Some(element) if own.is_empty() => element.allowed(),
            _ => own,
        }
    }
}

impl Relation {
    fn of<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a str> {
        self.forward.get(id).into_iter().flatten().map(|it| it.id.as_str())
    }
}

#[derive(Deserialize)]
struct Database {
    schema: Schema,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Schema {
    resource: Table<Entity>,
    type_definition: Table<Entity>,
    metric: Table<RawMetric>,
    dimension_set: Table<DimensionSet>,
    resource_has_metric: Relation,
    resource_has_dimension_set: Relation,
    uses_dimension_set: Relation,
}

#[derive(Deserialize)]
struct Table<T> {
    entities: Vec<T>,
}

#[derive(Deserialize)]
struct Relation {
    forward: BTreeMap<String, Vec<Id>>,
}

#[derive(Deserialize)]
struct Id {
    #[serde(rename = "$id", alias = "$ref")]
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Entity {
    #[serde(rename = "$id")]
    id: String,
    name: String,
    cloud_formation_type: String,
    documentation: String,
    properties: BTreeMap<String, RawProperty>,
    attributes: BTreeMap<String, RawProperty>,
    primary_identifier: Option<Vec<String>>,
    cfn_ref_identifier: Option<Vec<String>>,
    tag_information: Option<TagInformation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagInformation {
    tag_property_name: String,
    variant: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawProperty {
    r#type: RawType,
    #[serde(default)]
    documentation: String,
    #[serde(default)]
    required: bool,
    causes_replacement: Option<String>,
    default_value: Option<serde_json::Value>,
    deprecated: Option<String>,
    #[serde(default)]
    relationship_refs: Vec<Relationship>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    cloud_formation_type: String,
    property_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawType {
    r#type: String,
    element: Option<Box<RawType>>,
    reference: Option<Id>,
    #[serde(default)]
    types: Vec<RawType>,
    #[serde(default)]
    allowed_values: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct RawMetric {
    #[serde(rename = "$id")]
    id: String,
    name: String,
    namespace: String,
    statistic: String,
}

#[derive(Deserialize)]
struct DimensionSet {
    #[serde(rename = "$id")]
    id: String,
    dimensions: Vec<Dimension>,
}

#[derive(Deserialize)]
struct Dimension {
    name: String,
    value: Option<String>,
}
