//! The reference app. `synth` runs this program to learn what to render and deploy.

mod data_processing;

fn main() -> std::process::ExitCode {
    construct_lib::run(|app| app.stack("DataProcessing", data_processing::define))
}
