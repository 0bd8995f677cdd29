//! What happens to an S3 event.
//!
//! S3 and Lambda both deliver at least once, so everything here may happen again for the same
//! upload. The report's key is a function of the upload, and the report is only ever created,
//! never replaced: it is the one mark that an upload is dealt with.
//!
//! - A file that is as it should be: read it, create the report. Again: the report exists.
//! - A file that can't be processed: send one [`Failure`], then create the report that says so.
//!   In this order a crash between the two costs a second alert and never the only one. Again:
//!   the report exists, nothing is sent. Two deliveries at the very same time both send.
//! - Anything else is an [`Error`]: Lambda tries again, then tells the failure destination.
//!
//! One GetObject answers all that HeadObject would (size, date, ETag), of the very bytes that are
//! read; a HeadObject before it could only disagree. So the sole HeadObject is of the report.

use std::time::Instant;

use aws_config::SdkConfig;
use aws_lambda_events::s3::{S3Event, S3EventRecord};
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use lambda_runtime::LambdaEvent;
use tracing::{error, info, warn};

use super::Env;
use super::body::read_on_thread;
use super::check::{Format, Unfit, check};
use super::object::Object;
use super::report::{Problem, Report, Status};
use crate::deadline::Deadline;
use crate::failure::{Failure, KIND, MAX_MESSAGE};
use crate::{Error, aws, text, time};

/// The data processor: its environment and its clients.
#[derive(Clone, Debug)]
pub struct Processor {
    env: Env,
    s3: aws_sdk_s3::Client,
    sqs: aws_sdk_sqs::Client,
}

impl Processor {
    /// A processor that calls AWS as `config` says.
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`] when the reports have no prefix: they would be files to process.
    pub fn new(env: Env, config: &SdkConfig) -> Result<Self, Error> {
        if env.reports_prefix.is_empty() {
            let message = "environment variable REPORTS_PREFIX is empty; hint: reports/";
            return Err(Error::Configuration(message.into()));
        }
        Ok(Self { env, s3: aws::s3(config), sqs: aws_sdk_sqs::Client::new(config) })
    }

    /// Deals with every record of an event.
    ///
    /// # Errors
    ///
    /// The first [`Error`] of a record, once all are dealt with. Trying the event again harms
    /// none of those that went well.
    pub async fn handle(&self, event: LambdaEvent<S3Event>) -> Result<(), Error> {
        let deadline = Deadline::of(&event.context);
        let mut outcome = Ok(());
        for record in event.payload.records {
            let result = deadline.bound(self.process(record, &event.context.request_id)).await;
            if let Err(error) = &result {
                error!(error_type = error.name(), %error, "the invocation will be tried again");
            }
            outcome = outcome.and(result);
        }
        outcome
    }

    async fn process(&self, record: S3EventRecord, request_id: &str) -> Result<(), Error> {
        let name = record.event_name.clone().unwrap_or_default();
        let object = Object::of(record)?;
        let (bucket, key) = (&object.bucket, &object.key);
        info!(bucket, key, version_id = object.version_id, event = name, "received");
        if !name.contains("ObjectCreated:") {
            info!(key, event = name, "skipped: nothing was uploaded");
        } else if key.starts_with(&self.env.reports_prefix) {
            warn!(key, "skipped: this is a report; hint: don't notify this function of reports");
        } else if object.is_folder_marker() {
            info!(key, "skipped: this is a folder");
        } else {
            self.process_upload(&object, request_id).await?;
        }
        Ok(())
    }

    async fn process_upload(&self, object: &Object, request_id: &str) -> Result<(), Error> {
        let started = Instant::now();
        let mut report = Report::new(object);
        let checked = match report.format {
            Some(format) => self.fetch_and_check(object, format, &mut report).await?,
            None => Checked::Failed(unsupported()),
        };
        report.processing_time = time::now();
        report.duration_ms = started.elapsed().as_millis() as u64;
        match checked {
            Checked::Gone => info!(key = object.key, "skipped: deleted or replaced meanwhile"),
            Checked::Failed(problem) => self.fail(object, problem, report, request_id).await?,
            Checked::Good => self.create_report(object, &report).await?,
        }
        Ok(())
    }

    /// Reads the upload and fills in the report.
    async fn fetch_and_check(
        &self,
        object: &Object,
        format: Format,
        report: &mut Report,
    ) -> Result<Checked, Error> {
        let Some(output) = self.fetch(object).await? else {
            return Ok(Checked::Gone);
        };
        report.file_size = output.content_length().unwrap_or(object.size);
        report.last_modified = output.last_modified().map(time::rfc3339);
        match read_on_thread(output.body, move |content| check(format, content)).await {
            Ok(counts) => {
                report.counts = Some(counts);
                Ok(Checked::Good)
            }
            Err(Unfit::Content(message)) => {
                Ok(Checked::Failed(Problem { name: "InvalidContent", message }))
            }
            Err(Unfit::Read(error)) => Err(Error::aws("s3:GetObject", error)),
        }
    }

    /// The very upload that the event names, or `None` where it is no longer there.
    async fn fetch(&self, object: &Object) -> Result<Option<GetObjectOutput>, Error> {
        let request = self.s3.get_object().bucket(&object.bucket).key(&object.key);
        let request = match (&object.version_id, &object.etag) {
            (Some(version), _) => request.version_id(version),
            (None, Some(etag)) => request.if_match(format!("\"{etag}\"")),
            (None, None) => request,
        };
        match request.send().await {
            Ok(output) => Ok(Some(output)),
            Err(error) if matches!(status(&error), Some(404 | 412)) => Ok(None),
            Err(error) => Err(Error::aws("s3:GetObject", error)),
        }
    }

    async fn fail(
        &self,
        object: &Object,
        problem: Problem,
        mut report: Report,
        request_id: &str,
    ) -> Result<(), Error> {
        let error = &problem.message;
        if self.is_reported(object).await {
            info!(key = object.key, error, "failed again: already reported");
            return Ok(());
        }
        self.send_failure(object, &problem, request_id).await?;
        warn!(key = object.key, error_type = problem.name, error, "failed for good: sent");
        report.status = Status::Failed;
        report.error = Some(problem);
        // The alert is on its way; failing now would only send it again.
        if let Err(error) = self.create_report(object, &report).await {
            error!(key = object.key, %error, "no report of this failure was written");
        }
        Ok(())
    }

    /// Whether a report is known to exist. Where that can't be found out it is taken not to:
    /// better two alerts than none.
    async fn is_reported(&self, object: &Object) -> bool {
        let key = object.report_key(&self.env.reports_prefix);
        self.s3.head_object().bucket(&object.bucket).key(key).send().await.is_ok()
    }

    async fn send_failure(
        &self,
        object: &Object,
        problem: &Problem,
        request_id: &str,
    ) -> Result<(), Error> {
        let failure = Failure {
            kind: KIND.into(),
            bucket: object.bucket.clone(),
            key: object.key.clone(),
            version_id: object.version_id.clone(),
            error_type: problem.name.into(),
            message: text::clip(&problem.message, MAX_MESSAGE),
            time: time::now(),
            attempt: 1,
            request_id: request_id.into(),
        };
        let body = serde_json::to_string(&failure).expect("text and a number are JSON");
        let request = self.sqs.send_message().queue_url(&self.env.failure_queue_url);
        let sent = request.message_body(body).send().await;
        sent.map_err(|error| Error::aws("sqs:SendMessage", error)).map(drop)
    }

    /// Writes the report, unless there is one.
    async fn create_report(&self, object: &Object, report: &Report) -> Result<(), Error> {
        let key = object.report_key(&self.env.reports_prefix);
        let body = serde_json::to_vec_pretty(report).expect("text and numbers are JSON");
        let request = self.s3.put_object().bucket(&object.bucket).key(&key).if_none_match("*");
        let request = request.content_type("application/json").body(ByteStream::from(body));
        match request.send().await {
            Ok(_) => info!(key = object.key, report = key, status = ?report.status, "reported"),
            Err(error) if status(&error) == Some(412) => {
                info!(key = object.key, report = key, "already reported");
            }
            Err(error) => return Err(Error::aws("s3:PutObject", error)),
        }
        Ok(())
    }
}

/// What came of reading an upload.
enum Checked {
    Good,
    Failed(Problem),
    Gone,
}

fn unsupported() -> Problem {
    let message = "only files that end in .csv, .json, .ndjson or .jsonl can be processed";
    Problem { name: "UnsupportedType", message: message.into() }
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

#[cfg(test)]
mod tests;
