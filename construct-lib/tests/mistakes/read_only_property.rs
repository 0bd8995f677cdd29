use construct_lib::l1::sqs;

fn main() {
    sqs::Queue::new().arn("arn:aws:sqs:eu-west-1:123456789012:jobs");
}
