use construct_lib::prelude::*;

fn main() {
    let _ = Runtime::Python3_99;
}
