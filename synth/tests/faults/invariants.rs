//! What must hold whatever goes wrong: I1 to I10 of the specification.

use std::{collections::BTreeMap, fmt::Write as _};

use fake_aws::{World, cloudformation::Stack};

use crate::{
    run::{Case, Run},
    scenario::{SECRET, Scenario},
};

/// What the faults may have changed, beyond what happens without them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Excuses {
    /// Somebody else changed the same stacks: the end may be theirs.
    pub(crate) foreign: bool,
    /// Only reads went wrong, after the last write: the first run must not notice.
    pub(crate) only_explanations: bool,
}

/// What does not hold.
pub(crate) fn check(
    scenario: &Scenario,
    reference: &Case,
    case: &Case,
    excuses: Excuses,
) -> Vec<String> {
    let mut violations = Vec::new();
    let mut holds = |id: &str, holds: bool, why: &str| {
        if !holds {
            violations.push(format!("{id}: {why}"));
        }
    };
    let end = state(&without_named(&case.end, &case.again.screen));
    let wanted = state(&reference.end);
    if !excuses.foreign {
        holds("I1", end == wanted, &difference(&wanted, &end));
        let again = case.again.success;
        holds("I1", again == reference.again.success, &format!("the re-run: {again:?}"));
    }
    for run in [&case.first, &case.again] {
        let claims = run.success == Some(true);
        let reached = state(&without_named(&run.world, &run.screen)) == wanted;
        let true_claim = !claims || excuses.foreign || scenario.succeeds && reached;
        holds("I6", true_claim, "it says that it succeeded, and it did not");
        let explained = run.success != Some(false) || run.screen.contains("error: ");
        holds("I6", explained, "it failed without a word");
        let lie = accusation(run);
        holds(
            "I6",
            excuses.foreign || lie.is_none(),
            &format!("a lie: {}", lie.unwrap_or_default()),
        );
        holds("I7", !run.screen.contains(SECRET), "a secret on the screen");
        let hostile =
            |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        holds("I8", !run.screen.contains(hostile), "control characters on the screen");
        holds("I9", !run.endless, "it never ended");
    }
    if excuses.only_explanations {
        let first = case.first.success;
        holds("I6", first == reference.first.success, "a read that only explains decided the end");
    }
    for problem in executions(scenario, case) {
        holds("I2/I3", false, &problem);
    }
    for problem in bystanders(case) {
        holds("I4", false, &problem);
    }
    for problem in leftovers(case) {
        holds("I5", false, &problem);
    }
    violations
}

/// Without the empty stacks that the screen says are left, or that others wait to fill.
fn without_named(world: &World, screen: &str) -> World {
    let mut world = world.clone();
    let is_foreign =
        |stack: &Stack| stack.change_sets.iter().any(|set| !set.name.starts_with("synth-"));
    world
        .stacks
        .retain(|stack| !(stack.is_empty() && (is_named(stack, screen) || is_foreign(stack))));
    world
}

fn is_named(stack: &Stack, screen: &str) -> bool {
    screen.contains(&format!("stack {} is empty", stack.name))
        || stack.change_sets.iter().any(|set| screen.contains(&set.name))
}

/// What a user would see of an account, without what differs between runs that are equal.
fn state(world: &World) -> String {
    let mut text = String::new();
    let mut stacks: Vec<_> = world.stacks.iter().filter(|stack| !stack.is_gone()).collect();
    stacks.sort_by_key(|stack| (stable(&stack.name), stack.id.clone()));
    for stack in stacks {
        let Stack { status, body, parameters, tags, protected, .. } = stack;
        let name = stable(&stack.name);
        let _ = writeln!(text, "{name} {status} {parameters:?} {tags:?} {protected}\n{body}");
        let resources: BTreeMap<_, _> =
            stack.resources.iter().map(|r| (&r.logical_id, r)).collect();
        for (id, resource) in resources {
            let properties = stable(&resource.properties.to_string());
            let _ = writeln!(text, "  {id} {} {properties}", resource.kind);
        }
        for output in &stack.outputs {
            let _ = writeln!(text, "  {} = {}", output.key, stable(&output.value));
        }
    }
    for (name, bucket) in &world.buckets {
        let objects: Vec<_> = bucket.versions.iter().map(|v| (&v.key, &v.content)).collect();
        let _ = writeln!(text, "{name} {objects:?}");
    }
    text
}

/// The text without the numbers in made-up names.
fn stable(text: &str) -> String {
    let mut result = String::new();
    let mut parts = text.split('-');
    result += parts.next().unwrap_or_default();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_hexdigit() && !c.is_alphabetic());
        result += &format!("-{rest}");
    }
    result
}

fn difference(wanted: &str, got: &str) -> String {
    let lines = |text: &str, other: &str| -> Vec<String> {
        text.lines().filter(|line| !other.contains(line)).map(str::to_owned).collect()
    };
    format!("missing {:?}, too much {:?}", lines(wanted, got), lines(got, wanted))
}

/// Says what others did, when there are no others.
fn accusation(run: &Run) -> Option<&str> {
    const LIES: [&str; 4] =
        ["somebody else", "somebody has deleted", "another operation", "another template"];
    run.screen
        .lines()
        .find(|line| line.contains("error: ") && LIES.iter().any(|lie| line.contains(lie)))
}

fn executions(scenario: &Scenario, case: &Case) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = Vec::new();
    let ours = case.end.executions.iter().filter(|execution| execution.token.starts_with("exec-"));
    for execution in ours {
        let wanted = scenario.package.bodies.get(&execution.stack);
        let staging = execution.stack == "synth-staging";
        if !staging && wanted != Some(&execution.body) {
            problems.push(format!("{} was given another template", execution.stack));
        }
        if seen.contains(&&execution.change_set) {
            problems.push(format!("{} was executed twice", execution.change_set));
        }
        seen.push(&execution.change_set);
    }
    // One approval, one execution: what succeeded is not done again.
    for stack in scenario.package.bodies.keys() {
        let count =
            case.end.executions.iter().filter(|execution| execution.stack == *stack).count();
        let foreign =
            case.end.executions.iter().any(|execution| !execution.token.starts_with("exec-"));
        if scenario.succeeds && count > 1 && !foreign {
            problems.push(format!("{stack} was deployed {count} times"));
        }
        if !scenario.answer && count > 0 && !foreign {
            problems.push(format!("{stack} was deployed without approval"));
        }
    }
    problems
}

/// What was there before and is none of the command's business.
fn bystanders(case: &Case) -> Vec<String> {
    let view = |world: &World| {
        let stack = world.stack("Bystander").cloned().unwrap_or_default();
        let sets = stack.change_sets;
        (
            stack.body,
            stack.status,
            stack.resources,
            sets,
            world.buckets.get("bystander-data").cloned(),
        )
    };
    let mut problems = Vec::new();
    if view(&case.before) != view(&case.end) {
        problems.push("a stack or a bucket of somebody else's was touched".into());
    }
    let before = &case.before.buckets;
    let kept = before.get("jobs-kept").filter(|bucket| !bucket.versions.is_empty());
    if kept.is_some() && case.end.buckets.get("jobs-kept") != kept {
        problems.push("what was to be kept was touched".into());
    }
    for stack in &case.end.stacks {
        for (id, name) in &case.end.removed_change_sets {
            if *id == stack.id && !name.starts_with("synth-") && !stack.is_gone() {
                problems.push(format!("somebody else's change set {name} was deleted"));
            }
        }
    }
    problems
}

/// What is still there and was only a means, unless the screen says that it is there.
fn leftovers(case: &Case) -> Vec<String> {
    let mut problems = Vec::new();
    let named = |name: &str| case.again.screen.contains(name);
    for stack in case.end.stacks.iter().filter(|stack| !stack.is_gone()) {
        let unused = stack.change_sets.iter().filter(|set| {
            set.name.starts_with("synth-") && !set.execution_status.starts_with("EXECUTE")
        });
        for set in unused.filter(|set| set.execution_status != "OBSOLETE" && !named(&set.name)) {
            problems.push(format!("change set {} of {} was left", set.name, stack.name));
        }
        let foreign = stack.change_sets.iter().any(|set| !set.name.starts_with("synth-"));
        if stack.is_empty() && !foreign && !is_named(stack, &case.again.screen) {
            problems.push(format!("the empty stack {} was left", stack.name));
        }
    }
    problems
}
