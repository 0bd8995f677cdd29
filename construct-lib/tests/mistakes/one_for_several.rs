use construct_lib::l1::sns;

fn main() {
    sns::TopicPolicy::new(serde_json::json!({}), "arn:aws:sns:eu-west-1:123456789012:alerts");
}
