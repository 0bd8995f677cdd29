//! The command line reference.

use crate::fixture::snapshots;

#[test]
fn help_of_every_verb() {
    snapshots().bind(|| insta::assert_snapshot!("cli-reference", synth::reference()));
}
