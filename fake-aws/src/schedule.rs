//! Which call goes wrong, and how.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::World;

/// What happens to a call.
#[derive(Clone)]
pub enum Fault {
    /// AWS says that there are too many calls.
    Throttle,
    /// An internal error, and nothing has happened.
    ServerErrorBefore,
    /// An internal error, though it has happened.
    ServerErrorAfter,
    /// No answer ever comes, and nothing has happened.
    NoAnswerBefore,
    /// No answer ever comes, though it has happened.
    NoAnswerAfter,
    /// The connection is reset, and nothing has happened.
    ResetBefore,
    /// The connection is reset, though it has happened.
    ResetAfter,
    /// The answer ends in the middle, with what looks like a success.
    Truncated,
    /// The answer to a read is what it was before the latest write.
    Stale,
    /// The caller has no permission for it.
    AccessDenied,
    /// The credentials have expired.
    ExpiredToken,
    /// A list's page is shorter than usual and the next one overlaps with it.
    ShiftedPage,
    /// A list's page is out of order, with an entry in it twice.
    Mixed,
    /// All statuses in the answer are ones that nobody knows.
    UnknownStatus,
    /// Somebody else does this just before the call.
    Foreign(Act),
    /// The caller is dead before the call is sent.
    KillBefore,
    /// The caller is dead before the answer comes.
    KillAfter,
}

/// What somebody else does.
pub type Act = Arc<dyn Fn(&mut World) + Send + Sync>;

impl Fault {
    /// A name for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::ServerErrorBefore => "5xx before effect",
            Self::ServerErrorAfter => "5xx after effect",
            Self::NoAnswerBefore => "no answer, before effect",
            Self::NoAnswerAfter => "no answer, after effect",
            Self::ResetBefore => "reset before effect",
            Self::ResetAfter => "reset after effect",
            Self::Truncated => "truncated body",
            Self::Stale => "stale read",
            Self::AccessDenied => "access denied",
            Self::ExpiredToken => "expired token",
            Self::ShiftedPage => "page boundary moved",
            Self::Mixed => "duplicate and reordered entries",
            Self::UnknownStatus => "unknown status",
            Self::Foreign(_) => "somebody else acts",
            Self::KillBefore => "killed before",
            Self::KillAfter => "killed after",
        }
    }

    /// Whether it ends the caller.
    #[must_use]
    pub fn kills(&self) -> bool {
        matches!(self, Self::KillBefore | Self::KillAfter)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How long a fault lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// One attempt: the SDK's next one succeeds.
    Attempt,
    /// All attempts of the SDK for one call.
    Call,
    /// From this call on, for ever.
    Rest,
}

/// The faults of one connection, by the number of the call: 0 is the first. A call's retries are
/// not counted.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    calls: BTreeMap<usize, (Fault, Lasting)>,
    actions: BTreeMap<&'static str, Fault>,
}

impl Schedule {
    /// One fault.
    #[must_use]
    pub fn one(call: usize, fault: Fault, lasting: Lasting) -> Self {
        Self::default().and(call, fault, lasting)
    }

    /// Another fault.
    #[must_use]
    pub fn and(mut self, call: usize, fault: Fault, lasting: Lasting) -> Self {
        self.calls.insert(call, (fault, lasting));
        self
    }

    /// A fault of every call of this action, like `DescribeStackEvents`.
    #[must_use]
    pub fn always(mut self, action: &'static str, fault: Fault) -> Self {
        self.actions.insert(action, fault);
        self
    }

    /// The fault for an attempt (0 is the first) of a call.
    pub(crate) fn fault(&self, action: &str, call: usize, attempt: usize) -> Option<&Fault> {
        self.fault_of_call(call, attempt).or_else(|| self.actions.get(action))
    }

    fn fault_of_call(&self, call: usize, attempt: usize) -> Option<&Fault> {
        let (at, (fault, lasting)) = self.calls.range(..=call).next_back()?;
        let applies = match lasting {
            Lasting::Attempt => *at == call && attempt == 0,
            Lasting::Call => *at == call,
            Lasting::Rest => true,
        };
        applies.then_some(fault)
    }
}
