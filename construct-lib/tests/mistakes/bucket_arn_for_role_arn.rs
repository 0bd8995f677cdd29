use construct_lib::l1::lambda;
use construct_lib::prelude::*;

fn main() {
    construct_lib::testing::template(|stack| {
        let bucket = Bucket::new(stack, "Bucket", default());
        lambda::Function::new(lambda::Code::new(), bucket.arn());
    });
}
