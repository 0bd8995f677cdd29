//! Reference kinds: what a text refers to, so that a bucket's ARN can't stand for a role's.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Kind, Property, Resource, Type};
use crate::names;

/// A kind before it has a name: namespace, resource and the part of it, joined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Raw {
    namespace: String,
    resource: String,
    /// Such as `RoleArn`.
    name: String,
}

/// Whose name needs no service before it, where several services have a resource of the name.
const OWNERS: [(&str, &str); 28] = [
    ("Alarm", "AWS::CloudWatch"),
    ("AutoScalingGroup", "AWS::AutoScaling"),
    ("Bucket", "AWS::S3"),
    ("Certificate", "AWS::CertificateManager"),
    ("EventBus", "AWS::Events"),
    ("FileSystem", "AWS::EFS"),
    ("Function", "AWS::Lambda"),
    ("Group", "AWS::IAM"),
    ("HostedZone", "AWS::Route53"),
    ("Instance", "AWS::EC2"),
    ("InstanceProfile", "AWS::IAM"),
    ("Key", "AWS::KMS"),
    ("Listener", "AWS::ElasticLoadBalancingV2"),
    ("LoadBalancer", "AWS::ElasticLoadBalancingV2"),
    ("LogGroup", "AWS::Logs"),
    ("Policy", "AWS::IAM"),
    ("Queue", "AWS::SQS"),
    ("Role", "AWS::IAM"),
    ("RouteTable", "AWS::EC2"),
    ("Secret", "AWS::SecretsManager"),
    ("SecurityGroup", "AWS::EC2"),
    ("Subnet", "AWS::EC2"),
    ("Table", "AWS::DynamoDB"),
    ("TargetGroup", "AWS::ElasticLoadBalancingV2"),
    ("Topic", "AWS::SNS"),
    ("User", "AWS::IAM"),
    ("VPC", "AWS::EC2"),
    ("Volume", "AWS::EC2"),
];

/// Kinds that constructs and environments use, whether or not a property refers to them.
const ALWAYS: [(&str, &str); 15] = [
    ("AWS::CloudWatch::Alarm", "Arn"),
    ("AWS::IAM::Role", "Arn"),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::KMS::Key", "Arn"),
    ("AWS::Lambda::Function", "Arn"),
    ("AWS::Lambda::Function", "FunctionName"),
    ("AWS::Logs::LogGroup", "Arn"),
    ("AWS::Logs::LogGroup", "LogGroupName"),
    ("AWS::S3::Bucket", "Arn"),
    ("AWS::S3::Bucket", "BucketName"),
    ("AWS::SNS::Topic", "TopicArn"),
    ("AWS::SNS::Topic", "TopicName"),
    ("AWS::SQS::Queue", "Arn"),
    ("AWS::SQS::Queue", "QueueName"),
    ("AWS::SQS::Queue", "QueueUrl"),
];

/// Resources that stand for another one of their service.
const STAND_INS: [&str; 3] = ["Alias", "ReplicaKey", "Version"];

/// Gives properties and attributes their kinds; returns all kinds, by name.
pub fn assign(resources: &mut [Resource]) -> Vec<Kind> {
    let known: BTreeSet<String> = resources.iter().map(|it| it.type_name.clone()).collect();
    resources.iter_mut().for_each(own_names);
    let mut kinds = Kinds::collect(resources, &known);
    for resource in resources.iter_mut() {
        let type_name = resource.type_name.clone();
        for property in resource.properties_mut() {
            if let Some(name) = kinds.of_property(property, &known) {
                property.ty.replace_innermost(Type::Kind(name));
            }
        }
        for property in &mut resource.shape.properties {
            let own = raw(&type_name, &property.name);
            if property.ty == Type::Text
                && property.allowed.is_empty()
                && property.targets.is_empty()
                && let Some(name) = kinds.names.get(&own)
            {
                property.ty = Type::Kind(name.clone());
            }
        }
        for attribute in &mut resource.attributes {
            let own = raw(&type_name, &attribute.name);
            if attribute.ty == Type::Text
                && let Some(name) = kinds.names.get(&own)
            {
                attribute.ty = Type::Kind(name.clone());
            }
        }
    }
    kinds.list()
}

/// A resource's own name refers to nothing else, whatever the sources guess: that of a log group
/// looks like a function's.
fn own_names(resource: &mut Resource) {
    let whole = names::pascal(&resource.shape.name);
    for property in &mut resource.shape.properties {
        if names::pascal(&property.name) == format!("{whole}Name") {
            property.targets.retain(|(target, _)| *target == resource.type_name);
        }
    }
}

struct Kinds {
    names: BTreeMap<Raw, String>,
    /// Members of the union that stands for any reference to a resource.
    unions: BTreeMap<String, (String, BTreeSet<String>)>,
}

impl Kinds {
    fn collect(resources: &mut [Resource], known: &BTreeSet<String>) -> Kinds {
        let mut raws: BTreeSet<Raw> = ALWAYS.iter().map(|(of, name)| raw(of, name)).collect();
        for resource in resources {
            for property in resource.properties_mut().filter(|it| takes_kind(it)) {
                let raw = raws_of(property, known);
                if raw.len() == 1 || principal(&raw).is_some() {
                    raws.extend(raw);
                }
            }
        }
        let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for raw in &raws {
            users.entry(raw.name.clone()).or_default().insert(raw.namespace.clone());
        }
        let name = |raw: &Raw| match users[&raw.name].len() {
            1 => raw.name.clone(),
            _ if owns(raw) => raw.name.clone(),
            _ => service(raw) + &raw.name,
        };
        let names = raws.iter().map(|raw| (raw.clone(), name(raw))).collect();
        Kinds { names, unions: BTreeMap::new() }
    }

    fn of_property(&mut self, property: &Property, known: &BTreeSet<String>) -> Option<String> {
        if !takes_kind(property) {
            return None;
        }
        let raws: Vec<Raw> = raws_of(property, known).into_iter().collect();
        if let [one] = &raws[..] {
            return self.names.get(one).cloned();
        }
        let principal = principal(&raws)?;
        let ambiguous = self
            .names
            .keys()
            .any(|it| it.resource == principal.resource && it.namespace != principal.namespace);
        let service =
            if ambiguous && !owns(principal) { service(principal) } else { String::new() };
        let resource = names::pascal(&principal.resource);
        let name = format!("Any{service}{resource}");
        let of = format!("{}::{}", principal.namespace, principal.resource);
        let union = self.unions.entry(name.clone()).or_insert((of, BTreeSet::new()));
        union.1.extend(raws.iter().filter_map(|it| self.names.get(it).cloned()));
        Some(name)
    }

    fn list(self) -> Vec<Kind> {
        let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
        for (raw, name) in self.names {
            let part = match raw.name.strip_prefix(&names::pascal(&raw.resource)) {
                Some("Arn") => "ARN".to_owned(),
                Some("Id") => "id".to_owned(),
                Some("Name") => "name".to_owned(),
                Some("Url") => "URL".to_owned(),
                _ => format!("`{}`", raw.name),
            };
            let docs = format!("The {part} of an `{}::{}`.", raw.namespace, raw.resource);
            // One kind that two resources give, such as a security group's id.
            kinds.entry(name.clone()).or_insert(Kind { name, docs, members: Vec::new() });
        }
        for (name, (of, members)) in self.unions {
            let docs = format!("Whatever an `{of}` can be named by.");
            let members = members.into_iter().collect();
            kinds.insert(name.clone(), Kind { name, docs, members });
        }
        kinds.into_values().collect()
    }
}

fn takes_kind(property: &Property) -> bool {
    *property.ty.innermost() == Type::Text && property.allowed.is_empty()
}

fn raws_of(property: &Property, known: &BTreeSet<String>) -> BTreeSet<Raw> {
    let targets = property.targets.iter().map(|(of, name)| {
        // The registry's formats know this namespace by its service's name.
        raw(&of.replace("AWS::ACM::", "AWS::CertificateManager::"), name)
    });
    let raws: BTreeSet<Raw> = targets.filter(|it| is_known(it, known)).collect();
    match raws.iter().any(|it| names::share_word(&property.name, &it.resource)) {
        true => raws,
        // The sources learn from examples. Where the property's own name does not say what it
        // refers to, there may be more than the examples show.
        false => BTreeSet::new(),
    }
}

fn is_known(raw: &Raw, known: &BTreeSet<String>) -> bool {
    let type_name = format!("{}::{}", raw.namespace, raw.resource);
    let has_part = raw.name != names::pascal(&raw.resource);
    has_part && (known.contains(&type_name) || type_name == "AWS::EC2::Image")
}

fn raw(type_name: &str, part: &str) -> Raw {
    let (type_name, part) = match (type_name, part) {
        // These are spelled in several ways.
        ("AWS::EC2::VPC", "DefaultSecurityGroup") => ("AWS::EC2::SecurityGroup", "Id"),
        ("AWS::CertificateManager::Certificate", "Id" | "CertificateArn") => (type_name, "Arn"),
        ("AWS::Lambda::Alias", "Id" | "AliasArn") => (type_name, "Arn"),
        ("AWS::Lambda::Version", "Id" | "FunctionArn") => (type_name, "Arn"),
        (_, "Ids") => (type_name, "Id"),
        (_, "Names") => (type_name, "Name"),
        same => same,
    };
    let (namespace, resource) = type_name.rsplit_once("::").unwrap_or(("", type_name));
    Raw {
        namespace: namespace.to_owned(),
        resource: resource.to_owned(),
        name: names::part(resource, part),
    }
}

/// The one resource that all refer to, itself or through its aliases and versions.
fn principal<'a>(raws: impl IntoIterator<Item = &'a Raw>) -> Option<&'a Raw> {
    let mut principal: Option<&Raw> = None;
    let mut namespace = None;
    for raw in raws {
        let part = raw.name.strip_prefix(&names::pascal(&raw.resource)).unwrap_or_default();
        if !["Arn", "Id", "Name"].contains(&part) {
            return None;
        }
        if *namespace.get_or_insert(&raw.namespace) != &raw.namespace {
            return None;
        }
        if STAND_INS.contains(&raw.resource.as_str()) {
            continue;
        }
        match principal {
            Some(other) if other.resource != raw.resource => return None,
            _ => principal = Some(raw),
        }
    }
    principal
}

fn owns(raw: &Raw) -> bool {
    OWNERS.contains(&(&raw.resource, &raw.namespace))
}

fn service(raw: &Raw) -> String {
    names::pascal(raw.namespace.rsplit("::").next().unwrap_or_default())
}
