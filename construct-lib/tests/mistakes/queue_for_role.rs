use construct_lib::l1::lambda;
use construct_lib::prelude::*;

fn main() {
    construct_lib::testing::template(|stack| {
        let queue = Queue::new(stack, "Queue", default());
        lambda::Function::new(lambda::Code::new(), &queue);
    });
}
