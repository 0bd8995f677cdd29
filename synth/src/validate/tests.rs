//! What is found, and that nothing is where there is nothing.

use std::{fs, path::Path};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Severity, check};
use crate::template::parse;

/// `error required Job.Properties: …` for each finding.
fn found(template: &str, region: Option<&str>) -> Vec<String> {
    let findings = check(&parse(template).unwrap(), region);
    let line = |it: &super::Finding| {
        format!("{} {} {}: {}", it.severity.name(), it.rule, it.place(), it.message)
    };
    findings.iter().map(line).collect()
}

/// The findings in the properties of a single resource.
fn in_properties(type_name: &str, properties: &str) -> Vec<String> {
    let template = format!(
        "Parameters: {{P: {{Type: String}}}}\nConditions: {{C: !Equals [!Ref P, a]}}\n\
         Resources: {{R: {{Type: '{type_name}', Properties: {properties}}}}}"
    );
    found(&template, None).iter().map(|it| it.replace("R.Properties", "")).collect()
}

#[test]
fn a_rule_that_a_resource_accepts_only_warns() {
    let template = "Resources: {R: {Type: 'AWS::SQS::Queue', Properties: {Delay: 1}, \
                    Metadata: {'synth:accept': [unknown-property]}}}";
    let expected = "warning unknown-property R.Properties.Delay: there is no such property";
    assert_eq!(found(template, None), [expected]);
}

#[test]
fn each_kind_of_rule_finds_its_mistake() {
    let function = "Code: {ZipFile: x}, Handler: i.h, Role: !Ref P";
    let function = |more: &str| format!("{{{function}, Runtime: nodejs24.x, {more}}}");
    for (type_name, properties, expected) in [
        ("AWS::Lambda::Function", "{Code: {}}", "error required : `Role` is missing"),
        (
            "AWS::SQS::Queue",
            "{Delay: 1}",
            "error unknown-property .Delay: there is no such property",
        ),
        (
            "AWS::SQS::Queue",
            "{DelaySeconds: soon}",
            "error type .DelaySeconds: is text, but has to be an integer",
        ),
        (
            "AWS::SQS::Queue",
            "{Tags: {a: b}}",
            "error type .Tags: is a mapping, but has to be a list",
        ),
        (
            "AWS::SQS::Queue",
            "{DelaySeconds: }",
            "error type .DelaySeconds: is empty (null), but has to be an integer",
        ),
        (
            "AWS::Lambda::Function",
            &function("Architectures: [arm65]"),
            "error enum .Architectures[0]: \"arm65\" is none of: x86_64, arm64",
        ),
        (
            "AWS::Lambda::Function",
            &function("MemorySize: 64"),
            "error range .MemorySize: 64 is below the minimum of 128",
        ),
        (
            "AWS::Lambda::Function",
            &function("MemorySize: '64'"),
            "error range .MemorySize: 64 is below the minimum of 128",
        ),
        (
            "AWS::SQS::Queue",
            "{DelaySeconds: 901}",
            "error range .DelaySeconds: 901 is above the maximum of 900",
        ),
        ("AWS::SQS::Queue", "{Tags: [{Key: '', Value: b}]}", "error length .Tags[0].Key: is empty"),
        (
            "AWS::S3::Bucket",
            "{BucketName: Photos}",
            "warning pattern .BucketName: \"Photos\" does not match ^([a-z0-9][a-z0-9.-]*[a-z0-9])?$",
        ),
        ("AWS::SQS::Queue", "{Arn: x}", "error read-only .Arn: can't be set: AWS fills it in"),
        (
            "AWS::Events::Rule",
            "{Name: x}",
            "error required : needs one of EventPattern, ScheduleExpression",
        ),
        (
            "AWS::EC2::Subnet",
            "{VpcId: v, CidrBlock: 10.0.0.0/24, AvailabilityZone: a, AvailabilityZoneId: b}",
            "error excluded : `AvailabilityZoneId` does not go with `AvailabilityZone`",
        ),
        (
            "AWS::Batch::JobQueue",
            "{Priority: 1}",
            "error required : needs ComputeEnvironmentOrder, or ServiceEnvironmentOrder",
        ),
        (
            "AWS::Batch::JobQueue",
            "{Priority: 1, ComputeEnvironmentOrder: [], ServiceEnvironmentOrder: []}",
            "error excluded : takes only one of ComputeEnvironmentOrder, ServiceEnvironmentOrder",
        ),
        (
            "AWS::DynamoDB::Table",
            "{KeySchema: [{AttributeName: a, KeyType: RANGE}]}",
            "error enum .KeySchema[0].KeyType: \"RANGE\" is none of: HASH",
        ),
        (
            "AWS::SQS::Queue",
            "{FifoQueue: true, QueueName: jobs}",
            "error condition .QueueName: this does not go with FifoQueue",
        ),
        (
            "AWS::DynamoDB::Table",
            "{BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: a, KeyType: HASH}], ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}}",
            "error condition .ProvisionedThroughput.ReadCapacityUnits: a table that is paid per request has no ProvisionedThroughput",
        ),
        (
            "AWS::Lambda::Function",
            &function("Layers: []").replace("24", "12"),
            "error retired .Runtime: AWS no longer supports nodejs12.x since 2023-03-31",
        ),
        (
            "AWS::Lambda::Function",
            &function("Architectures: [arm64, arm64]"),
            "error unique .Architectures[1]: is there twice",
        ),
        (
            "AWS::SQS::Queue",
            "{DelaySeconds: !If [C, 901, 5]}",
            "error range .DelaySeconds.Fn::If[1]: 901 is above the maximum of 900",
        ),
        (
            "AWS::SQS::Queue",
            "{RedrivePolicy: !If [C, {max: 1}, !Ref AWS::NoValue]}",
            "error unknown-property .RedrivePolicy.Fn::If[1].max: there is no such property",
        ),
        (
            "AWS::SQS::Queue",
            "{QueueName: !Ref Q}",
            "error reference .QueueName: there is no parameter or resource `Q` in the template",
        ),
        (
            "AWS::SQS::Queue",
            "{QueueName: !Sub '${P}-${Q.Arn}'}",
            "error reference .QueueName: there is no resource `Q` in the template",
        ),
        (
            "AWS::SQS::Queue",
            "{QueueName: !If [D, a, b]}",
            "error reference .QueueName: there is no condition `D` in the template",
        ),
    ] {
        let found = in_properties(type_name, properties);
        assert!(found.iter().any(|it| it == expected), "{properties}: {found:#?}");
    }
}

#[test]
fn the_frame_of_a_template_is_checked() {
    for (template, expected) in [
        ("Outputs: {}", "error required : `Resources` is missing"),
        ("Resources: {}\nOutput: {}", "error section Output: there is no such section"),
        ("Resources: {A: 1}", "error type A: has to be a mapping with a Type"),
        ("Resources: {A: {Properties: {}}}", "error required A: `Type` is missing"),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, DependOn: A}}",
            "error attribute A.DependOn: a resource has no such attribute",
        ),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, DeletionPolicy: Keep}}",
            "error enum A.DeletionPolicy: \"Keep\" is none of: Delete, Retain, RetainExceptOnCreate, Snapshot",
        ),
        (
            "Resources: {A: {Type: AWS::SNS::Topc}}",
            "error unknown-type A.Type: there was no type AWS::SNS::Topc on 2026-10-20",
        ),
        (
            "Resources: {A: {Type: AWS::New::Thing}}",
            "warning unknown-type A.Type: there was no type AWS::New::Thing on 2026-10-20",
        ),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, DependsOn: [B]}}",
            "error reference A.DependsOn: there is no resource `B` in the template",
        ),
    ] {
        assert_eq!(found(template, None), [expected], "{template}");
    }
}

#[test]
fn a_region_has_the_types_or_not() {
    let template =
        "Resources: {A: {Type: AWS::AppRunner::Service, Properties: {SourceConfiguration: {}}}}";
    assert_eq!(found(template, Some("us-east-1")), [""; 0]);
    let expected = "error region A.Type: AWS::AppRunner::Service is not available in eu-south-2";
    assert_eq!(found(template, Some("eu-south-2")), [expected]);
}

#[test]
fn slips_are_named() {
    let hint = |template: &str| check(&parse(template).unwrap(), None)[0].hint.clone().unwrap();
    let queue = |properties: &str| {
        hint(&format!("Resources: {{A: {{Type: AWS::SQS::Queue, Properties: {properties}}}}}"))
    };
    assert_eq!(queue("{DelaySecond: 1}"), "did you mean `DelaySeconds`?");
    assert!(queue("{Colour: red}").starts_with("there are: ContentBasedDeduplication, "));
    assert_eq!(hint("Resources: {A: {Type: AWS::SQS::Queu}}"), "did you mean `AWS::SQS::Queue`?");
}

#[test]
fn what_only_aws_knows_is_not_judged() {
    for (type_name, properties) in [
        ("AWS::SQS::Queue", "{DelaySeconds: !Ref P}"),
        ("AWS::SQS::Queue", "{DelaySeconds: '{{resolve:ssm:delay}}'}"),
        ("AWS::SQS::Queue", "{DelaySeconds: !Ref AWS::NoValue}"),
        ("AWS::SQS::Queue", "{Colour: !Ref AWS::NoValue}"),
        (
            "AWS::SQS::Queue",
            "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: x}}, DelaySeconds: 1}",
        ),
        (
            "AWS::Lambda::Function",
            "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: x}}}",
        ),
        (
            "AWS::EC2::Subnet",
            "{VpcId: v, CidrBlock: !If [C, 10.0.0.0/24, !Ref AWS::NoValue], Ipv4IpamPoolId: !If [C, !Ref AWS::NoValue, p], Ipv4NetmaskLength: 24}",
        ),
        ("AWS::SQS::Queue", "{FifoQueue: !If [C, true, !Ref AWS::NoValue], QueueName: jobs}"),
        ("AWS::SQS::Queue", "{DelaySeconds: '5', FifoQueue: 'true', QueueName: !Sub 'x.fifo'}"),
        ("Custom::Thing", "{Anything: 1}"),
        ("My::Own::Type", "{Anything: 1}"),
    ] {
        assert_eq!(in_properties(type_name, properties), [""; 0], "{properties}");
    }
    for template in [
        "Transform: MyMacro\nResources: {A: {Type: AWS::SQS::Queue, Properties: {Any: thing}}}",
        "Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::A': [x, [a], {'Q${x}': {Type: AWS::SQS::Queue}}]}\nOutputs: {O: {Value: !Ref Qa}}",
        "Transform: AWS::Serverless-2016-10-31\nResources: {A: {Type: AWS::Serverless::Function, Properties: {X: !Ref ARole}}}",
    ] {
        assert_eq!(found(template, None), [""; 0], "{template}");
    }
}

/// Every template of the corpus, with its name.
fn corpus() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    let is_template = |path: &&std::path::PathBuf| path.extension().is_some_and(|it| it != "md");
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let model = parse(&text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        (name, model)
    };
    files.iter().filter(is_template).map(read).collect()
}

#[test]
fn nothing_that_aws_accepts_is_refused() {
    let corpus = corpus();
    assert!(corpus.len() >= 64, "{} templates", corpus.len());
    for (name, template) in &corpus {
        let findings = check(template, Some("us-east-1"));
        let errors: Vec<_> = findings.iter().filter(|it| it.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn all_tables_can_be_read() {
    let mut count = 0;
    let mut names: Vec<&str> = crate::registry::type_names().collect();
    for name in &names {
        let table = crate::registry::resource_type(name).unwrap();
        table.definitions.iter().for_each(|(_, it)| assert!(it.schema().never <= 1));
        count += usize::from(!table.properties.properties.is_empty());
    }
    assert!(names.is_sorted());
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(count > 1_850, "{count}");
    assert!(crate::registry::resource_type("AWS::SQS::Queues").is_none());
    assert!(crate::registry::resource_type("").is_none());
}

/// Replaces one of the values of a template, counted in depth.
fn mutate(value: &mut Value, at: &mut usize, by: &Value) {
    if *at == 0 {
        *value = by.clone();
    }
    *at = at.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|it| mutate(it, at, by)),
        Value::Object(map) => map.values_mut().for_each(|it| mutate(it, at, by)),
        _ => {}
    }
}

fn strange() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("ä\u{0}"),
        json!([]),
        json!({}),
        json!([[]]),
        json!({"Ref": "AWS::NoValue"}),
        json!({"Ref": 1}),
        json!({"Fn::If": []}),
        json!({"Fn::If": ["A", {"Ref": "AWS::NoValue"}, 1]}),
        json!({"Fn::Transform": {}, "A": 1}),
        json!({"Fn::ForEach::X": []}),
        json!({"Fn::Sub": "${"}),
        json!({"Fn::GetAtt": []}),
        json!([{"Fn::If": ["A", [], {}]}, null]),
        json!({"Type": "AWS::S3::Bucket", "Properties": []}),
        json!("{{resolve:x}}"),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_template_makes_it_panic(
        (index, changes) in (any::<prop::sample::Index>(), prop::collection::vec((0..1000usize, strange()), 1..5))
    ) {
        thread_local!(static CORPUS: Vec<(String, Value)> = corpus());
        let old = CORPUS.with(|corpus| corpus[index.index(corpus.len())].1.clone());
        let mut new = old.clone();
        for (mut at, by) in changes {
            mutate(&mut new, &mut at, &by);
        }
        for finding in check(&new, Some("us-east-1")) {
            prop_assert!(finding.to_json().is_object());
        }
        // The same templates show that `diff` takes everything, and that a diff with itself is empty.
        prop_assert_eq!(crate::diff::diff(&new, &new), []);
        crate::diff::lines(&crate::diff::diff(&old, &new));
        crate::diff::lines(&crate::diff::diff(&new, &old));
    }
}
