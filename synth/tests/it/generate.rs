//! `synth gen`: what it writes is compiled here, and used.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    path::Path,
    process::Command,
    thread,
};

use construct_lib::prelude::*;

use crate::fixture::Fixture;

#[path = "gen/expected.rs"]
mod l1;

use crate::generate::l1::acme_shop::{self, BasketAttributes as _};
use crate::generate::l1::newservice::{self, QueueAttributes as _};

const BASKET: &str = include_str!("gen/basket.json");
const QUEUE: &str = include_str!("gen/queue.json");

/// A workspace with both schemas.
fn fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture.write("basket.json", BASKET);
    fixture.write("queue.json", QUEUE);
    fixture
}

#[test]
fn schemas_become_the_expected_rust_in_the_app() {
    let fixture = fixture();
    let outcome = fixture.synth(&["gen", "--schema", "basket.json", "--schema", "queue.json"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    insta::assert_snapshot!(outcome.stderr, @r"
           Wrote stacks/src/l1.rs: AWS::NewService::Queue, Acme::Shop::Basket

    To use it, add these lines beside it and where you use it:
      mod l1;
      use crate::l1::acme_shop::{self, BasketAttributes as _};
      use crate::l1::newservice::{self, QueueAttributes as _};
    ");
    let written = fixture.read("stacks/src/l1.rs");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/gen/expected.rs");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &written).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap();
    assert_eq!(written, expected, "UPDATE=1 accepts what is generated");
}

#[test]
fn what_is_generated_is_used_like_layer_one() {
    let yaml = construct_lib::testing::template(|stack| {
        let role = stack.add("Role", construct_lib::l1::iam::Role::new(json!({})));
        stack.child("Shop", |shop| {
            shop.tag("team", "till");
            let basket = acme_shop::Basket::new(acme_shop::BasketRequired {
                currency: "EUR",
                items: [acme_shop::Item::new("Apple").r#type(acme_shop::ItemType::Fruit)],
                owner: "Eve",
                role_arn: &role,
            });
            let basket = shop.add("Basket", basket.expires_after_days(days(3)));
            let queue = shop.add("Queue", newservice::Queue::new(basket.arn()));
            Output::new(shop, "Total", basket.state_total().cast::<String>());
            Output::new(shop, "Name", queue.name());
        });
    });
    insta::assert_snapshot!(yaml, @r#"
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument: {}
      ShopBasket:
        Type: Acme::Shop::Basket
        Properties:
          Currency: EUR
          Items:
          - Name: Apple
            Type: FRUIT
          Owner: Eve
          RoleArn: !GetAtt [Role, Arn]
          ExpiresAfterDays: 3
          Tags:
          - Key: team
            Value: till
      ShopQueue:
        Type: AWS::NewService::Queue
        Properties:
          Name: !Ref ShopBasket
    Outputs:
      ShopName:
        Value: !Ref ShopQueue
      ShopTotal:
        Value: !GetAtt [ShopBasket, State.Total]
    "#);
}

#[test]
fn what_is_generated_is_formatted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/gen/expected.rs");
    let status = Command::new("rustfmt").args(["--check", "--edition", "2024"]).arg(path).status();
    assert!(status.unwrap().success());
}

#[test]
fn nothing_that_somebody_wrote_is_lost() {
    let fixture = fixture();
    fixture.write("stacks/src/l1.rs", "// By hand.\n");
    let outcome = fixture.synth(&["gen", "--schema", "basket.json"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("l1.rs: it is there, and `synth gen` did not"), "{outcome:?}");

    fixture.synth(&["gen", "--schema", "basket.json", "--out", "own.rs"]);
    let outcome = fixture.synth(&["gen", "--schema", "queue.json", "--out", "own.rs"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("own.rs: it holds Acme::Shop::Basket too"), "{outcome:?}");
    let again = fixture.synth(&["gen", "--schema", "basket.json", "--out", "own.rs"]);
    assert_eq!(again.code, 0, "{again:?}");
}

#[test]
fn a_wrong_schema_is_named_with_what_is_wrong() {
    let fixture = fixture();
    fixture.write("cut.json", &BASKET[..BASKET.len() / 2]);
    fixture.write("template.json", r#"{"Resources": {}}"#);
    fixture.write("name.json", r#"{"typeName": "Basket", "properties": {}}"#);
    fixture.write("empty.json", r#"{"typeName": "Acme::Shop::Basket"}"#);
    fixture.write("hostile.json", r#"{"typeName": "A::B::C", "properties": {"a\"b": {}}}"#);
    for (call, said) in [
        (&["--schema", "cut.json"][..], "cut.json: it is not JSON: EOF while parsing"),
        (&["--schema", "template.json"], "it has no `typeName`"),
        (&["--schema", "name.json"], "its `typeName` is \"Basket\""),
        (&["--schema", "empty.json"], "the schema of Acme::Shop::Basket has no `properties`"),
        (&["--schema", "hostile.json"], "A::B::C has a property \"a\\\"b\""),
        (&["--schema", "none.json"], "can't read none.json"),
        (&["Basket"], "`Basket` is no resource type"),
        (
            &["Acme::Shop::Shelf", "--schema", "basket.json"],
            "basket.json: it is the schema of Acme::Shop::Basket, which is not asked for",
        ),
        (
            &["--schema", "basket.json", "--schema", "basket.json"],
            "basket.json: it is another schema of Acme::Shop::Basket",
        ),
    ] {
        let outcome = fixture.synth(&[&["gen", "--out", "own.rs"], call].concat());
        assert_eq!(outcome.code, 1, "{call:?}: {outcome:?}");
        assert!(outcome.stderr.contains(said), "{call:?}: {outcome:?}");
        assert!(!fixture.path("own.rs").exists(), "{call:?}");
    }
}

#[test]
fn a_schema_comes_from_the_registry() {
    let fixture = fixture();
    let schema = QUEUE.trim().trim_matches('"').replace("\\\"", "&quot;");
    let found = format!("<Schema>{schema}</Schema>");
    let outcome = ask(
        &fixture,
        200,
        &format!(
            "<DescribeTypeResponse><DescribeTypeResult>{found}</DescribeTypeResult></DescribeTypeResponse>"
        ),
    );
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(fixture.read("own.rs").contains("pub struct Queue(p::Map);"));
}

#[test]
fn a_type_that_is_not_registered_is_named_with_the_way_out() {
    let outcome = ask(
        &fixture(),
        404,
        "<ErrorResponse><Error><Type>Sender</Type><Code>TypeNotFoundException</Code>\
         <Message>The type cannot be found.</Message></Error></ErrorResponse>",
    );
    assert_eq!(outcome.code, 2);
    insta::assert_snapshot!(outcome.stderr, @r"
    error: no schema of AWS::NewService::Queue: can't describe type AWS::NewService::Queue: The type cannot be found.
    hint: check its spelling and the region, a private type must be registered there; or pass the type's schema with --schema FILE
    ");
}

#[test]
fn without_credentials_a_file_is_the_way_out() {
    let fixture = fixture();
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.env("AWS_REGION", "eu-west-1").env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("HOME", fixture.path(""));
    let outcome = fixture.run(&mut command, &["gen", "AWS::NewService::Queue", "--out", "own.rs"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("no credentials"), "{outcome:?}");
    assert!(outcome.stderr.contains("pass the type's schema with --schema FILE"), "{outcome:?}");
}

/// Calls the tool where AWS says who is calling, then `answer`.
fn ask(fixture: &Fixture, status: u16, answer: &str) -> crate::fixture::Outcome {
    const CALLER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
        <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_synth"));
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    command.env("AWS_ENDPOINT_URL", endpoint).env("AWS_REGION", "eu-west-1");
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command.env("NO_PROXY", "127.0.0.1");
    let answers = [(200, CALLER.to_owned()), (status, answer.to_owned())];
    let server = thread::spawn(move || {
        for (status, body) in answers {
            serve(&listener, status, &body);
        }
    });
    let outcome = fixture.run(&mut command, &["gen", "AWS::NewService::Queue", "--out", "own.rs"]);
    server.join().unwrap();
    outcome
}

/// Answers one request.
fn serve(listener: &TcpListener, status: u16, body: &str) {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while reader.read_line(&mut line).unwrap() > 2 {
        let header = line.to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    let head = format!("HTTP/1.1 {status} -\r\nContent-Type: text/xml\r\nConnection: close\r\n");
    let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
    reader.get_mut().write_all(answer.as_bytes()).unwrap();
}
