use construct_lib::l1::sqs;

fn main() {
    construct_lib::testing::template(|stack| {
        let queue = stack.add("Queue", sqs::Queue::new());
        let _ = queue.metric_number_of_message_sent();
    });
}
