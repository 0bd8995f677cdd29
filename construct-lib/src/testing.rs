//! For tests: the smallest app in one call.

use crate::app::App;
use crate::diagnostic::Diagnostic;
use crate::scope::Scope;

/// The YAML of a stack that holds what `define` defines. Made for inline snapshots:
///
/// ```
/// # use construct_lib::prelude::*;
/// let yaml = construct_lib::testing::template(|stack| {
///     Topic::new(stack, "Alerts", default());
/// });
/// // insta::assert_snapshot!(yaml, @"");
/// assert!(yaml.starts_with("AWSTemplateFormatVersion"));
/// ```
///
/// # Panics
///
/// When synth fails, with everything that is wrong.
pub fn template<R>(define: impl FnOnce(&mut Scope) -> R) -> String {
    let mut app = App::new();
    app.stack("Test", |stack| {
        define(stack);
    });
    match app.synth() {
        Ok(mut assembly) => assembly.stacks.remove(0).yaml,
        Err(diagnostics) => panic!("synth fails:\n{}", text(&diagnostics)),
    }
}

/// What synth has to say of a stack: a paragraph for each error and warning, without source
/// lines, so that a snapshot does not change with the file around it.
pub fn diagnostics<R>(define: impl FnOnce(&mut Scope) -> R) -> String {
    app_diagnostics(|app| {
        app.stack("Test", |stack| {
            define(stack);
        });
    })
}

/// The same of a whole app.
pub fn app_diagnostics(define: impl FnOnce(&mut App)) -> String {
    let mut app = App::new();
    define(&mut app);
    match app.synth() {
        Ok(assembly) => text(&assembly.warnings),
        Err(diagnostics) => text(&diagnostics),
    }
}

fn text(diagnostics: &[Diagnostic]) -> String {
    let texts: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| Diagnostic { location: None, ..diagnostic.clone() }.to_string())
        .collect();
    texts.join("\n")
}
