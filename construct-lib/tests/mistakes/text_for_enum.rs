use construct_lib::l1::s3;

fn main() {
    s3::VersioningConfiguration::new("enabled");
}
