//! Files that arrive in a bucket are checked and reported on; what fails becomes one alert.

use construct_lib::prelude::*;
use handlers::{data_processor, error_handler};

/// Where files are expected, and where reports about them go.
const DATA: &str = "data/";
const REPORTS: &str = "reports/";

/// How long the error handler may take, and for how long its batches are collected.
const HANDLER_TIMEOUT: Duration = minutes(1);
const HANDLER_WINDOW: Duration = seconds(5);

pub(crate) fn define(stack: &mut Scope) {
    // Files arrive here.
    let inbox = Bucket::new(stack, "Inbox", BucketProps { versioned: true, ..default() });

    // Whoever is on call hears of failures and alarms.
    let alerts = Topic::new(
        stack,
        "Alerts",
        TopicProps { display_name: Some("Data processing".into()), ..default() },
    );
    subscribe_on_call(stack, &alerts);

    // Every failure is one message here, until the error handler has told of it. What it can't
    // tell of rests in the last queue, which nothing drains.
    let last = Queue::new(stack, "LastQueue", QueueProps { retention: days(14), ..default() });
    let failures = Queue::new(
        stack,
        "FailureQueue",
        QueueProps {
            visibility_timeout: HANDLER_TIMEOUT * 6 + HANDLER_WINDOW,
            dead_letter: Some(last.dead_letter(5)),
            ..default()
        },
    );

    // Checks each file and writes a report about it.
    let processor = Function::new(
        stack,
        "Processor",
        FunctionProps {
            description: Some("Checks uploaded files and reports on them".into()),
            timeout: minutes(5),
            memory: megabytes(512),
            on_failure: Some(failures.destination()),
            environment: data_processor::Env {
                failure_queue_url: failures.url(),
                reports_prefix: REPORTS.into(),
            }
            .into(),
            ..FunctionProps::handler("data-processor")
        },
    );
    inbox.on_object_created(stack, &processor, prefix(DATA));
    inbox.grant_read(stack, &processor, &format!("{DATA}*"));
    inbox.grant_put(stack, &processor, &format!("{REPORTS}*"));
    // A report that is there tells that a failure was told of.
    inbox.grant_read(stack, &processor, &format!("{REPORTS}*"));
    failures.grant_send_messages(stack, &processor);

    // Turns each failure into one alert.
    let error_handler = Function::new(
        stack,
        "ErrorHandler",
        FunctionProps {
            description: Some("Turns failures into alerts".into()),
            timeout: HANDLER_TIMEOUT,
            environment: error_handler::Env { alert_topic_arn: alerts.arn() }.into(),
            ..FunctionProps::handler("error-handler")
        },
    );
    error_handler.consume_queue(
        stack,
        &failures,
        QueueSourceProps { window: HANDLER_WINDOW, ..default() },
    );
    alerts.grant_publish(stack, &error_handler);

    let slow = AlarmProps {
        evaluation_periods: 2,
        ..AlarmProps::above(processor.metric_duration(), 240_000)
    };
    for (id, alarm, meaning) in [
        (
            "ProcessorErrors",
            AlarmProps::at_least(processor.metric_errors(), 1),
            "A file could not be processed",
        ),
        ("ProcessorSlow", slow, "Files take over four minutes, of five that they may"),
        (
            "FailureBacklog",
            AlarmProps::above(failures.metric_visible_messages(), 5),
            "Failures wait to be told of",
        ),
        (
            "ErrorHandlerErrors",
            AlarmProps::at_least(error_handler.metric_errors(), 1),
            "Alerts could not be sent",
        ),
        (
            "FailuresUntold",
            AlarmProps::at_least(last.metric_visible_messages(), 1),
            "A failure rests in the last queue",
        ),
    ] {
        Alarm::new(
            stack,
            id,
            AlarmProps {
                description: Some(meaning.into()),
                actions: vec![alerts.alarm_action()],
                ..alarm
            },
        );
    }

    Output::new(stack, "BucketName", inbox.name());
    Output::new(stack, "FailureQueueUrl", failures.url());
    Output::new(stack, "LastQueueUrl", last.url());
    Output::new(stack, "AlertTopicArn", alerts.arn());
    Output::new(stack, "ProcessorName", processor.name());
    Output::new(stack, "ErrorHandlerName", error_handler.name());
}

/// The address is given when the stack is deployed; without one nobody is subscribed.
fn subscribe_on_call(stack: &mut Scope, alerts: &Topic) {
    let address = Parameter::new(
        stack,
        "AlertEmail",
        ParameterProps {
            description: Some("Who is told of failures; nobody when empty".into()),
            default: Some("".into()),
            allowed_pattern: Some("|[^@ ]+@[^@ ]+".into()),
            ..ParameterProps::string()
        },
    );
    let given = Condition::new(stack, "HasAlertEmail", not(equals(&address, "")));
    alerts.subscribe_email(stack, &address).only_if(stack, &given);
}
