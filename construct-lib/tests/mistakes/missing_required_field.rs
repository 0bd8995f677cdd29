use construct_lib::l1::cloudwatch;

fn main() {
    cloudwatch::ScheduledQueryConfiguration::new(cloudwatch::ScheduledQueryConfigurationRequired {
        query_string: "fields @message",
    });
}
