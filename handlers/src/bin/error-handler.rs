//! The error handler as a Lambda function.

use handlers::error_handler::{Env, ErrorHandler};
use handlers::{aws, logs};
use lambda_runtime::{Error, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    logs::init();
    let handler = &ErrorHandler::new(Env::from_process()?, &aws::config().await);
    run(service_fn(move |event| handler.handle(event))).await
}
