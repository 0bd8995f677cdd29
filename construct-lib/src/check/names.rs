//! Names that AWS would refuse.

use crate::tree::Tree;

/// A property that names something: its type, its name, the lengths it may have, and which
/// other characters than letters and digits.
const RULES: [(&str, &str, usize, usize, &str); 6] = [
    ("AWS::SQS::Queue", "QueueName", 1, 80, "-_."),
    ("AWS::SNS::Topic", "TopicName", 1, 256, "-_."),
    ("AWS::Lambda::Function", "FunctionName", 1, 64, "-_"),
    ("AWS::IAM::Role", "RoleName", 1, 64, "+=,.@-_"),
    ("AWS::Logs::LogGroup", "LogGroupName", 1, 512, ".-_/#"),
    ("AWS::S3::Bucket", "BucketName", 3, 63, ".-"),
];

pub(super) fn check(tree: &mut Tree) {
    for (type_name, property, shortest, longest, extra) in RULES {
        let names: Vec<_> = tree
            .resources_of(type_name)
            .filter_map(|(node, it)| {
                Some((node, it.properties.get(property)?.as_text()?.to_owned()))
            })
            .collect();
        for (node, name) in names {
            let valid = (shortest..=longest).contains(&name.len())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
                && (property != "BucketName" || bucket_name(&name));
            if !valid {
                let message = format!("{name:?} can't be a {property}");
                let hint = match property {
                    "BucketName" => {
                        "use 3 to 63 lower-case letters, digits, dots and hyphens, a letter or \
                         digit at both ends"
                            .to_owned()
                    }
                    _ => format!(
                        "use {shortest} to {longest} letters, digits and `{extra}`, or leave the \
                         name out"
                    ),
                };
                tree.error(node, message, &hint);
            }
        }
    }
}

fn bucket_name(name: &str) -> bool {
    let end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.starts_with(end)
        && name.ends_with(end)
        && !name.chars().any(|c| c.is_ascii_uppercase())
        && !name.contains("..")
        && !name.starts_with("xn--")
        && name.parse::<std::net::Ipv4Addr>().is_err()
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::diagnostics;
    use insta::assert_snapshot;

    #[test]
    fn names_that_aws_would_refuse_are_refused() {
        assert_snapshot!(diagnostics(|stack| {
            Bucket::new(stack, "A", BucketProps { name: Some("My_Bucket".into()), ..default() });
            Bucket::new(stack, "B", BucketProps { name: Some("192.168.0.1".into()), ..default() });
            Queue::new(stack, "C", QueueProps { name: Some("jobs!".into()), ..default() });
            Queue::fifo(stack, "D", QueueProps { name: Some("jobs".into()), ..default() });
        }), @r#"
        error: Test/A: "My_Bucket" can't be a BucketName
          hint: use 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends
        error: Test/B: "192.168.0.1" can't be a BucketName
          hint: use 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends
        error: Test/C: "jobs!" can't be a QueueName
          hint: use 1 to 80 letters, digits and `-_.`, or leave the name out
        error: Test/D: the name of a FIFO queue ends in `.fifo`, not `jobs`
          hint: add `.fifo`, or leave the name out
        "#);
    }
}
