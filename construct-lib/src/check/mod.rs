//! What is checked at synth beyond the types: a rule a file, each a walk over the tree.

mod circles;
mod limits;
mod loops;
mod names;
mod notifications;
mod queues;

use crate::tree::{NodeId, Tree};
use crate::unit::Duration;

pub(crate) use circles::check as circles;
pub(crate) use limits::check as templates;

/// The rules about resources and what they are to each other.
pub(crate) fn constructs(tree: &mut Tree) {
    names::check(tree);
    queues::check(tree);
    notifications::check(tree);
    loops::check(tree);
}

/// A duration must have whole seconds and lie in a range.
pub(crate) fn duration(
    tree: &mut Tree,
    node: NodeId,
    what: &str,
    given: Duration,
    least: Duration,
    most: Duration,
) {
    if given < least || given > most {
        let (least, most) = (least.as_secs(), most.as_secs());
        let message =
            format!("the {what} is {} s, and must be {least} s to {most} s", given.as_secs_f64());
        tree.error(node, message, "give a duration in that range");
    } else if given.subsec_nanos() != 0 {
        let message = format!("the {what} is {given:?}, and must be whole seconds");
        tree.error(node, message, "use `seconds(..)` or `minutes(..)`");
    }
}
