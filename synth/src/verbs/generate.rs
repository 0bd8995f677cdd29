//! `synth gen`: resource types that `construct-lib` does not have, as Rust.

use std::{
    collections::BTreeMap,
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use codegen::{
    project::{project, types_of},
    schema::{Schema, is_type_name},
};

use crate::{
    aws::{Aws, Target},
    connection,
    context::Context,
    error::Error,
};

/// Schemas by type name.
type Schemas = BTreeMap<String, Schema>;

/// Writes resource types that construct-lib does not have as Rust
///
/// For private types and for those that are newer than the release: the same Rust as layer one,
/// from the schema of each type. A schema comes from a file, or from CloudFormation's registry as
/// it is for the caller's account and region.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Types, such as Acme::Shop::Basket [default: those of the --schema files]
    #[arg(value_name = "TYPE", required_unless_present = "schema")]
    types: Vec<String>,

    /// A type's schema, as `aws cloudformation describe-type --query Schema` writes it, instead of
    /// asking AWS; may be repeated
    #[arg(long, value_name = "FILE")]
    schema: Vec<PathBuf>,

    /// The file to write [default: src/l1.rs of the app's package]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Use this profile of the AWS configuration files
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Use this region
    #[arg(long, value_name = "NAME")]
    region: Option<String>,
}

pub(crate) fn run(args: Args, cx: &mut Context) -> Result<ExitCode, Error> {
    if let Some(wrong) = args.types.iter().find(|it| !is_type_name(it)) {
        return Err(Error::Usage {
            problem: format!("`{wrong}` is no resource type"),
            hint: "a type is named like Acme::Shop::Basket".into(),
        });
    }
    let out = match &args.out {
        Some(out) => out.clone(),
        None => from_here(cx.workspace()?.app()?.folder.join("src/l1.rs")),
    };
    let mut schemas = read(&args.schema, &args.types)?;
    ask(&args, cx, &mut schemas)?;
    check_overwrite(&out, &schemas)?;
    let generated = project(&schemas).map_err(|error| Error::Usage {
        problem: error.to_string(),
        hint: "its schema is not one that CloudFormation takes".into(),
    })?;
    fs::write(&out, generated.text).map_err(Error::io("write", &out))?;
    let types: Vec<_> = schemas.into_keys().collect();
    cx.ui.status("Wrote", &format!("{}: {}", out.display(), types.join(", ")));
    explain(cx, &out, &generated.imports);
    Ok(ExitCode::SUCCESS)
}

/// How to use what was written.
fn explain(cx: &Context, out: &Path, imports: &[String]) {
    let module = out.file_stem().unwrap_or_default().to_string_lossy();
    cx.ui.line("\nTo use it, add these lines beside it and where you use it:");
    cx.ui.line(&format!("  mod {module};"));
    for import in imports {
        cx.ui.line(&format!("  use crate::{module}::{import};"));
    }
}

/// The schemas of the files.
fn read(files: &[PathBuf], types: &[String]) -> Result<Schemas, Error> {
    let mut schemas = Schemas::new();
    for path in files {
        let wrong = |problem, hint| Error::File { path: path.clone(), problem, hint };
        let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
        let schema = Schema::parse(&text).map_err(|error| {
            let hint = "get it with: aws cloudformation describe-type --type RESOURCE --type-name \
                        TYPE --query Schema";
            wrong(error.to_string(), hint.into())
        })?;
        let name = schema.type_name().to_owned();
        if !types.is_empty() && !types.contains(&name) {
            return Err(wrong(
                format!("it is the schema of {name}, which is not asked for"),
                format!("the types in the call are: {}", types.join(", ")),
            ));
        }
        if schemas.insert(name.clone(), schema).is_some() {
            let problem = format!("it is another schema of {name}");
            return Err(wrong(problem, "pass one schema a type".into()));
        }
    }
    Ok(schemas)
}

/// Adds the schemas that no file has, from AWS.
fn ask(args: &Args, cx: &Context, schemas: &mut Schemas) -> Result<(), Error> {
    let missing: Vec<_> = args.types.iter().filter(|it| !schemas.contains_key(*it)).collect();
    let Some(first) = missing.first() else {
        return Ok(());
    };
    let target = Target::Caller { profile: args.profile.clone(), region: args.region.clone() };
    connection::block_on(async {
        let _progress = cx.ui.progress("Asking CloudFormation for schemas");
        let aws = Aws::connect(&target).await.map_err(|error| no_schema(first, &error))?;
        for name in missing {
            let answer = aws.schema(name).await.map_err(|error| no_schema(name, &error))?;
            let schema = Schema::parse(&answer).map_err(|error| Error::Schema {
                type_name: name.clone(),
                problem: format!("CloudFormation gave one that can't be used: {error}"),
                hint: "pass the type's schema with --schema FILE".into(),
            })?;
            schemas.insert(name.clone(), schema);
        }
        Ok(())
    })
}

fn no_schema(type_name: &str, error: &Error) -> Error {
    let hint = match error {
        Error::Aws { code: Some(code), .. } if code == "TypeNotFoundException" => Some(
            "check its spelling and the region, a private type must be registered there".into(),
        ),
        Error::Aws { code: None, message, .. } if message.starts_with("no credentials") => {
            Some("set AWS_PROFILE or log in with `aws sso login`".into())
        }
        Error::Usage { .. } => Some("pass --region or set AWS_REGION".into()),
        _ => error.hint(),
    };
    let hint: String = hint.map(|hint| format!("{hint}; or ")).unwrap_or_default();
    Error::Schema {
        type_name: type_name.into(),
        problem: error.to_string(),
        hint: hint + "pass the type's schema with --schema FILE",
    }
}

/// Refuses to lose what somebody wrote, or what an earlier call did.
fn check_overwrite(out: &Path, schemas: &Schemas) -> Result<(), Error> {
    let old = match fs::read_to_string(out) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io("read", out)(error)),
    };
    let wrong = |problem, hint| Err(Error::File { path: out.into(), problem, hint });
    let Some(held) = types_of(&old) else {
        return wrong(
            "it is there, and `synth gen` did not write it".into(),
            "name another file with --out".into(),
        );
    };
    let lost: Vec<_> = held.into_iter().filter(|it| !schemas.contains_key(*it)).collect();
    match lost.is_empty() {
        true => Ok(()),
        false => wrong(
            format!("it holds {} too", lost.join(", ")),
            "name all types of the file in one call, or another file with --out".into(),
        ),
    }
}

/// The path as seen from the current directory, where it is below that.
fn from_here(path: PathBuf) -> PathBuf {
    let here = env::current_dir().ok();
    here.and_then(|here| Some(path.strip_prefix(here).ok()?.to_owned())).unwrap_or(path)
}
