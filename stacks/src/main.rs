//! The reference app. `synth` runs this program to learn what to render and deploy.

mod data_processing;

use construct_lib::App;

fn main() -> std::process::ExitCode {
    construct_lib::run(define)
}

fn define(app: &mut App) {
    app.stack("DataProcessing", data_processing::define);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is reviewed is what is deployed.
    #[test]
    fn templates_are_what_the_app_renders() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../templates");
        let mut app = App::new();
        define(&mut app);
        let assembly = app.synth().unwrap();
        for stack in &assembly.stacks {
            let file = format!("{folder}/{}.yaml", stack.id);
            let reviewed = std::fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(stack.yaml, reviewed, "{file} is stale: run `cargo synth` and review it");
        }
        let files = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(files, assembly.stacks.len(), "templates/ has files of no stack");
    }
}
