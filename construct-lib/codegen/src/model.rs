//! What is known of a resource type once all sources are merged.

use std::collections::BTreeMap;

/// A resource type.
#[derive(Clone, Debug, Default)]
pub struct Resource {
    /// Such as `AWS::SQS::Queue`.
    pub type_name: String,
    /// The type's own properties.
    pub shape: Shape,
    /// What `Fn::GetAtt` gives.
    pub attributes: Vec<Attribute>,
    /// The property or attribute that `Ref` gives, where it gives one.
    pub reference: Option<String>,
    /// The property types below it, by name.
    pub shapes: BTreeMap<String, Shape>,
    /// How it takes tags.
    pub tags: Option<Tags>,
    /// Its CloudWatch metrics.
    pub metrics: Vec<Metric>,
}

/// Properties that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Its name as the sources give it.
    pub name: String,
    /// Markdown.
    pub docs: String,
    /// The end of the address of its page, once it is named.
    pub page: String,
    /// By name.
    pub properties: Vec<Property>,
}

/// One property.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Property {
    /// As in a template.
    pub name: String,
    /// Markdown.
    pub docs: String,
    /// What it holds.
    pub ty: Type,
    /// Whether a template without it is refused.
    pub required: bool,
    /// Whether a change replaces the resource.
    pub replacement: Replacement,
    /// What it is when nothing is said.
    pub default: Option<String>,
    /// Whether AWS advises against it.
    pub deprecated: bool,
    /// The values that are known, of the property or of what is in its list.
    pub allowed: Vec<Allowed>,
    /// What its text may refer to: resource type and the name of the property or attribute.
    pub targets: Vec<(String, String)>,
    /// Limits on the value.
    pub limits: Limits,
}

/// One value of an enum.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Allowed {
    /// As in a template.
    pub value: String,
    /// Why not to use it.
    pub deprecated: Option<String>,
}

/// What a property holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// True or false.
    Bool,
    /// Anything, of which these shapes are examples.
    Any(Vec<String>),
    /// A key and a value.
    Tag,
    /// Several.
    List(Box<Type>),
    /// Several by name.
    Map(Box<Type>),
    /// A property type, by name.
    Shape(String),
    /// An open enum, by its Rust name.
    Enum(String),
    /// A reference kind, by its Rust name.
    Kind(String),
    /// A number of something, by the name of its label.
    Unit(&'static str),
    /// Not known yet.
    #[default]
    Unknown,
}

/// Whether changing a property replaces the resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replacement {
    /// It is changed in place.
    #[default]
    No,
    /// It depends.
    Maybe,
    /// Always.
    Yes,
}

/// Limits on a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Of a number.
    pub range: (Option<f64>, Option<f64>),
    /// Of a text, in characters.
    pub length: (Option<u64>, Option<u64>),
    /// Of a list.
    pub items: (Option<u64>, Option<u64>),
    /// A regular expression for a text.
    pub pattern: Option<String>,
}

/// What `Fn::GetAtt` gives under a name.
#[derive(Clone, Debug, Default)]
pub struct Attribute {
    /// As in a template.
    pub name: String,
    /// Markdown.
    pub docs: String,
    /// What it holds.
    pub ty: Type,
    /// Whether AWS advises against it.
    pub deprecated: bool,
}

/// How a resource type takes tags.
#[derive(Clone, Debug, PartialEq)]
pub struct Tags {
    /// The property.
    pub property: String,
    /// The form.
    pub form: TagForm,
}

/// The form that tags have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagForm {
    /// A list of `Key` and `Value`.
    List,
    /// An object.
    Map,
    /// A list of `Key`, `Value` and `PropagateAtLaunch`.
    AutoScaling,
}

/// A CloudWatch metric of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Such as `AWS/SQS`.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How it is read.
    pub statistic: String,
    /// Dimensions, with their value where it is fixed.
    pub dimensions: Vec<(String, Option<String>)>,
}

/// A label for references.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// Its Rust name.
    pub name: String,
    /// One sentence.
    pub docs: String,
    /// For a union: the kinds that may stand for it.
    pub members: Vec<String>,
}

/// A service: one module.
#[derive(Clone, Debug, Default)]
pub struct Service {
    /// Such as `AWS::SQS`.
    pub namespace: String,
    /// Such as `sqs`.
    pub module: String,
    /// The cargo feature, which siblings may share.
    pub feature: String,
    /// By type name.
    pub resources: Vec<Resource>,
    /// The property types of all resources; their names are Rust names.
    pub shapes: Vec<Shape>,
    /// Rust name and values.
    pub enums: Vec<(String, Vec<Allowed>)>,
}

impl Type {
    /// The type of what is in a list or a map, or the type itself.
    pub fn innermost(&self) -> &Type {
        match self {
            Type::List(inner) | Type::Map(inner) => inner.innermost(),
            other => other,
        }
    }

    /// Puts another type in the innermost place.
    pub fn replace_innermost(&mut self, new: Type) {
        match self {
            Type::List(inner) | Type::Map(inner) => inner.replace_innermost(new),
            other => *other = new,
        }
    }
}

impl Resource {
    /// `AWS::SQS`.
    pub fn namespace(&self) -> &str {
        self.type_name.rsplit_once("::").map_or("", |(namespace, _)| namespace)
    }

    /// Every property of the type and of the shapes below.
    pub fn properties_mut(&mut self) -> impl Iterator<Item = &mut Property> {
        let below = self.shapes.values_mut().flat_map(|it| &mut it.properties);
        self.shape.properties.iter_mut().chain(below)
    }
}
