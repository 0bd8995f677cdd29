//! Services: the types of a namespace in one module, equal shapes once, everything named.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Allowed, Property, Replacement, Resource, Service, Shape, Type};
use crate::names;

/// Namespaces whose names begin alike share a cargo feature: a registry takes 300 of them.
pub const FAMILIES: [&str; 12] = [
    "apigateway",
    "bedrock",
    "codestar",
    "elasticloadbalancing",
    "emr",
    "iot",
    "kinesis",
    "lookout",
    "media",
    "pcaconnector",
    "route53",
    "ssm",
];

/// Names that mean something else in Rust or in the generated modules.
const RESERVED: [&str; 10] =
    ["Box", "Err", "IntoVal", "None", "Ok", "Option", "Self", "Some", "String", "Vec"];

/// Property names that say nothing without the shape that they are in.
const GENERIC: [&str; 21] = [
    "Action",
    "Class",
    "Code",
    "Field",
    "Format",
    "Key",
    "Kind",
    "Level",
    "Mode",
    "Name",
    "Operator",
    "Option",
    "Policy",
    "Setting",
    "State",
    "Status",
    "Target",
    "Type",
    "Unit",
    "Value",
    "Visibility",
];

/// Groups resource types by namespace.
pub fn group(resources: Vec<Resource>) -> Vec<Service> {
    let popularity = popularity(&resources);
    let mut services: BTreeMap<String, Service> = BTreeMap::new();
    for resource in resources {
        let namespace = resource.namespace().to_owned();
        let module = module(&namespace);
        let service = services.entry(module.clone()).or_insert_with(|| Service {
            feature: feature(&module),
            namespace,
            module,
            ..Service::default()
        });
        service.resources.push(resource);
    }
    services.into_values().map(|service| name(service, &popularity)).collect()
}

/// How often other properties refer to a resource type. A name that several types of a service
/// could have goes to the most popular.
fn popularity(resources: &[Resource]) -> BTreeMap<String, usize> {
    let mut popularity = BTreeMap::new();
    for resource in resources {
        let below = resource.shapes.values().flat_map(|it| &it.properties);
        for (target, _) in resource.shape.properties.iter().chain(below).flat_map(|it| &it.targets)
        {
            *popularity.entry(target.clone()).or_default() += 1;
        }
    }
    popularity
}

/// `AWS::SQS` is `sqs`, `Alexa::ASK` is `alexa_ask`.
fn module(namespace: &str) -> String {
    let short = namespace.strip_prefix("AWS::").unwrap_or(namespace);
    short.replace("::", "_").to_ascii_lowercase()
}

fn feature(module: &str) -> String {
    let family = FAMILIES.iter().find(|family| module.starts_with(**family));
    family.map_or(module, |it| it).to_owned()
}

/// Where a shape is: the resource's index and its name there.
type Place = (usize, String);

fn name(mut service: Service, popularity: &BTreeMap<String, usize>) -> Service {
    let mut taken: BTreeSet<String> = RESERVED.iter().map(|it| (*it).to_owned()).collect();
    for resource in &mut service.resources {
        let mut name = names::pascal(&resource.shape.name);
        if taken.contains(&name) {
            name.push_str("Resource");
        }
        taken.insert(name.clone());
        resource.shape.page = std::mem::replace(&mut resource.shape.name, name);
    }
    let classes = classes(&service.resources);
    let shape_names = name_shapes(&service.resources, &classes, popularity, &mut taken);
    let mut shapes: BTreeMap<String, Shape> = BTreeMap::new();
    for (index, resource) in service.resources.iter_mut().enumerate() {
        let rename = |shape: &mut Shape| {
            for property in &mut shape.properties {
                rename(&mut property.ty, index, &shape_names);
            }
        };
        rename(&mut resource.shape);
        for (old, mut shape) in std::mem::take(&mut resource.shapes) {
            rename(&mut shape);
            let Some(name) = shape_names.get(&(index, old)) else {
                continue;
            };
            shape.page = format!("{}-{}", resource.shape.page, shape.name);
            shape.name.clone_from(name);
            match shapes.get_mut(name) {
                Some(first) => merge(first, shape),
                None => _ = shapes.insert(name.clone(), shape),
            }
        }
    }
    service.shapes = shapes.into_values().collect();
    name_enums(&mut service, popularity, &mut taken);
    service
}

fn rename(ty: &mut Type, resource: usize, names: &BTreeMap<Place, String>) {
    match ty {
        Type::List(inner) | Type::Map(inner) => rename(inner, resource, names),
        Type::Shape(name) => {
            if let Some(new) = names.get(&(resource, name.clone())) {
                name.clone_from(new);
            }
        }
        Type::Any(examples) => {
            for name in examples {
                if let Some(new) = names.get(&(resource, name.clone())) {
                    name.clone_from(new);
                }
            }
        }
        _ => {}
    }
}

/// Which shapes that the resources reach are equal, all the way down: places by class.
fn classes(resources: &[Resource]) -> BTreeMap<Place, usize> {
    let mut places: Vec<Place> = Vec::new();
    for (index, resource) in resources.iter().enumerate() {
        places.extend(reachable(resource).into_iter().map(|name| (index, name)));
    }
    let shape = |(resource, name): &Place| &resources[*resource].shapes[name];
    let mut classes: BTreeMap<Place, usize> = places.iter().map(|it| (it.clone(), 0)).collect();
    let mut count = 0;
    loop {
        let mut ids: BTreeMap<String, usize> = BTreeMap::new();
        let mut next = BTreeMap::new();
        for place in &places {
            let signature = signature(shape(place), place.0, &classes);
            let id = ids.len();
            next.insert(place.clone(), *ids.entry(signature).or_insert(id));
        }
        classes = next;
        if ids.len() == count {
            return classes;
        }
        count = ids.len();
    }
}

/// What makes two shapes differ: texts and limits do not.
fn signature(shape: &Shape, resource: usize, classes: &BTreeMap<Place, usize>) -> String {
    let mut signature = names::pascal(&shape.name);
    for property in &shape.properties {
        let Property { name, required, deprecated, .. } = property;
        let mut ty = property.ty.clone();
        number(&mut ty, resource, classes);
        let allowed: Vec<&str> = property.allowed.iter().map(|it| it.value.as_str()).collect();
        signature.push_str(&format!("\n{name} {required} {deprecated} {ty:?} {allowed:?}"));
    }
    signature
}

fn number(ty: &mut Type, resource: usize, classes: &BTreeMap<Place, usize>) {
    match ty {
        Type::List(inner) | Type::Map(inner) => number(inner, resource, classes),
        Type::Shape(name) => {
            if let Some(class) = classes.get(&(resource, name.clone())) {
                *name = class.to_string();
            }
        }
        _ => {}
    }
}

fn reachable(resource: &Resource) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![&resource.shape];
    while let Some(shape) = open.pop() {
        for property in &shape.properties {
            let names = match property.ty.innermost() {
                Type::Shape(name) => std::slice::from_ref(name),
                Type::Any(examples) => examples,
                _ => &[],
            };
            for name in names {
                if reached.insert(name.clone())
                    && let Some(shape) = resource.shapes.get(name)
                {
                    open.push(shape);
                }
            }
        }
    }
    reached
}

/// A name goes to the class whose resource is most popular; the others have their resource
/// before it.
fn name_shapes(
    resources: &[Resource],
    classes: &BTreeMap<Place, usize>,
    popularity: &BTreeMap<String, usize>,
    taken: &mut BTreeSet<String>,
) -> BTreeMap<Place, String> {
    let mut members: BTreeMap<usize, Vec<&Place>> = BTreeMap::new();
    let rank = |place: &Place| Reverse(popularity.get(&resources[place.0].type_name));
    for (place, class) in classes {
        members.entry(*class).or_default().push(place);
    }
    members.values_mut().for_each(|places| places.sort_by_key(|it| (rank(it), *it)));
    let mut order: Vec<&Vec<&Place>> = members.values().collect();
    order.sort_by_key(|places| (rank(places[0]), Reverse(places.len()), places[0]));
    let resource_names: BTreeSet<&str> =
        resources.iter().map(|it| it.shape.name.as_str()).collect();
    let mut names = BTreeMap::new();
    for places in order {
        let (first, name) = places[0];
        let plain = names::pascal(&resources[*first].shapes[name].name);
        let owner = &resources[*first].shape.name;
        let property = format!("{plain}Property");
        let owned = match plain.starts_with(owner.as_str()) {
            true => property.clone(),
            false => format!("{owner}{plain}"),
        };
        let candidates = match resource_names.contains(plain.as_str()) {
            true => [property, owned],
            false => [plain, owned],
        };
        let free = candidates.iter().find(|it| !taken.contains(*it));
        let name = names::unique(free.unwrap_or(&candidates[1]).clone(), taken);
        names.extend(places.iter().map(|place| ((*place).clone(), name.clone())));
    }
    names
}

/// Of equal shapes, one stays: with the texts of the first, and what is true of both.
fn merge(first: &mut Shape, other: Shape) {
    if first.docs.is_empty() {
        first.docs = other.docs;
    }
    for (property, other) in first.properties.iter_mut().zip(other.properties) {
        if property.docs.is_empty() {
            property.docs = other.docs;
        }
        if property.replacement != other.replacement {
            property.replacement = Replacement::Maybe;
        }
        if property.limits != other.limits {
            property.limits = Default::default();
        }
        if property.default != other.default {
            property.default = None;
        }
    }
}

/// An enum is named after its property, with the shape before it where that says too little.
fn name_enums(
    service: &mut Service,
    popularity: &BTreeMap<String, usize>,
    taken: &mut BTreeSet<String>,
) {
    type Users = Vec<(String, String)>;
    let mut classes: BTreeMap<(String, Vec<Allowed>, String), Users> = BTreeMap::new();
    for shape in shapes(service) {
        for property in shape.properties.iter().filter(|it| is_enum(it)) {
            let base = base_name(property);
            let owner =
                if GENERIC.contains(&base.as_str()) { shape.name.clone() } else { String::new() };
            let class = (base, property.allowed.clone(), owner);
            let user = (shape.name.clone(), property.name.clone());
            classes.entry(class).or_default().push(user);
        }
    }
    let resources = service.resources.iter();
    let ranks: BTreeMap<&str, Option<&usize>> =
        resources.map(|it| (it.shape.name.as_str(), popularity.get(&it.type_name))).collect();
    let rank =
        |users: &Users| users.iter().filter_map(|(shape, _)| *ranks.get(shape.as_str())?).max();
    let mut order: Vec<_> = classes.into_iter().collect();
    order.sort_by_key(|(class, users)| {
        (Reverse(rank(users).copied()), Reverse(users.len()), users[0].clone(), class.0.clone())
    });
    let mut names: BTreeMap<(String, String), String> = BTreeMap::new();
    for ((base, allowed, owner), users) in order {
        let plain = match owner.is_empty() && !taken.contains(&base) {
            true => base,
            false => names::part(&users[0].0, &base),
        };
        let name = match taken.contains(&plain) {
            true => format!("{plain}Value"),
            false => plain,
        };
        let name = names::unique(name, taken);
        service.enums.push((name.clone(), allowed));
        names.extend(users.into_iter().map(|user| (user, name.clone())));
    }
    service.enums.sort();
    let resources = service.resources.iter_mut().map(|it| &mut it.shape);
    for shape in resources.chain(&mut service.shapes) {
        for property in &mut shape.properties {
            if let Some(name) = names.get(&(shape.name.clone(), property.name.clone())) {
                property.ty.replace_innermost(Type::Enum(name.clone()));
            }
        }
    }
}

fn shapes(service: &Service) -> impl Iterator<Item = &Shape> {
    service.resources.iter().map(|it| &it.shape).chain(&service.shapes)
}

fn is_enum(property: &Property) -> bool {
    !property.allowed.is_empty() && *property.ty.innermost() == Type::Text
}

fn base_name(property: &Property) -> String {
    let name = names::pascal(&property.name);
    match property.ty {
        Type::List(_) => names::singular(&name),
        _ => name,
    }
}
