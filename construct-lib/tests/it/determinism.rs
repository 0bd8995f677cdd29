//! The same program is the same bytes, in whatever order its parts are written.

use construct_lib::prelude::*;

fn define(stack: &mut Scope, reversed: bool) {
    let mut parts: Vec<fn(&mut Scope)> = vec![
        |stack| _ = Queue::new(stack, "Jobs", default()),
        |stack| _ = Topic::new(stack, "News", default()),
        |stack| _ = Function::new(stack, "Worker", FunctionProps::handler("worker")),
        |stack| _ = Parameter::new(stack, "Stage", ParameterProps::string()),
    ];
    if reversed {
        parts.reverse();
    }
    parts.into_iter().for_each(|part| part(stack));
}

#[test]
fn the_order_of_definition_does_not_matter() {
    let forwards = construct_lib::testing::template(|stack| define(stack, false));
    let backwards = construct_lib::testing::template(|stack| define(stack, true));
    assert_eq!(forwards, backwards);
}

#[test]
fn every_run_in_every_thread_is_the_same() {
    let first = construct_lib::testing::template(|stack| define(stack, false));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(|| construct_lib::testing::template(|stack| define(stack, false)))
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), first);
    }
}

#[test]
fn removing_a_construct_changes_nothing_else() {
    let both = construct_lib::testing::template(|stack| {
        stack.add("A", construct_lib::l1::logs::LogGroup::new());
        stack.add("B", construct_lib::l1::logs::LogGroup::new());
    });
    let one = construct_lib::testing::template(|stack| {
        stack.add("B", construct_lib::l1::logs::LogGroup::new());
    });
    assert_eq!(both.replace("  A:\n    Type: AWS::Logs::LogGroup\n", ""), one);
}
