//! CloudWatch metrics. The names come from typed methods of what has them, such as
//! [`Queue::metric_visible_messages`](crate::Queue::metric_visible_messages).

use crate::l1::cloudwatch::Statistic;
use crate::unit::{Duration, minutes};
use crate::value::{IntoVal, Text, Val};

/// A metric and how it is read.
///
/// ```
/// # use construct_lib::prelude::*;
/// # construct_lib::testing::template(|stack| {
/// let queue = Queue::new(stack, "Jobs", default());
/// let depth = Metric { period: minutes(1), ..queue.metric_visible_messages() };
/// # Alarm::new(stack, "TooMany", AlarmProps::above(depth, 100.0));
/// # });
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Such as `AWS/SQS`.
    pub namespace: Text,
    /// The metric's name in its namespace.
    pub name: Text,
    /// What tells it from other metrics of the name.
    pub dimensions: Vec<(Text, Val<String>)>,
    /// How the data points of a period become one number.
    pub statistic: Statistic,
    /// Over how long. Default: 5 minutes.
    pub period: Duration,
}

impl Metric {
    /// A metric of your own, or one that has no method yet: its sum over 5 minutes.
    pub fn new(namespace: impl Into<Text>, name: impl Into<Text>) -> Metric {
        Metric {
            namespace: namespace.into(),
            name: name.into(),
            dimensions: Vec::new(),
            statistic: Statistic::Sum,
            period: minutes(5),
        }
    }

    /// Adds a dimension.
    pub fn dimension(mut self, name: impl Into<Text>, value: impl IntoVal<String>) -> Metric {
        self.dimensions.push((name.into(), value.into_val()));
        self
    }

    /// The same metric with another statistic.
    pub fn statistic(self, statistic: Statistic) -> Metric {
        Metric { statistic, ..self }
    }
}
