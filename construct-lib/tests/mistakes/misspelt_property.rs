use construct_lib::l1::sqs;
use construct_lib::prelude::*;

fn main() {
    sqs::Queue::new().delay_second(seconds(5));
}
