//! What is replaced, what is lost, what is only renamed.

use crate::{
    diff::{Change, diff},
    template::parse,
};

/// What differs when in a template of these resources, `from` becomes `to`.
fn changes(resources: &str, from: &str, to: &str) -> Vec<Change> {
    assert!(resources.contains(from), "{from}");
    let frame = |resources: &str| {
        format!("Parameters: {{P: {{Type: String, Default: a}}}}\nResources:\n{resources}")
    };
    let (old, new) = (frame(resources), frame(&resources.replace(from, to)));
    diff(&parse(&old).unwrap(), &parse(&new).unwrap())
}

/// `Table will-replace DATA LOSS: TableName is fixed at creation`
fn impacts(resources: &str, from: &str, to: &str) -> Vec<String> {
    let line = |change: &Change| {
        let effect = change.impact.effect.map_or("-", super::Effect::name);
        let loss = if change.impact.data_loss { " DATA LOSS" } else { "" };
        format!("{} {effect}{loss}: {}", change.name, change.impact.reasons.join("; "))
    };
    changes(resources, from, to).iter().map(line).collect()
}

const TABLE: &str = "  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: jobs, BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: a, KeyType: HASH}]}}\n";

#[test]
fn properties_that_are_fixed_at_creation_replace() {
    let table = |from, to| impacts(TABLE, from, to);
    assert_eq!(table("PAY_PER_REQUEST", "PROVISIONED"), ["Table in-place: "]);
    assert_eq!(
        table("jobs", "tasks"),
        ["Table will-replace DATA LOSS: TableName is fixed at creation"]
    );
    assert_eq!(
        table("TableName: jobs, ", ""),
        ["Table will-replace DATA LOSS: TableName is fixed at creation"]
    );
    let may = "Table may-replace DATA LOSS: TableName is fixed at creation, and AWS knows whether it changes";
    assert_eq!(table("jobs", "!Ref P"), [may]);
    let may = "Table may-replace DATA LOSS: some changes of KeySchema need a new one";
    assert_eq!(table("AttributeName: a", "AttributeName: b"), [may]);
    let refused = "Table refused: CloudFormation changes no resource's type: use a new id";
    assert_eq!(table("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"), [refused]);
}

#[test]
fn nested_properties_replace_only_if_they_change() {
    let cluster = "  Cluster: {Type: AWS::EKS::Cluster, Properties: {KubernetesNetworkConfig: {IpFamily: ipv4, ElasticLoadBalancing: {Enabled: true}}, Version: '1.33'}}\n";
    let replaced = "Cluster will-replace: KubernetesNetworkConfig.IpFamily is fixed at creation";
    for (from, to, expected) in [
        ("ipv4", "ipv6", replaced),
        (
            "KubernetesNetworkConfig: {IpFamily: ipv4, ElasticLoadBalancing: {Enabled: true}}, ",
            "",
            replaced,
        ),
        ("Enabled: true", "Enabled: false", "Cluster in-place: "),
        ("1.33", "1.34", "Cluster in-place: "),
    ] {
        assert_eq!(impacts(cluster, from, to), [expected], "{from}");
    }
}

#[test]
fn a_type_that_cant_be_updated_is_replaced() {
    let key = "  Key: {Type: AWS::EC2::KeyPair, Properties: {KeyName: k, KeyType: rsa}}\n";
    let replaced = ["Key will-replace: this type can't be updated"];
    assert_eq!(impacts(key, "KeyType: rsa", "KeyType: ed25519"), replaced);
}

#[test]
fn references_pass_a_replacement_on() {
    let services = "
  Cluster: {Type: AWS::ECS::Cluster, Properties: {ClusterName: a}}
  Service: {Type: AWS::ECS::Service, Properties: {Cluster: !GetAtt Cluster.Arn, ServiceName: s}}
  Target: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ResourceId: !Sub 'service/${Cluster}/${Service.Name}', MinCapacity: 1, MaxCapacity: 2, ScalableDimension: d, ServiceNamespace: ecs}}
  Other: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Cluster}}
";
    assert_eq!(
        impacts(services, "ClusterName: a", "ClusterName: b"),
        [
            "Cluster will-replace: ClusterName is fixed at creation",
            "Service will-replace: Cluster refers to Cluster, which changes",
            "Target will-replace: ResourceId refers to Cluster, which changes",
        ]
    );
    let only_service = impacts(services, "ServiceName: s", "ServiceName: t");
    assert_eq!(only_service[1], "Target may-replace: ResourceId refers to Service, which changes");
}

#[test]
fn another_default_of_a_parameter_may_replace() {
    let old = "Parameters: {P: {Type: String, Default: a}}\nResources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref P}}}";
    let changes =
        diff(&parse(old).unwrap(), &parse(&old.replace("Default: a", "Default: b")).unwrap());
    assert_eq!(changes[1].name, "T");
    assert_eq!(changes[1].impact.effect, Some(super::Effect::MayReplace));
}

#[test]
fn policies_keep_data() {
    let queue = "  Q: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: {QueueName: a}}\n  T: {Type: AWS::SNS::Topic}\n";
    let loss = "Q will-replace DATA LOSS: QueueName is fixed at creation";
    assert_eq!(impacts(queue, "QueueName: a", "QueueName: b"), [loss]);
    assert_eq!(
        impacts(
            queue,
            "  Q: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, Properties: {QueueName: a}}\n",
            ""
        ),
        ["Q -: "]
    );
    let kept = queue.replace("DeletionPolicy", "UpdateReplacePolicy");
    assert_eq!(
        impacts(&kept, "QueueName: a", "QueueName: b"),
        ["Q will-replace: QueueName is fixed at creation"]
    );
    assert_eq!(
        impacts(
            &kept,
            "  Q: {Type: AWS::SQS::Queue, UpdateReplacePolicy: Retain, Properties: {QueueName: a}}\n",
            ""
        ),
        ["Q - DATA LOSS: "]
    );
    // CloudFormation takes a snapshot of a database by itself.
    let database = "  D: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql}}\n  T: {Type: AWS::SNS::Topic}\n";
    assert_eq!(
        impacts(database, "  D: {Type: AWS::RDS::DBInstance, Properties: {Engine: mysql}}\n", ""),
        ["D -: "]
    );
}

#[test]
fn a_new_id_is_recognised() {
    let queue = "  Old: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}\n  More: {Type: AWS::SQS::Queue}\n";
    let renamed = |from, to| {
        let changes = changes(queue, from, to);
        changes
            .into_iter()
            .find_map(|it| it.impact.renamed_from.map(|old| format!("{old} {}", it.name)))
    };
    assert_eq!(renamed("Old:", "New:").as_deref(), Some("Old New"));
    assert_eq!(
        renamed(
            "Old: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5",
            "New: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 6"
        ),
        None
    );
}

#[test]
fn what_means_the_same_is_no_difference() {
    let topic = "  T: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref P, DisplayName: a-b, Tags: [{Key: a, Value: b}, {Key: c, Value: d}]}}\n  R: {Type: AWS::EC2::Instance, Properties: {BlockDeviceMappings: [{DeviceName: a}, {DeviceName: b}]}}\n";
    for (from, to) in [
        ("!Ref P", "!Sub '${P}'"),
        ("a-b", "!Join ['-', [a, b]]"),
        ("a-b", "!Sub a-b"),
        ("[{Key: a, Value: b}, {Key: c, Value: d}]", "[{Key: c, Value: d}, {Key: a, Value: b}]"),
    ] {
        assert_eq!(impacts(topic, from, to), [""; 0], "{to}");
    }
    let tag = changes(
        topic,
        "{Key: a, Value: b}, {Key: c, Value: d}",
        "{Key: c, Value: e}, {Key: a, Value: b}",
    );
    assert_eq!(tag[0].edits.len(), 1);
    assert_eq!(tag[0].edits[0].path, ["Properties", "Tags", "0", "Value"]);
}
