//! Names: from AWS's spelling to Rust's.

/// Spellings whose capitals are not the beginnings of words.
const SPELLINGS: [(&str, &str); 15] = [
    ("DynamoDB", "Dynamodb"),
    ("GraphQL", "Graphql"),
    ("IPv", "Ipv"),
    ("IoT", "Iot"),
    ("GiB", "Gib"),
    ("MiB", "Mib"),
    ("KiB", "Kib"),
    ("MySQL", "Mysql"),
    ("NoSQL", "Nosql"),
    ("OAuth", "Oauth"),
    ("OTel", "Otel"),
    ("PostgreSQL", "Postgresql"),
    ("SaaS", "Saas"),
    ("SSEKMS", "SseKms"),
    ("VPCe", "Vpce"),
];

const KEYWORDS: &str = " as async await break const continue do dyn else enum extern final fn for gen if \
     impl in let loop macro match mod move mut override priv pub ref return static struct trait \
     try type typeof unsafe unsized use virtual where while yield abstract become box false true ";

/// `DBClusterARNs` is `["DB", "Cluster", "ARNs"]`.
fn words(name: &str) -> Vec<String> {
    let mut name = name.to_owned();
    for (from, to) in SPELLINGS {
        name = name.replace(from, to);
    }
    let mut words = Vec::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| !it.is_empty()) {
        let chars: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (index, &c) in chars.iter().enumerate() {
            let before = index.checked_sub(1).map(|it| chars[it]);
            let starts = c.is_ascii_uppercase()
                && before.is_some_and(|before| {
                    !before.is_ascii_uppercase() || begins_word(&chars[index + 1..])
                });
            if starts {
                words.push(std::mem::take(&mut word));
            }
            word.push(c);
        }
        words.push(word);
    }
    words
}

/// Whether a capital followed by `rest` begins a word rather than ending an acronym, plural or
/// not: the `T` of `ARNTag`, but not the `N` of `ARNs`.
fn begins_word(rest: &[char]) -> bool {
    match rest {
        ['s'] => false,
        ['s', next, ..] if next.is_ascii_uppercase() => false,
        [next, ..] => next.is_ascii_lowercase(),
        [] => false,
    }
}

/// The name of a method or a module's item: `KMSMasterKeyID` is `kms_master_key_id`.
pub fn snake(name: &str) -> String {
    let name = words(name).join("_").to_ascii_lowercase();
    match name.chars().next() {
        None => "unnamed".into(),
        Some(first) if first.is_ascii_digit() => format!("n{name}"),
        _ => name,
    }
}

/// A name that can stand where an identifier must.
pub fn identifier(name: String) -> String {
    match name.as_str() {
        "self" | "super" | "crate" | "new" => format!("{name}_"),
        _ if KEYWORDS.contains(&format!(" {name} ")) => format!("r#{name}"),
        _ => name,
    }
}

/// The name of a type: `DBCluster` is `DbCluster`.
pub fn pascal(name: &str) -> String {
    let name: String = words(name).iter().map(|word| title(word)).collect();
    match name.chars().next() {
        Some(first) if first.is_ascii_digit() => format!("N{name}"),
        _ => name,
    }
}

fn title(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(chars.map(|it| it.to_ascii_lowercase())).collect()
}

/// The name of an enum's constant: `GREATER_THAN` is `GreaterThan`, `python3.12` is
/// `Python3_12`.
pub fn constant(value: &str) -> String {
    let mut name = String::new();
    for part in value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| !it.is_empty()) {
        let digits_meet = name.ends_with(|c: char| c.is_ascii_digit())
            && part.starts_with(|c: char| c.is_ascii_digit());
        if digits_meet {
            name.push('_');
        }
        match part.chars().any(|c| c.is_ascii_lowercase()) {
            true => {
                let mut chars = part.chars();
                name.extend(chars.next().map(|it| it.to_ascii_uppercase()));
                name.extend(chars);
            }
            false => name.push_str(&title(part)),
        }
    }
    match name.chars().next() {
        None => symbols(value),
        Some(first) if first.is_ascii_digit() => format!("N{name}"),
        _ if name == "Self" => "Self_".into(),
        _ => name,
    }
}

fn symbols(value: &str) -> String {
    let names = value.chars().map(|c| match c {
        '*' => "Any",
        '<' => "Less",
        '>' => "Greater",
        '=' => "Equal",
        '!' => "Not",
        '+' => "Plus",
        '-' => "Minus",
        '.' => "Dot",
        ',' => "Comma",
        ';' => "Semicolon",
        ':' => "Colon",
        '|' => "Pipe",
        '/' => "Slash",
        '\t' => "Tab",
        ' ' => "Space",
        '$' => "Dollar",
        '%' => "Percent",
        '#' => "Hash",
        _ => "Symbol",
    });
    Some(names.collect::<String>()).filter(|it| !it.is_empty()).unwrap_or("Empty".into())
}

/// One of several: `Architectures` is `Architecture`.
pub fn singular(name: &str) -> String {
    match name {
        _ if name.ends_with("ies") => format!("{}y", &name[..name.len() - 3]),
        _ if name.ends_with("sses") || name.ends_with("xes") => name[..name.len() - 2].to_owned(),
        _ if name.ends_with('s') && !name.ends_with("ss") && !name.ends_with("us") => {
            name[..name.len() - 1].to_owned()
        }
        _ => name.to_owned(),
    }
}

/// The name of something's part where the part's name may repeat the whole's: `LogGroup` and
/// `GroupName` are `LogGroupName`, `Role` and `Arn` are `RoleArn`.
pub fn part(whole: &str, part: &str) -> String {
    let titles = |name| words(name).iter().map(|it| title(it)).collect::<Vec<_>>();
    let (whole, part) = (titles(whole), titles(part));
    let overlap = (0..=whole.len().min(part.len())).rev();
    let overlap = overlap.into_iter().find(|&n| whole[whole.len() - n..] == part[..n]).unwrap_or(0);
    whole.iter().chain(&part[overlap..]).map(String::as_str).collect()
}

/// Whether two names have a word in common: `LoadBalancerArns` and `LoadBalancer` do.
pub fn share_word(one: &str, other: &str) -> bool {
    let words = |name| words(name).into_iter().map(|it| singular(&it.to_ascii_lowercase()));
    let other: Vec<String> = words(other).collect();
    words(one).any(|it| other.contains(&it))
}

/// `name`, or with the first number after it that `taken` does not hold; which then does.
pub fn unique(name: String, taken: &mut std::collections::BTreeSet<String>) -> String {
    let separator = if name.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
    let numbered = (2..).map(|number| format!("{name}{separator}{number}"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|it| !taken.contains(it));
    let free = free.expect("numbers do not end");
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_rust() {
        for (aws, rust) in [
            ("KMSMasterKeyID", "kms_master_key_id"),
            ("OKActions", "ok_actions"),
            ("SubnetIds", "subnet_ids"),
            ("LoadBalancerARNs", "load_balancer_arns"),
            ("IPv6CidrBlock", "ipv6_cidr_block"),
            ("MemoryMiB", "memory_mib"),
            ("S3Bucket", "s3_bucket"),
        ] {
            assert_eq!(snake(aws), rust);
        }
        assert_eq!(pascal("DBCluster"), "DbCluster");
        assert_eq!(constant("python3.12"), "Python3_12");
        assert_eq!(constant("GREATER_THAN"), "GreaterThan");
        assert_eq!(constant("notBreaching"), "NotBreaching");
        assert_eq!(constant("x86_64"), "X86_64");
        assert_eq!(part("LogGroup", "GroupName"), "LogGroupName");
        assert_eq!(part("VPC", "VpcId"), "VpcId");
        assert_eq!(part("Role", "Arn"), "RoleArn");
    }
}
