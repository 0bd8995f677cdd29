//! Alternatives and conditions.

use serde_json::{Map, Value};

use super::{Checker, Draft, Verdict, list};
use crate::{registry::Schema, validate::finding::Finding};

impl<'v, 't> Checker<'v, 't> {
    pub(super) fn combine(&mut self, schema: &'t Schema, value: &'v Value) -> Verdict {
        let check = |it: &mut Self, inner: &'t Schema| it.check(inner, value);
        self.combine_with(schema, value.is_object(), &check)
    }

    /// The same for a mapping by itself.
    pub(super) fn combine_map(
        &mut self,
        schema: &'t Schema,
        map: &'v Map<String, Value>,
    ) -> Verdict {
        let check = |it: &mut Self, inner: &'t Schema| {
            it.object(inner, map).max(it.combine_map(inner, map))
        };
        self.combine_with(schema, true, &check)
    }

    fn combine_with(
        &mut self,
        schema: &'t Schema,
        is_object: bool,
        check: &dyn Fn(&mut Self, &'t Schema) -> Verdict,
    ) -> Verdict {
        let mut verdict = Verdict::Yes;
        for inner in &schema.all_of {
            verdict = verdict.max(check(self, inner));
        }
        if !schema.any_of.is_empty() {
            verdict = verdict.max(self.alternatives(&schema.any_of, check));
        }
        if !schema.one_of.is_empty() {
            verdict = verdict.max(match self.alternatives(&schema.one_of, check) {
                Verdict::Yes if is_object => self.at_most_one(&schema.one_of, check),
                other => other,
            });
        }
        if let Some(inner) = &schema.not {
            verdict = verdict.max(match self.quietly(inner, check) {
                Verdict::Yes => self.report("excluded", None, || {
                    Draft::new("is a combination that AWS does not take".to_owned())
                }),
                Verdict::Unknown => Verdict::Unknown,
                Verdict::Odd | Verdict::No => Verdict::Yes,
            });
        }
        if let Some(condition) = &schema.condition {
            let next = match self.quietly(condition, check) {
                Verdict::Yes => schema.then.as_ref(),
                Verdict::Unknown => return verdict.max(Verdict::Unknown),
                Verdict::Odd | Verdict::No => schema.otherwise.as_ref(),
            };
            if let Some(next) = next {
                verdict = verdict.max(check(self, next));
            }
        }
        verdict
    }

    fn quietly(
        &mut self,
        schema: &'t Schema,
        check: &dyn Fn(&mut Self, &'t Schema) -> Verdict,
    ) -> Verdict {
        self.quiet += 1;
        let verdict = check(self, schema);
        self.quiet -= 1;
        verdict
    }

    /// The best of several; if none fits, what is wrong with the one that fits best.
    fn alternatives(
        &mut self,
        schemas: &'t [Schema],
        check: &dyn Fn(&mut Self, &'t Schema) -> Verdict,
    ) -> Verdict {
        let verdicts = schemas.iter().map(|schema| self.quietly(schema, check));
        let best = verdicts.min().unwrap_or(Verdict::Yes);
        if best <= Verdict::Unknown || self.quiet > 0 {
            return best;
        }
        if let Some(names) = required_names(schemas) {
            return self.report("required", None, || Draft {
                message: format!("needs {}", names.join(", or ")),
                allowed: names,
                hint: None,
            });
        }
        let earlier = std::mem::take(&mut self.findings);
        let mut candidates: Vec<(Verdict, Vec<Finding>)> = Vec::new();
        for schema in schemas {
            let verdict = check(self, schema);
            candidates.push((verdict, std::mem::take(&mut self.findings)));
        }
        self.findings = earlier;
        let depth = |findings: &[Finding]| findings.iter().map(|it| it.path.len()).max();
        candidates.sort_by_key(|(verdict, findings)| {
            (*verdict, std::cmp::Reverse(depth(findings)), findings.len())
        });
        self.findings.extend(candidates.swap_remove(0).1);
        best
    }

    fn at_most_one(
        &mut self,
        schemas: &'t [Schema],
        check: &dyn Fn(&mut Self, &'t Schema) -> Verdict,
    ) -> Verdict {
        let fitting: Vec<_> =
            schemas.iter().filter(|it| self.quietly(it, check) == Verdict::Yes).collect();
        if fitting.len() < 2 {
            return Verdict::Yes;
        }
        self.report("excluded", None, || {
            let names = fitting.iter().flat_map(|it| it.required.iter()).map(|it| it.to_string());
            let names: Vec<_> = names.collect();
            Draft::new(match names.len() {
                0 => "fits more than one of its alternatives".to_owned(),
                _ => format!("takes only one of {}", list(names)),
            })
        })
    }
}

/// What each alternative needs, if that is all that tells them apart.
fn required_names(schemas: &[Schema]) -> Option<Vec<String>> {
    let names = |schema: &Schema| {
        let is_plain = schema.properties.is_empty() && !schema.required.is_empty();
        let texts: Vec<_> = schema.required.iter().map(|it| it.to_string()).collect();
        is_plain.then(|| texts.join(" and "))
    };
    schemas.iter().map(names).collect()
}
