//! Mappings: which properties they have, and may have.

use serde_json::{Map, Value};

use super::{Checker, Draft, Verdict, has, list, names};
use crate::registry::{Schema, Text};
use crate::validate::{
    finding::Step,
    intrinsic::{self, Presence},
    nearest::nearest,
};

impl<'v, 't> Checker<'v, 't> {
    pub(super) fn object(&mut self, schema: &'t Schema, map: &'v Map<String, Value>) -> Verdict {
        let mut verdict = self.properties(schema, map);
        for name in &schema.required {
            verdict = verdict.max(self.required(map, name));
        }
        if !schema.required_xor.is_empty() {
            verdict = verdict.max(self.one_of_these(map, &schema.required_xor, true));
        }
        if !schema.required_any.is_empty() {
            verdict = verdict.max(self.one_of_these(map, &schema.required_any, false));
        }
        if !schema.dependencies.is_empty() || !schema.excluded.is_empty() {
            verdict = verdict.max(self.dependencies(schema, map));
        }
        if schema.names.is_some() || schema.min_properties.or(schema.max_properties).is_some() {
            verdict = verdict.max(self.keys(schema, map));
        }
        verdict
    }

    fn properties(&mut self, schema: &'t Schema, map: &'v Map<String, Value>) -> Verdict {
        let mut verdict = Verdict::Yes;
        for (name, value) in map {
            if intrinsic::is_no_value(value) || intrinsic::is_generator(name) {
                continue;
            }
            self.path.push(Step::Key(name));
            verdict = verdict.max(match self.property(schema, name) {
                Some(Some(inner)) => self.check(inner, value),
                Some(None) => Verdict::Unknown,
                None if schema.closed == 1 => self.unknown(schema, name, value),
                None => Verdict::Yes,
            });
            self.path.pop();
        }
        verdict
    }

    /// The schema of a property; an inner nothing where it can't be known.
    fn property(&mut self, schema: &'t Schema, name: &str) -> Option<Option<&'t Schema>> {
        if let Some(found) = schema.properties.get(name) {
            return Some(Some(found));
        }
        for (pattern, inner) in schema.pattern_properties.iter() {
            match self.patterns.is_match(pattern, name) {
                Some(true) => return Some(Some(inner)),
                Some(false) => {}
                None => return Some(None),
            }
        }
        None
    }

    fn unknown(&mut self, schema: &'t Schema, name: &str, value: &Value) -> Verdict {
        let table = self.table;
        self.report("unknown-property", Some(value), || {
            let is_root = std::ptr::eq(schema, &table.properties);
            let is_settable =
                |name: &&str| !is_root || !table.read_only.iter().any(|it| **it == **name);
            let known = schema.properties.iter().map(|(name, _)| name).filter(is_settable);
            let known: Vec<_> = known.collect();
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => Some(format!("did you mean `{near}`?")),
                None if known.is_empty() => None,
                None => Some(format!("there are: {}", list(&known))),
            };
            let allowed = known.into_iter().map(str::to_owned).collect();
            Draft { message: "there is no such property".into(), allowed, hint }
        })
    }

    fn required(&mut self, map: &'v Map<String, Value>, name: &str) -> Verdict {
        match has(map, name) {
            Presence::Present => Verdict::Yes,
            Presence::Maybe => Verdict::Unknown,
            Presence::Absent => {
                self.report("required", None, || Draft::new(format!("`{name}` is missing")))
            }
        }
    }

    /// One of these properties has to be there, and maybe not a second one.
    fn one_of_these(
        &mut self,
        map: &'v Map<String, Value>,
        texts: &'t [Text],
        exactly: bool,
    ) -> Verdict {
        let count = |wanted: Presence| texts.iter().filter(|name| has(map, name) == wanted).count();
        let (present, maybe) = (count(Presence::Present), count(Presence::Maybe));
        match (present, maybe) {
            (0, 0) => self.report("required", None, || Draft {
                message: format!("needs one of {}", list(names(texts))),
                allowed: names(texts),
                hint: None,
            }),
            (2.., _) if exactly => self.report("excluded", None, || Draft {
                message: format!("takes only one of {}", list(names(texts))),
                allowed: names(texts),
                hint: None,
            }),
            (_, 0) => Verdict::Yes,
            (1.., _) if !exactly => Verdict::Yes,
            _ => Verdict::Unknown,
        }
    }

    fn dependencies(&mut self, schema: &'t Schema, map: &'v Map<String, Value>) -> Verdict {
        let mut verdict = Verdict::Yes;
        for (name, needed) in schema.dependencies.iter() {
            verdict = verdict.max(match has(map, name) {
                Presence::Absent => Verdict::Yes,
                Presence::Maybe => Verdict::Unknown,
                // Whatever else the schema asks for is a matter of the whole mapping.
                Presence::Present => self.object(needed, map).max(self.combine_map(needed, map)),
            });
        }
        for (name, excluded) in schema.excluded.iter() {
            if has(map, name) == Presence::Absent {
                continue;
            }
            for other in excluded {
                verdict = verdict.max(match (has(map, name), has(map, other)) {
                    (_, Presence::Absent) => Verdict::Yes,
                    (Presence::Present, Presence::Present) => self.report("excluded", None, || {
                        Draft::new(format!("`{other}` does not go with `{name}`"))
                    }),
                    _ => Verdict::Unknown,
                });
            }
        }
        verdict
    }

    fn keys(&mut self, schema: &'t Schema, map: &'v Map<String, Value>) -> Verdict {
        let mut verdict = Verdict::Yes;
        if let Some(pattern) = schema.names.as_ref().and_then(|it| it.pattern.as_ref()) {
            for name in map.keys().filter(|name| !intrinsic::is_generator(name)) {
                if self.patterns.is_match(pattern, name) == Some(false) {
                    self.path.push(Step::Key(name));
                    let draft = || Draft::new(format!("the name does not match {pattern}"));
                    verdict = verdict.max(self.report("pattern", None, draft));
                    self.path.pop();
                }
            }
        }
        if intrinsic::is_generated(map) {
            return verdict.max(Verdict::Unknown);
        }
        let count = map.values().filter(|it| !intrinsic::is_no_value(it)).count();
        if schema.min_properties.is_some_and(|min| count < min) {
            let draft = || Draft::new(format!("has too few entries: {count}"));
            verdict = verdict.max(self.report("items", None, draft));
        }
        if schema.max_properties.is_some_and(|max| count > max) {
            let draft = || Draft::new(format!("has too many entries: {count}"));
            verdict = verdict.max(self.report("items", None, draft));
        }
        verdict
    }
}
