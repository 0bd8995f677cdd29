//! The app: all stacks of a program.

use crate::assembly::Assembly;
use crate::diagnostic::Diagnostic;
use crate::scope::Scope;
use crate::stack::StackProps;
use crate::synth::synth;
use crate::tree::{Body, NodeId, Tree};

/// All stacks of a program. [`run()`](crate::run()) makes one and writes what it describes.
#[derive(Debug)]
pub struct App {
    scope: Scope,
}

impl App {
    /// An app without stacks.
    #[track_caller]
    pub fn new() -> App {
        let tree = Tree::new(std::panic::Location::caller());
        App { scope: Scope { tree, cursor: NodeId::ROOT } }
    }

    /// Defines a stack that is deployed to wherever the caller's credentials lead.
    ///
    /// What `define` returns can be used in the next stack: references across stacks become
    /// exports and imports, and the order of deployment follows from them.
    ///
    /// ```
    /// # use construct_lib::prelude::*;
    /// # let mut app = App::new();
    /// let jobs = app.stack("Data", |stack| Queue::new(stack, "Jobs", default()));
    /// app.stack("Api", |stack| {
    ///     let worker = Function::new(stack, "Worker", FunctionProps::handler("worker"));
    ///     jobs.grant_send_messages(stack, &worker);
    /// });
    /// # assert_eq!(app.synth().unwrap().stacks[1].dependencies, ["Data"]);
    /// ```
    #[track_caller]
    pub fn stack<R>(&mut self, id: &str, define: impl FnOnce(&mut Scope) -> R) -> R {
        self.stack_with(id, StackProps::default(), define)
    }

    /// Defines a stack and how it is deployed.
    #[track_caller]
    pub fn stack_with<R>(
        &mut self,
        id: &str,
        props: StackProps,
        define: impl FnOnce(&mut Scope) -> R,
    ) -> R {
        let stack = self.scope.tree.add(NodeId::ROOT, id, Body::Stack(props));
        self.scope.within(stack, define)
    }

    /// Renders every stack, or tells everything that is wrong.
    pub fn synth(self) -> Result<Assembly, Vec<Diagnostic>> {
        synth(self.scope.tree)
    }
}
