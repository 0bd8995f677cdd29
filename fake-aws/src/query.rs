//! A request of the AWS query protocol: `Action=DescribeStacks&StackName=Jobs`.

use std::collections::BTreeMap;

/// Names and values; lists are `Tags.member.1.Key`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// A request of these values, as somebody else might send it.
    #[must_use]
    pub fn new(values: &[(&str, &str)]) -> Self {
        Self(values.iter().map(|&(name, value)| (name.into(), value.into())).collect())
    }

    pub(crate) fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The values of `Name.member.1`, `Name.member.2`, …
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        (1..).map_while(|index| self.get(&format!("{name}.member.{index}"))).collect()
    }

    /// The pairs of `Name.member.1.Key` and `Name.member.1.Value`, …
    pub(crate) fn pairs(
        &self,
        name: &str,
        key: &str,
        value: &str,
    ) -> BTreeMap<String, Option<String>> {
        let pair = |index: usize| {
            let field = |field| self.get(&format!("{name}.member.{index}.{field}"));
            Some((field(key)?.to_owned(), field(value).map(str::to_owned)))
        };
        (1..).map_while(pair).collect()
    }
}
