//! The data processor as a Lambda function.

use handlers::data_processor::{Env, Processor};
use handlers::{aws, logs};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    logs::init();
    let processor = &Processor::new(Env::from_process()?, &aws::config().await)?;
    run(service_fn(move |event| processor.handle(event))).await
}
