//! The template language, each part of it once.

use construct_lib::intrinsic::length;
use construct_lib::prelude::*;

#[test]
fn everything_that_a_template_can_say() {
    let yaml = construct_lib::testing::template(define);
    insta::with_settings!({
        snapshot_path => "../../../snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!("language", yaml);
    });
}

fn define(stack: &mut Scope) {
    let stage = Parameter::new(
        stack,
        "Stage",
        ParameterProps {
            description: Some("Where it runs".into()),
            default: Some("dev".into()),
            allowed_values: vec!["dev".into(), "prod".into()],
            ..ParameterProps::string()
        },
    );
    let zones = Parameter::new(stack, "Zones", ParameterProps::list());
    let is_prod = Condition::new(stack, "IsProd", equals(&stage, "prod"));
    let far = Condition::new(
        stack,
        "IsProdElsewhere",
        all_of([is_prod.into_val(), not(equals(region(), "us-east-1"))]),
    );
    Condition::new(stack, "Either", any_of([&is_prod, &far]));
    let sizes = Mapping::new(stack, "Sizes", json!({"dev": {"Days": 7}, "prod": {"Days": 365}}));
    Rule::new(
        stack,
        "KnownZones",
        Some(equals(&stage, "prod")),
        [(each_member_in(&zones, ["a", "b"]), "Zones are a and b")],
    );

    let logs = stack.add(
        "Logs",
        construct_lib::l1::logs::LogGroup::new()
            .retention_in_days(sizes.find::<i64>(&stage, "Days")),
    );
    logs.only_if(stack, &is_prod);
    logs.removal(stack, Removal::RetainExceptOnCreate);
    logs.creation_policy(stack, json!({"ResourceSignal": {"Count": 1}}));
    logs.update_policy(stack, json!({"UseOnlineResharding": true}));
    logs.metadata(stack, "Owner", "data");
    let topic = Topic::new(
        stack,
        "News",
        TopicProps { display_name: Some(when(&is_prod, "News", no_value())), ..default() },
    );
    if let Some(topic) = topic.resource() {
        topic.depends_on(stack, logs);
        topic.moved_from(stack, "Old/News");
    }

    for (id, value) in [
        ("Base64", base64("text")),
        ("Base64OfSub", base64(sub("${AWS::Region}", []))),
        ("Cidr", select(0, cidr("10.0.0.0/16", 4, 8))),
        ("Import", import_value(sub("${AWS::StackName}-x", []))),
        ("Join", join("-", [stack_name(), account_id(), partition(), url_suffix()])),
        ("JoinList", join(",", &zones)),
        ("Json", to_json_string(json!({"a": [1, {"Ref": "Stage"}]}))),
        ("Length", length::<String>(&zones).cast()),
        ("Secret", secret("db", "password")),
        ("Select", select(1, split(",", "a,b"))),
        ("Ssm", ssm("/app/name")),
        ("SsmSecure", ssm_secure("/app/token")),
        ("StackId", stack_id()),
        ("SubOfImport", sub("x-${it}", [("it", import_value("name"))])),
        ("Topics", join(",", notification_arns())),
        ("TopicName", topic.name().into()),
        ("Zone", select(0, availability_zones())),
    ] {
        Output::new(stack, id, value);
    }
    Output::new(
        stack,
        "Exported",
        OutputProps {
            description: Some("For others".into()),
            export: Some(sub("${AWS::StackName}:News", [])),
            only_if: Some(far),
            ..topic.arn().into()
        },
    );
}
