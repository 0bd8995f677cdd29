//! A test of the layer: one resource of each service in one stack.

use std::fmt::Write as _;

use crate::model::{Service, Shape, Type};
use crate::output::HEADER;
use crate::{emit, names};

const BEFORE: &str = r#"//! One resource of each service in one stack:
//! `cargo test -p construct-lib --all-features --test every_service`.

#![allow(unused_imports, reason = "generated")]

use std::collections::BTreeMap;

use construct_lib::Scope;
use construct_lib::l1::*;
use construct_lib::unit::*;
use construct_lib::value::*;

fn any<T>() -> Val<T> {
    Val::from_value("any".into())
}

#[rustfmt::skip]
fn add_all(stack: &mut Scope) -> usize {
    let mut added = 0;
"#;

const AFTER: &str = r#"    added
}

#[test]
fn every_service_renders() {
    let mut added = 0;
    let yaml = construct_lib::testing::template(|stack| added = add_all(stack));
    assert_eq!(yaml.matches("\n    Type: ").count(), added);
}
"#;

/// The test's file; services in `always` have no feature to ask for.
pub fn every_service(services: &[Service], always: &[&str]) -> String {
    let mut out = format!("{HEADER}{BEFORE}");
    for service in services {
        let Some(resource) = service.resources.first() else {
            continue;
        };
        if !always.contains(&service.module.as_str()) {
            _ = writeln!(out, "    #[cfg(feature = \"{}\")]", service.feature);
        }
        let id = service.module.replace('_', "");
        let call = construct(&service.module, &resource.shape);
        _ = writeln!(out, "    {{ stack.add(\"{id}\", {call}); added += 1; }}");
    }
    out.push_str(AFTER);
    out
}

fn construct(module: &str, shape: &Shape) -> String {
    let named = emit::takes_struct(shape);
    let rust = emit::property_names(shape);
    let required = shape.properties.iter().zip(rust).filter(|(it, _)| it.required);
    let arguments = required.map(|(property, rust)| {
        let value = format!("any::<{}>()", label(&property.ty, module));
        if named { format!("{rust}: {value}") } else { value }
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let path = format!("{}::{}", names::identifier(module.to_owned()), shape.name);
    match named {
        true => format!("{path}::new({path}Required {{ {arguments} }})"),
        false => format!("{path}::new({arguments})"),
    }
}

/// A type's label as seen from outside of its module.
fn label(ty: &Type, module: &str) -> String {
    match ty {
        Type::List(inner) => format!("Vec<{}>", label(inner, module)),
        Type::Map(inner) => format!("BTreeMap<String, {}>", label(inner, module)),
        Type::Shape(name) | Type::Enum(name) => {
            format!("{}::{name}", names::identifier(module.to_owned()))
        }
        Type::Tag => "construct_lib::Tag".into(),
        other => emit::label(other).replace("p::", ""),
    }
}
