//! `synth list`.

use crate::fixture::{Fixture, snapshots};

#[test]
fn stacks_are_listed_in_deployment_order() {
    let fixture = Fixture::new();
    snapshots().bind(|| {
        insta::assert_snapshot!("list", fixture.synth(&["list"]).screen());
        insta::assert_snapshot!("list-json", fixture.synth(&["list", "--json"]).stdout);
    });
}

#[test]
fn listing_builds_no_handler() {
    let fixture = Fixture::new();
    fixture.write("handlers/src/bin/resize.rs", "this is not Rust");
    assert_eq!(fixture.synth(&["list"]).code, 0);
}
