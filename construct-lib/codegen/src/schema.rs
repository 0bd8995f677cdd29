//! The registry schemas: constraints, and the types that the service spec does not have yet.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Error;
use crate::model::{Allowed, Limits, Replacement, TagForm, Tags};

/// The registry schema of one resource type.
pub struct Schema(Value);

/// A place in a schema, references followed.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    document: &'a Value,
    value: &'a Value,
}

/// Reads the schemas, by type name.
pub fn read(files: &[String]) -> Result<BTreeMap<String, Schema>, Error> {
    let mut schemas = BTreeMap::new();
    for file in files {
        let schema: Value = serde_json::from_str(file)?;
        let name = schema["typeName"].as_str().ok_or("a schema without a type name")?.to_owned();
        schemas.insert(name, Schema(schema));
    }
    Ok(schemas)
}

impl Schema {
    /// The resource's own properties.
    pub fn root(&self) -> Node<'_> {
        Node { document: &self.0, value: &self.0 }
    }

    /// Whether a change of the property at a path such as `A/B` replaces the resource.
    pub fn replacement(&self, path: &str) -> Replacement {
        match () {
            () if self.lists("createOnlyProperties", path) => Replacement::Yes,
            () if self.lists("conditionalCreateOnlyProperties", path) => Replacement::Maybe,
            () => Replacement::No,
        }
    }

    /// Whether only AWS writes the property at a path.
    pub fn read_only(&self, path: &str) -> bool {
        self.lists("readOnlyProperties", path)
    }

    /// Whether AWS advises against the property at a path.
    pub fn deprecated(&self, path: &str) -> bool {
        self.lists("deprecatedProperties", path)
    }

    /// What `Ref` gives.
    pub fn identifier(&self) -> Option<String> {
        match self.0["primaryIdentifier"].as_array().map(Vec::as_slice) {
            Some([one]) => one.as_str()?.strip_prefix("/properties/").map(str::to_owned),
            _ => None,
        }
    }

    /// The paths that only AWS writes.
    pub fn read_only_paths(&self) -> Vec<String> {
        let paths = self.0["readOnlyProperties"].as_array().into_iter().flatten();
        let paths = paths.filter_map(|it| it.as_str()?.strip_prefix("/properties/"));
        paths.filter(|path| !path.contains('*')).map(str::to_owned).collect()
    }

    /// How it takes tags.
    pub fn tags(&self) -> Option<Tags> {
        let tagging = &self.0["tagging"];
        if tagging["taggable"] == Value::Bool(false) {
            return None;
        }
        let property = tagging["tagProperty"].as_str().unwrap_or("/properties/Tags");
        let property = property.strip_prefix("/properties/")?.to_owned();
        let node = self.root().property(&property)?;
        let form = match node.items() {
            Some(item) if item.is_tag() => TagForm::List,
            Some(_) => return None,
            None if node.is_map() => TagForm::Map,
            None => return None,
        };
        Some(Tags { property, form })
    }

    fn lists(&self, list: &str, path: &str) -> bool {
        let paths = self.0[list].as_array().into_iter().flatten();
        paths.filter_map(Value::as_str).any(|it| {
            it.strip_prefix("/properties/").is_some_and(|it| it.replace("/*", "") == path)
        })
    }
}

impl<'a> Node<'a> {
    fn at(self, value: &'a Value) -> Node<'a> {
        let mut node = Node { value, ..self };
        // A chain of references longer than this would be a circle.
        for _ in 0..8 {
            let Some(pointer) = node.value["$ref"].as_str().and_then(|it| it.strip_prefix('#'))
            else {
                break;
            };
            match node.document.pointer(pointer) {
                Some(value) => node.value = value,
                None => break,
            }
        }
        node
    }

    /// The name of the definition that a node's raw value refers to.
    pub fn definition_of_property(self, name: &str) -> Option<&'a str> {
        definition_name(&self.value["properties"][name])
    }

    /// The name of the definition that the items of a list refer to.
    pub fn definition_of_items(self) -> Option<&'a str> {
        definition_name(&self.value["items"])
    }

    /// What is said of it besides its properties: itself and its alternatives.
    fn branches(self) -> impl Iterator<Item = Node<'a>> {
        let alternatives = ["allOf", "oneOf", "anyOf"].into_iter();
        let alternatives = alternatives.filter_map(move |it| self.value[it].as_array()).flatten();
        std::iter::once(self).chain(alternatives.map(move |it| self.at(it)))
    }

    /// One of its properties.
    pub fn property(self, name: &str) -> Option<Node<'a>> {
        let found = self.branches().find_map(|it| Some((it, it.value["properties"].get(name)?)));
        found.map(|(node, value)| node.at(value))
    }

    /// The names of its properties, sorted.
    pub fn property_names(self) -> Vec<&'a str> {
        let maps = self.branches().filter_map(|it| it.value["properties"].as_object());
        let mut names: Vec<&str> = maps.flat_map(|it| it.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether it can't do without a property.
    pub fn requires(self, name: &str) -> bool {
        let required = self.value["required"].as_array();
        required.is_some_and(|it| it.iter().any(|it| it == name))
    }

    /// What its list holds.
    pub fn items(self) -> Option<Node<'a>> {
        self.value.get("items").map(|it| self.at(it))
    }

    /// What it holds under names that the schema does not say.
    pub fn values(self) -> Option<Node<'a>> {
        let pattern = self.value["patternProperties"].as_object().and_then(|it| it.values().next());
        let additional = self.value.get("additionalProperties").filter(|it| it.is_object());
        pattern.or(additional).map(|it| self.at(it))
    }

    /// Whether it is an object whose names the schema does not say.
    pub fn is_map(self) -> bool {
        self.property_names().is_empty() && self.values().is_some()
    }

    /// Whether it is a key and a value, both text.
    pub fn is_tag(self) -> bool {
        let names = self.property_names();
        names == ["Key", "Value"]
            && names.iter().all(|name| self.property(name).is_some_and(|it| it.ty() == "string"))
    }

    /// Its JSON type, empty where there are several or none.
    pub fn ty(self) -> &'a str {
        match &self.value["type"] {
            Value::String(one) => one,
            // `["object", "string"]` is how schemas say that JSON may be quoted.
            _ if !self.property_names().is_empty() => "object",
            _ => "",
        }
    }

    /// Markdown.
    pub fn docs(self) -> &'a str {
        self.value["description"].as_str().unwrap_or_default()
    }

    /// What it is when nothing is said.
    pub fn default(self) -> Option<String> {
        match &self.value["default"] {
            Value::Null | Value::Array(_) | Value::Object(_) => None,
            Value::String(text) => Some(text.clone()).filter(|it| !it.is_empty()),
            other => Some(other.to_string()),
        }
    }

    /// The values that it may have, if they are text.
    pub fn allowed(self) -> Vec<Allowed> {
        let lists = self.branches().filter_map(|it| it.value["enum"].as_array()).flatten();
        let texts = lists.filter_map(Value::as_str);
        texts.map(|value| Allowed { value: value.to_owned(), deprecated: None }).collect()
    }

    /// What its text refers to, such as `AWS::IAM::Role.Arn`.
    pub fn targets(self) -> Vec<(String, String)> {
        let formats = self.branches().filter_map(|it| it.value["format"].as_str());
        let targets = formats.filter_map(|format| format.rsplit_once('.'));
        let targets = targets.filter(|(resource, _)| resource.starts_with("AWS::"));
        targets.map(|(resource, name)| (resource.to_owned(), name.to_owned())).collect()
    }

    /// Limits on its value.
    pub fn limits(self) -> Limits {
        let count = |name| self.value.get(name).and_then(Value::as_u64);
        let number = |name| self.value.get(name).and_then(Value::as_f64);
        Limits {
            range: (number("minimum"), number("maximum")),
            length: (count("minLength"), count("maxLength")),
            items: (count("minItems"), count("maxItems")),
            pattern: self.value["pattern"].as_str().map(str::to_owned),
        }
    }
}

fn definition_name(value: &Value) -> Option<&str> {
    value["$ref"].as_str()?.strip_prefix("#/definitions/")
}
