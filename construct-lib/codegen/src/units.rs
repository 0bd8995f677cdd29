//! Which numbers count seconds, days or bytes: by their names, by what their texts say, and by
//! a list.

use crate::model::{Property, Resource, Shape, Type};

/// Ends of names, with the label that they mean. Longer ones first.
const SUFFIXES: [(&str, Option<&str>); 17] = [
    ("Milliseconds", None),
    ("Microseconds", None),
    ("Nanoseconds", None),
    ("Seconds", Some("Seconds")),
    ("InMinutes", Some("Minutes")),
    ("Minutes", Some("Minutes")),
    ("InDays", Some("Days")),
    ("Days", Some("Days")),
    ("KiloBytes", None),
    ("InMB", Some("Megabytes")),
    ("InMBs", Some("Megabytes")),
    ("InMiB", Some("Megabytes")),
    ("SizeInMegaBytes", Some("Megabytes")),
    ("InGB", Some("Gigabytes")),
    ("InGBs", Some("Gigabytes")),
    ("InGiB", Some("Gigabytes")),
    ("InBytes", Some("Bytes")),
];

/// What a text's first sentence says of a number, with the label that it means.
const PHRASES: [(&str, &str); 9] = [
    (" in seconds", "Seconds"),
    ("(in seconds)", "Seconds"),
    ("number of seconds", "Seconds"),
    ("(seconds)", "Seconds"),
    (" in minutes", "Minutes"),
    ("(in minutes)", "Minutes"),
    ("number of minutes", "Minutes"),
    (" in days", "Days"),
    ("number of days", "Days"),
];

/// What a sentence says of a number that is not, or not only, an amount of one unit.
const OTHERWISE: [&str; 6] = ["epoch", "hours", "milli", "month", "timestamp", "week"];

/// What neither name nor text says clearly: resource or property type, property, label.
const LISTED: [(&str, &str, &str); 14] = [
    ("AWS::EC2::Instance/Ebs", "VolumeSize", "Gigabytes"),
    ("AWS::EC2::LaunchTemplate/Ebs", "VolumeSize", "Gigabytes"),
    ("AWS::EC2::Volume", "Size", "Gigabytes"),
    ("AWS::ECS::TaskDefinition/ContainerDefinition", "Memory", "Megabytes"),
    ("AWS::ECS::TaskDefinition/ContainerDefinition", "MemoryReservation", "Megabytes"),
    ("AWS::ECS::TaskDefinition/EphemeralStorage", "SizeInGiB", "Gigabytes"),
    ("AWS::Lambda::Function", "MemorySize", "Megabytes"),
    ("AWS::Lambda::Function", "Timeout", "Seconds"),
    ("AWS::Lambda::Function/EphemeralStorage", "Size", "Megabytes"),
    ("AWS::S3::Bucket/Rule", "ObjectSizeGreaterThan", "Bytes"),
    ("AWS::S3::Bucket/Rule", "ObjectSizeLessThan", "Bytes"),
    ("AWS::SQS::Queue", "MaximumMessageSize", "Bytes"),
    ("AWS::SQS::Queue", "MessageRetentionPeriod", "Seconds"),
    ("AWS::SQS::Queue", "VisibilityTimeout", "Seconds"),
];

/// Labels the numbers.
pub fn assign(resources: &mut [Resource]) {
    for resource in resources {
        let name = resource.type_name.clone();
        label(&name, &mut resource.shape);
        for (shape, it) in &mut resource.shapes {
            label(&format!("{name}/{shape}"), it);
        }
    }
}

fn label(owner: &str, shape: &mut Shape) {
    let names: Vec<String> = shape.properties.iter().map(|it| it.name.clone()).collect();
    for property in &mut shape.properties {
        let said_elsewhere = names.iter().any(|name| {
            name.strip_prefix(&property.name).is_some_and(|it| it == "Unit" || it == "Units")
        });
        // A number that may be negative is not only an amount: -1 often means "forever".
        let amount = property.limits.range.0.is_none_or(|it| it >= 0.0);
        if amount && !said_elsewhere {
            label_property(owner, property);
        }
    }
}

fn label_property(owner: &str, property: &mut Property) {
    if matches!(property.ty, Type::Int | Type::Float)
        && let Some(unit) = unit(owner, property)
    {
        property.ty = Type::Unit(unit);
    }
}

fn unit(owner: &str, property: &Property) -> Option<&'static str> {
    let listed = LISTED.iter().find(|(of, name, _)| *of == owner && *name == property.name);
    if let Some((_, _, unit)) = listed {
        return Some(unit);
    }
    if [" -1", "`-1"].iter().any(|it| property.docs.contains(it)) {
        return None;
    }
    if let Some((_, unit)) = SUFFIXES.iter().find(|(suffix, _)| property.name.ends_with(suffix)) {
        return *unit;
    }
    let docs = property.docs.to_ascii_lowercase();
    let sentence = docs.split(". ").next().unwrap_or_default();
    if property.name.contains("Milli") || OTHERWISE.iter().any(|it| sentence.contains(it)) {
        return None;
    }
    let mut said = PHRASES.iter().filter(|(phrase, _)| sentence.contains(phrase));
    let (_, unit) = said.next()?;
    said.all(|(_, other)| other == unit).then_some(unit)
}
