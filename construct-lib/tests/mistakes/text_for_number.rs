use construct_lib::l1::lambda;

fn main() {
    lambda::EventInvokeConfig::new("worker", "$LATEST").maximum_retry_attempts("two");
}
