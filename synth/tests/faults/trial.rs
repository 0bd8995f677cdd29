//! What to try: which fault at which call.

use std::{sync::Arc, time::Duration};

use fake_aws::{
    Act, Call, Fault,
    Lasting::{self, Attempt, Rest},
    Schedule, World,
};

use crate::{
    run::Case,
    scenario::{self, Scenario, jobs},
};

/// One thing to try.
pub(crate) struct Trial {
    call: usize,
    pub(crate) fault: Fault,
    lasting: Lasting,
    /// Another call, at which the run is killed.
    kill: Option<usize>,
    /// Whether somebody else changes the stack itself.
    changes_the_stack: bool,
    /// Between the two runs.
    pub(crate) pause: Duration,
}

impl Trial {
    fn new(call: usize, fault: Fault, lasting: Lasting) -> Self {
        let pause = Duration::ZERO;
        Self { call, fault, lasting, kill: None, changes_the_stack: false, pause }
    }

    pub(crate) fn schedule(&self) -> Schedule {
        let schedule = Schedule::one(self.call, self.fault.clone(), self.lasting);
        match self.kill {
            Some(call) => schedule.and(call, Fault::KillAfter, Attempt),
            None => schedule,
        }
    }

    /// Whether the end may be another one because of somebody else.
    pub(crate) fn is_foreign(&self, scenario: &Scenario) -> bool {
        // Where a stack is deleted, a change set of others for a new one of its name is in the way.
        let in_the_way =
            matches!(self.fault, Fault::Foreign(_)) && scenario.name.starts_with("destroy");
        self.changes_the_stack || in_the_way
    }

    /// Whether it is a read that fails, when everything has been done: the run must not notice.
    pub(crate) fn only_explains(&self, reference: &Case) -> bool {
        let calls = &reference.first.calls;
        let begins =
            |call: &Call| matches!(call.action.as_str(), "ExecuteChangeSet" | "DeleteStack");
        let all_is_done = calls[self.call..].iter().all(|call| !call.writes);
        let is_foreign = matches!(self.fault, Fault::Foreign(_));
        let ends_the_run = self.fault.kills() || self.kill.is_some() || self.lasting == Rest;
        calls[..self.call].iter().any(begins) && all_is_done && !is_foreign && !ends_the_run
    }

    pub(crate) fn describe(&self, reference: &Case) -> String {
        let action = &reference.first.calls[self.call].action;
        let kill = self.kill.map(|call| format!(", killed at call {call}")).unwrap_or_default();
        let fault = self.fault.name();
        format!("{fault} ({:?}) at call {} ({action}){kill}", self.lasting, self.call)
    }
}

/// Every fault at every call where it makes a difference.
pub(crate) fn single(reference: &Case) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (call, made) in reference.first.calls.iter().enumerate() {
        let mut add = |fault, lasting| trials.push(Trial::new(call, fault, lasting));
        for fault in
            [Fault::Throttle, Fault::AccessDenied, Fault::ServerErrorBefore, Fault::ResetBefore]
        {
            add(fault, Lasting::Call);
        }
        add(Fault::Truncated, Attempt);
        add(Fault::NoAnswerBefore, Attempt);
        add(Fault::ExpiredToken, Rest);
        add(Fault::KillBefore, Attempt);
        add(foreign(foreign_review), Attempt);
        if made.writes {
            add(Fault::ResetAfter, Attempt);
            add(Fault::ServerErrorAfter, Lasting::Call);
            add(Fault::NoAnswerAfter, Lasting::Call);
            add(Fault::Truncated, Lasting::Call);
            add(Fault::KillAfter, Attempt);
        } else {
            add(Fault::Stale, Attempt);
            add(Fault::UnknownStatus, Attempt);
            add(Fault::ShiftedPage, Attempt);
            add(Fault::Mixed, Attempt);
        }
        let deployment = Trial::new(call, foreign(foreign_deployment), Attempt);
        trials.push(Trial { changes_the_stack: true, ..deployment });
        // Killed, and run again only later.
        let pause = Duration::from_millis(900);
        trials.push(Trial { pause, ..Trial::new(call, Fault::KillAfter, Attempt) });
    }
    trials
}

/// What can go wrong with a write, and a kill at every later call.
pub(crate) fn fault_and_kill(reference: &Case) -> Vec<Trial> {
    let calls = &reference.first.calls;
    let mut trials = Vec::new();
    for (call, _) in calls.iter().enumerate().filter(|(_, made)| made.writes) {
        for kill in call + 1..calls.len() {
            for fault in [Fault::ServerErrorAfter, Fault::NoAnswerAfter, Fault::ResetAfter] {
                trials.push(Trial { kill: Some(kill), ..Trial::new(call, fault, Attempt) });
            }
        }
    }
    trials
}

pub(crate) fn foreign(act: fn(&mut World)) -> Fault {
    let act: Act = Arc::new(act);
    Fault::Foreign(act)
}

/// Somebody else makes a change set for the same stack, to look at.
pub(crate) fn foreign_review(world: &mut World) {
    scenario::change_set(world, "Jobs", "review-of-a-colleague", &jobs(9), &[]);
}

/// Somebody else deploys another template to the same stack.
pub(crate) fn foreign_deployment(world: &mut World) {
    scenario::change_set(world, "Jobs", "deployment-of-a-colleague", &jobs(9), &[]);
    world.settle_change_sets();
    let call = [
        ("Action", "ExecuteChangeSet"),
        ("StackName", "Jobs"),
        ("ChangeSetName", "deployment-of-a-colleague"),
        ("ClientRequestToken", "colleague"),
    ];
    let _ = world.call(&call);
}
