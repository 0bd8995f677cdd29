//! What the compiler says of the most likely mistakes: the wording is part of the interface.
//!
//! `TRYBUILD=overwrite cargo test -p construct-lib --test mistakes` accepts what it says now.

#[test]
fn mistakes_are_told_in_words_that_help() {
    trybuild::TestCases::new().compile_fail("tests/mistakes/*.rs");
}
