use construct_lib::l1::iam;

fn main() {
    iam::Role::new();
}
