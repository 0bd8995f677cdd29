use construct_lib::l1::lambda;
use construct_lib::prelude::*;

fn main() {
    construct_lib::testing::template(|stack| {
        let role = Role::new(stack, "Role", RoleProps::service("lambda.amazonaws.com"));
        lambda::Function::new(lambda::Code::new(), &role).memory_size(512);
    });
}
