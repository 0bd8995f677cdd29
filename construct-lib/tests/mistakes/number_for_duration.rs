use construct_lib::l1::sqs;

fn main() {
    sqs::Queue::new().visibility_timeout(30);
}
