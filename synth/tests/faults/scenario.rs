//! What users do: each scenario is a state of AWS and a command.

use fake_aws::World;
use serde_json::{Value, json};
use synth::testing::Command;

use crate::package::{Package, Stack};

/// A state of AWS and a command.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) command: Command,
    pub(crate) package: Package,
    /// What the user says to questions.
    pub(crate) answer: bool,
    /// Whether it should succeed.
    pub(crate) succeeds: bool,
    prepare: Box<dyn Fn(&mut World) + Send + Sync>,
}

/// What nobody may ever see.
pub(crate) const SECRET: &str = "hunter2-hunter2";

impl Scenario {
    pub(crate) fn new(name: &'static str, words: &[&str], stacks: Vec<Stack>) -> Self {
        let command = Command::parse(words).unwrap();
        let package = Package::write(&stacks);
        let prepare = Box::new(|_: &mut World| {});
        Self { name, command, package, answer: true, succeeds: true, prepare }
    }

    pub(crate) fn after(mut self, prepare: impl Fn(&mut World) + Send + Sync + 'static) -> Self {
        self.prepare = Box::new(prepare);
        self
    }

    pub(crate) fn fails(mut self) -> Self {
        self.succeeds = false;
        self
    }

    /// The state of AWS before the command, with things in it that are none of its business.
    pub(crate) fn prepare(&self, world: &mut World) {
        let bystander =
            json!({"Resources": {"Data": bucket(json!({"BucketName": "bystander-data"}))}});
        deploy(world, "Bystander", &bystander, &[]);
        world.put("bystander-data", "precious", Some(b"data"));
        change_set(world, "Bystander", "review-of-a-colleague", &with_queue(bystander, 7), &[]);
        (self.prepare)(world);
    }
}

const DEPLOY: [&str; 2] = ["deploy", "--yes"];
const DESTROY: [&str; 3] = ["destroy", "--yes", "--empty-buckets"];

/// All of them.
pub(crate) fn all() -> Vec<Scenario> {
    let one = |template: &Value| vec![Stack::new("Jobs", template.clone())];
    let v1 = jobs(1);
    let deployed = |template: Value| move |world: &mut World| deploy(world, "Jobs", &template, &[]);
    let mut protected = one(&v1);
    protected[0].protected = true;
    let mut abandoned = Scenario::new("review abandoned", &["deploy"], one(&v1)).fails();
    abandoned.answer = false;
    let mut update_abandoned =
        Scenario::new("review of an update abandoned", &["deploy"], one(&jobs(2)))
            .fails()
            .after(deployed(v1.clone()));
    update_abandoned.answer = false;
    vec![
        Scenario::new("create", &DEPLOY, one(&v1)),
        Scenario::new("create with protection", &DEPLOY, protected),
        Scenario::new("update", &DEPLOY, one(&jobs(2))).after(deployed(v1.clone())),
        Scenario::new("no change", &DEPLOY, one(&v1)).after(deployed(v1.clone())),
        Scenario::new("replacement", &DEPLOY, one(&replaced())).after(deployed(v1.clone())),
        Scenario::new("failed create", &DEPLOY, one(&failing("create"))).fails(),
        Scenario::new("refused change set", &DEPLOY, one(&invalid())).fails(),
        Scenario::new("failed update", &DEPLOY, one(&failing("update")))
            .fails()
            .after(deployed(v1.clone())),
        Scenario::new("failed rollback", &DEPLOY, one(&failing_twice()))
            .fails()
            .after(deployed(v1.clone())),
        nested(),
        two_stacks(),
        Scenario::new("destroy", &DESTROY, one(&v1)).after(move |world| {
            deploy(world, "Jobs", &jobs(1), &[]);
            for number in 0..7 {
                let key = format!("report-{number}");
                world.put("jobs-inbox", &key, Some(b"report"));
                world.put("jobs-inbox", &key, None);
            }
            world.put("jobs-kept", "archive", Some(b"precious"));
        }),
        Scenario::new("destroy without emptying", &["destroy", "--yes"], one(&v1)).fails().after(
            move |world| {
                deploy(world, "Jobs", &jobs(1), &[]);
                world.put("jobs-inbox", "report", Some(b"report"));
            },
        ),
        destroy_of_a_failed_creation(),
        assets(),
        abandoned,
        update_abandoned,
    ]
}

/// A template of seven resources; two of different versions differ in one of them.
pub(crate) fn jobs(version: u32) -> Value {
    let mut template = json!({
        "Parameters": {"Token": {"Type": "String", "NoEcho": true, "Default": SECRET}},
        "Resources": {
            "Inbox": bucket(json!({"BucketName": "jobs-inbox"})),
            "Kept": bucket(json!({"BucketName": "jobs-kept"})),
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {
                "Environment": {"Token": {"Ref": "Token"}, "Inbox": {"Ref": "Inbox"}},
            }},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"Description": "runs jobs"}},
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
            "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Threshold": 1}},
        },
        "Outputs": {"InboxName": {"Value": {"Ref": "Inbox"}}},
    });
    template["Resources"]["Kept"]["DeletionPolicy"] = json!("Retain");
    with_queue(template, version)
}

pub(crate) fn with_queue(mut template: Value, version: u32) -> Value {
    let properties = json!({"DelaySeconds": version});
    template["Resources"]["Queue"] = json!({"Type": "AWS::SQS::Queue", "Properties": properties});
    template
}

pub(crate) fn bucket(properties: Value) -> Value {
    json!({"Type": "AWS::S3::Bucket", "Properties": properties})
}

fn replaced() -> Value {
    let mut template = jobs(2);
    template["Resources"]["Topic"]["Properties"]["TopicName"] = json!("new-topic");
    template["Resources"].as_object_mut().unwrap().remove("Alarm");
    template
}

/// One whose queue fails, with a reason that would like to control the terminal.
pub(crate) fn failing(when: &str) -> Value {
    let mut template = jobs(2);
    template["Resources"]["Queue"]["Metadata"]["Fake"] =
        json!({"Fail": when, "Reason": "\u{1b}[2J\u{202e}Value 2 is invalid\u{9b}31m"});
    template
}

fn failing_twice() -> Value {
    let mut template = failing("update");
    template["Resources"]["Queue"]["Metadata"]["Fake"]["Fail"] = json!(["update", "rollback"]);
    template
}

fn invalid() -> Value {
    let mut template = jobs(1);
    template["Metadata"] = json!({"Fake": {"Invalid": "Circular dependency between resources"}});
    template
}

fn nested() -> Scenario {
    let template = |key: &str| {
        let url = format!("http://fake.aws/templates/{key}");
        let child =
            json!({"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}});
        json!({"Resources": {"Child": child, "Queue": {"Type": "AWS::SQS::Queue", "Properties": {}}}})
    };
    let stacks = vec![Stack::new("Jobs", template("v2"))];
    Scenario::new("nested", &DEPLOY, stacks).after(move |world| {
        for version in [1, 2] {
            let child = with_queue(json!({"Resources": {}}), version);
            world.put("templates", &format!("v{version}"), Some(child.to_string().as_bytes()));
        }
        deploy(world, "Jobs", &template("v1"), &[]);
    })
}

/// The second imports what the first exports.
fn two_stacks() -> Scenario {
    let mut network = with_queue(json!({"Resources": {}}), 1);
    network["Outputs"]["Url"] = json!({"Value": {"Ref": "Queue"}, "Export": {"Name": "queue-url"}});
    let import = json!({"Fn::ImportValue": "queue-url"});
    let users = json!({"Resources": {"Alarm": {
        "Type": "AWS::CloudWatch::Alarm", "Properties": {"Queue": import},
    }}});
    let mut second = Stack::new("Users", users);
    second.needs = vec!["Network"];
    Scenario::new(
        "two stacks with an export",
        &DEPLOY,
        vec![second, Stack::new("Network", network)],
    )
}

/// A creation that failed because a bucket of that name was there: somebody else's.
fn destroy_of_a_failed_creation() -> Scenario {
    let template = json!({"Resources": {"Data": bucket(json!({"BucketName": "bystander-data"}))}});
    let stacks = vec![Stack::new("Jobs", template.clone())];
    Scenario::new("destroy of a failed creation", &DESTROY, stacks)
        .after(move |world| deploy(world, "Jobs", &template, &[]))
}

/// A function's code goes to the staging bucket, which is not there yet.
pub(crate) fn assets() -> Scenario {
    let template = json!({
        "Parameters": {"AssetBucket": {"Type": "String"}, "Code": {"Type": "String"}},
        "Resources": {"Function": {"Type": "AWS::Lambda::Function", "Properties": {
            "Code": {"S3Bucket": {"Ref": "AssetBucket"}, "S3Key": {"Ref": "Code"}},
        }}},
    });
    let mut stack = Stack::new("Jobs", template);
    stack.code = Some("machine code");
    Scenario::new("create with code and a staging bucket", &DEPLOY, vec![stack])
}

/// Somebody else deploys this, to the end.
pub(crate) fn deploy(world: &mut World, stack: &str, template: &Value, more: &[(&str, &str)]) {
    change_set(world, stack, "by-hand", template, more);
    world.settle();
    let call = [
        ("Action", "ExecuteChangeSet"),
        ("StackName", stack),
        ("ChangeSetName", "by-hand"),
        ("ClientRequestToken", ""),
    ];
    world.call(&call).unwrap();
    world.settle();
    world.executions.clear();
    let call = [("Action", "DeleteChangeSet"), ("StackName", stack), ("ChangeSetName", "by-hand")];
    world.call(&call).unwrap();
    world.removed_change_sets.clear();
}

/// Somebody else makes a change set; whether that works depends on the stack's state.
pub(crate) fn change_set(
    world: &mut World,
    stack: &str,
    name: &str,
    template: &Value,
    more: &[(&str, &str)],
) {
    let exists = world.stack(stack).is_some_and(|stack| !stack.is_empty());
    let body = format!("{template:#}\n");
    let mut call = vec![
        ("Action", "CreateChangeSet"),
        ("StackName", stack),
        ("ChangeSetName", name),
        ("ChangeSetType", if exists { "UPDATE" } else { "CREATE" }),
        ("TemplateBody", &body),
        ("Capabilities.member.1", "CAPABILITY_IAM"),
        ("Tags.member.1.Key", "team"),
        ("Tags.member.1.Value", "red"),
    ];
    call.extend(more);
    let _ = world.call(&call);
}
