//! The tables of all resource types, as `cargo codegen` writes them: what each short key means.

use std::{borrow::Cow, cell::OnceCell, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// A line a type, sorted: `AWS::SQS::Queue`, tab, JSON. Text, so that opening costs nothing.
const TABLES: &str = include_str!("../data/resource-types.tsv");

/// What CloudFormation asks of one resource type.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'static"))]
pub(crate) struct ResourceType {
    /// The properties.
    #[serde(rename = "s")]
    pub(crate) properties: Schema,
    /// What the properties refer to.
    #[serde(rename = "defs")]
    pub(crate) definitions: Entries<Lazy>,
    /// The paths of properties that only AWS sets.
    #[serde(rename = "ro")]
    pub(crate) read_only: Vec<Text>,
    /// The paths of properties whose change replaces the resource.
    #[serde(rename = "co")]
    pub(crate) create_only: Vec<Text>,
    /// The paths of properties whose change may replace it.
    #[serde(rename = "cc")]
    pub(crate) conditional_create_only: Vec<Text>,
    /// The regions that have it: the first of [`regions`] is the lowest bit.
    #[serde(rename = "g")]
    pub(crate) regions: u64,
    /// 1: it holds data.
    #[serde(rename = "st")]
    pub(crate) stateful: u8,
    /// 1: it can't be updated, so every change replaces it.
    #[serde(rename = "im")]
    pub(crate) immutable: u8,
    /// Conditions across properties.
    pub(crate) rules: Vec<Rule>,
}

/// A condition across properties.
#[derive(Debug, Default, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Rule {
    /// Where it applies: a path below the properties, with `*` for all items.
    #[serde(rename = "at")]
    pub(crate) place: Text,
    /// `e` or `w`.
    #[serde(rename = "v")]
    pub(crate) severity: Text,
    /// What to say.
    #[serde(rename = "m")]
    pub(crate) message: Text,
    #[serde(rename = "s")]
    pub(crate) schema: Schema,
}

/// JSON Schema, as far as the registry and cfn-lint use it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'static"))]
pub(crate) struct Schema {
    /// A definition, or a property of the resource after a slash; then nothing else counts.
    #[serde(rename = "$")]
    pub(crate) reference: Option<Text>,
    /// `s`tring, `i`nteger, `n`umber, `b`oolean, `o`bject, `a`rray, `0` for null; empty for any.
    #[serde(rename = "t")]
    pub(crate) types: Text,
    /// 1: nothing fits.
    pub(crate) never: u8,
    /// What an object may have.
    #[serde(rename = "p")]
    pub(crate) properties: Entries<Schema>,
    /// What it may have under names that match a pattern.
    #[serde(rename = "P")]
    pub(crate) pattern_properties: Entries<Schema>,
    /// 1: it may have nothing else.
    #[serde(rename = "c")]
    pub(crate) closed: u8,
    /// What it must have.
    #[serde(rename = "r")]
    pub(crate) required: Vec<Text>,
    /// It must have exactly one of these.
    #[serde(rename = "rx")]
    pub(crate) required_xor: Vec<Text>,
    /// It must have at least one of these.
    #[serde(rename = "ra")]
    pub(crate) required_any: Vec<Text>,
    /// What else it must be if it has a property.
    #[serde(rename = "d")]
    pub(crate) dependencies: Entries<Schema>,
    /// What it must not have if it has a property.
    #[serde(rename = "dx")]
    pub(crate) excluded: Entries<Vec<Text>>,
    /// What its keys must be.
    #[serde(rename = "k")]
    pub(crate) names: Option<Box<Schema>>,
    /// How many entries at least.
    #[serde(rename = "h")]
    pub(crate) min_properties: Option<usize>,
    /// How many entries at most.
    #[serde(rename = "H")]
    pub(crate) max_properties: Option<usize>,
    /// What an array's items are.
    #[serde(rename = "s")]
    pub(crate) items: Option<Box<Schema>>,
    /// What the first items are besides.
    #[serde(rename = "pi")]
    pub(crate) first_items: Vec<Schema>,
    /// What at least one item is.
    #[serde(rename = "has")]
    pub(crate) contains: Option<Box<Schema>>,
    /// How many items at least.
    #[serde(rename = "i")]
    pub(crate) min_items: Option<usize>,
    /// How many items at most.
    #[serde(rename = "I")]
    pub(crate) max_items: Option<usize>,
    /// 1: no item comes twice.
    #[serde(rename = "U")]
    pub(crate) unique: u8,
    /// 1: the order of items has no meaning.
    #[serde(rename = "O")]
    pub(crate) unordered: u8,
    /// What values there are.
    #[serde(rename = "e")]
    pub(crate) values: Vec<Text>,
    /// The same in any case of letters.
    #[serde(rename = "E")]
    pub(crate) values_any_case: Vec<Text>,
    /// Values that AWS no longer takes (`e`) or soon won't (`w`), the day, and the successor.
    #[serde(rename = "z")]
    pub(crate) retired: Entries<(Text, Option<Text>, Option<Text>)>,
    /// What text looks like.
    #[serde(rename = "x")]
    pub(crate) pattern: Option<Text>,
    /// How many characters at least.
    #[serde(rename = "l")]
    pub(crate) min_length: Option<usize>,
    /// How many characters at most.
    #[serde(rename = "L")]
    pub(crate) max_length: Option<usize>,
    /// The least number.
    #[serde(rename = "n")]
    pub(crate) minimum: Option<f64>,
    /// The greatest number.
    #[serde(rename = "N")]
    pub(crate) maximum: Option<f64>,
    /// A number that is too small.
    #[serde(rename = "m")]
    pub(crate) above: Option<f64>,
    /// A number that is too great.
    #[serde(rename = "M")]
    pub(crate) below: Option<f64>,
    /// What a number is a multiple of.
    #[serde(rename = "u")]
    pub(crate) multiple_of: Option<f64>,
    /// All of these fit.
    #[serde(rename = "a")]
    pub(crate) all_of: Vec<Schema>,
    /// At least one of these fits.
    #[serde(rename = "y")]
    pub(crate) any_of: Vec<Schema>,
    /// Exactly one of these fits.
    #[serde(rename = "o")]
    pub(crate) one_of: Vec<Schema>,
    /// This does not fit.
    pub(crate) not: Option<Box<Schema>>,
    /// Decides between the next two.
    #[serde(rename = "if")]
    pub(crate) condition: Option<Box<Schema>>,
    /// What fits if the condition does.
    pub(crate) then: Option<Box<Schema>>,
    /// What fits if it does not.
    #[serde(rename = "else")]
    pub(crate) otherwise: Option<Box<Schema>>,
}

/// The table of a resource type.
pub(crate) fn resource_type(name: &str) -> Option<ResourceType> {
    let json = line(name).filter(|_| !name.starts_with('#'))?;
    Some(serde_json::from_str(json).expect("`cargo codegen` writes the table"))
}

/// The names of all resource types, sorted.
pub(crate) fn type_names() -> impl Iterator<Item = &'static str> {
    let names = TABLES.lines().filter_map(|line| line.split_once('\t')).map(|(name, _)| name);
    names.filter(|name| !name.starts_with('#'))
}

/// The names of all regions that the tables know.
pub(crate) fn regions() -> Vec<&'static str> {
    let json = line("#regions").expect("`cargo codegen` writes the regions");
    serde_json::from_str(json).expect("`cargo codegen` writes the regions")
}

/// The day of the tables: `2026-01-31`.
pub(crate) fn as_of() -> &'static str {
    line("#as-of").expect("`cargo codegen` writes the day").trim_matches('"')
}

/// What the tables have under a name, by bisection.
fn line(name: &str) -> Option<&'static str> {
    let mut rest = TABLES;
    while !rest.is_empty() {
        let middle = rest.floor_char_boundary(rest.len() / 2);
        let start = rest[..middle].rfind('\n').map_or(0, |at| at + 1);
        let end = rest[start..].find('\n').map_or(rest.len(), |at| start + at + 1);
        let (key, json) = rest[start..end].trim_end().split_once('\t')?;
        match name.cmp(key) {
            std::cmp::Ordering::Equal => return Some(json),
            std::cmp::Ordering::Less => rest = &rest[..start],
            std::cmp::Ordering::Greater => rest = &rest[end..],
        }
    }
    None
}

/// A text of the tables, which lives as long as the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Text(#[serde(borrow)] Cow<'static, str>);

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

/// A definition that is parsed when it is used first.
#[derive(Debug)]
pub(crate) struct Lazy {
    json: &'static str,
    parsed: OnceCell<Box<Schema>>,
}

impl<'de: 'static> Deserialize<'de> for Lazy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?;
        Ok(Self { json: json.get(), parsed: OnceCell::new() })
    }
}

impl Lazy {
    pub(crate) fn schema(&self) -> &Schema {
        self.parsed.get_or_init(|| {
            serde_json::from_str(self.json).expect("`cargo codegen` writes the table")
        })
    }
}

/// A mapping in the order of its keys.
#[derive(Debug)]
pub(crate) struct Entries<T>(Vec<(Text, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Entries<T> {
    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        let found = self.0.binary_search_by(|(name, _)| (**name).cmp(key));
        found.ok().map(|index| &self.0[index].1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de: 'static, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<T>(PhantomData<T>);

impl<'de: 'static, T: Deserialize<'de>> Visitor<'de> for EntriesVisitor<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<T>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        entries.sort_by(|(a, _): &(Text, T), (b, _)| a.cmp(b));
        Ok(Entries(entries))
    }
}
