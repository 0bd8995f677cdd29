//! What the tests need on the machine: Python packages, folders, a local AWS.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::Credentials;
use aws_smithy_http_client::Builder as HttpClient;
use synth::testing::LocalAws;

const PACKAGES: [&str; 2] = ["cfn-lint==1.58.0", "pyyaml"];

/// Whether these tests are to run. That they don't is said where nobody can overlook it. That they
/// do waits for the end of another run with the same folders.
pub(crate) fn is_on() -> bool {
    static ALONE: OnceLock<File> = OnceLock::new();
    let off = std::env::var("SYNTH_E2E").is_ok_and(|value| value == "off");
    if off {
        // Not with eprintln!: the test harness would keep it to itself.
        let _ =
            writeln!(std::io::stderr(), "\nSKIPPED: an end-to-end test, because SYNTH_E2E=off\n");
    } else {
        ALONE.get_or_init(|| {
            fs::create_dir_all(scratch("")).unwrap();
            let lock = File::create(scratch("lock")).unwrap();
            lock.lock().unwrap();
            lock
        });
    }
    !off
}

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A folder of the tests' own, under cargo's target folder.
pub(crate) fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("e2e").join(name)
}

/// A Python program, or Python itself, with the packages that the tests need.
pub(crate) fn python(program: &str) -> PathBuf {
    let bin = synth::testing::python(&venv(), &PACKAGES);
    bin.unwrap_or_else(|problem| panic!("{problem}\n{WAY_OUT}")).join(program)
}

/// A local AWS of this test's own.
pub(crate) fn local_aws(name: &str, enforce_iam: bool) -> LocalAws {
    let aws = LocalAws::start_empty(&scratch(name), &venv(), enforce_iam);
    aws.unwrap_or_else(|problem| panic!("{problem}\n{WAY_OUT}"))
}

/// The same once more, as another process would find it.
pub(crate) fn local_aws_again(name: &str) -> LocalAws {
    LocalAws::start(&scratch(name), &venv(), false).unwrap()
}

const WAY_OUT: &str = "SYNTH_E2E=off skips the end-to-end tests";

/// The tool's own, so that it is set up once.
fn venv() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("synth/python")
}

/// For SDK clients of that AWS.
pub(crate) async fn sdk(aws: &LocalAws) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(HttpClient::new().build_http())
        .endpoint_url(aws.endpoint())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .load()
        .await
}

/// For the buckets of that AWS.
pub(crate) fn s3(sdk: &SdkConfig) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(true);
    aws_sdk_s3::Client::from_conf(config.build())
}
