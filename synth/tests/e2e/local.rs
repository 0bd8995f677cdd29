//! The local AWS itself.

use std::net::TcpStream;

use crate::environment::{is_on, local_aws, local_aws_again};

#[test]
fn the_local_aws_runs_once_and_ends_completely() {
    if !is_on() {
        return;
    }
    let first = local_aws("local", false);
    let second = local_aws_again("local");
    assert_eq!(first.endpoint(), second.endpoint());
    let address = first.endpoint().trim_start_matches("http://").to_owned();
    assert!(TcpStream::connect(&address).is_ok());
    drop(first);
    assert!(TcpStream::connect(&address).is_err());
}
