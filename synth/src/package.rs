//! A package: an assembly with its handlers' zips, ready to deploy here or elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::{Value, json};

use crate::{
    app,
    assembly::{Assembly, Asset, Environment, Stack},
    context::Context,
    error::Error,
    handler::{self, Built, Job},
    lock::Lock,
    ui::{Tone, size},
    validate::report,
};

/// Runs the app, builds its handlers and writes the package to the folder `out`.
///
/// Without a bucket the zips go to the staging bucket's default name.
pub(crate) fn write(cx: &Context, out: &Path, bucket: Option<&str>) -> Result<Assembly, Error> {
    let assembly = app::run(cx)?;
    report::check_stacks(&assembly.stacks, cx)?;
    let assets = || assembly.stacks.iter().flat_map(|stack| &stack.synth.assets);
    let jobs = assets().map(Job::of).collect::<Result<BTreeSet<_>, _>>()?;
    let built = handler::build(cx, &jobs)?;
    cx.ui.table(&built.iter().map(row).collect::<Vec<_>>());

    let _lock = Lock::take(&cx.ui, out)?;
    start_over(out)?;
    let mut manifest = assembly.manifest.clone();
    for stack in &assembly.stacks {
        copy_templates(stack, &assembly.dir, out)?;
        if !stack.synth.assets.is_empty() {
            add_assets(stack, &built, bucket, &mut manifest, out)?;
        }
    }
    write_json(&out.join("manifest.json"), &manifest)?;
    Assembly::read(out)
}

/// The default name of the bucket for zips, with CloudFormation's placeholders for what is not known.
pub(crate) fn default_bucket(environment: &Environment) -> String {
    let account = environment.account.as_deref().unwrap_or("${AWS::AccountId}");
    let region = environment.region.as_deref().unwrap_or("${AWS::Region}");
    format!("synth-assets-{account}-{region}-an")
}

/// `data-processor  x86_64  3.4 MB  unchanged`
fn row((job, built): (&Job, &Built)) -> (Tone, Vec<String>) {
    let (tone, state) = match built.is_new {
        true => (Tone::Good, "built"),
        false => (Tone::Quiet, "unchanged"),
    };
    let cells = vec![
        job.handler.clone(),
        job.platform.architecture.to_string(),
        size(built.size),
        state.into(),
    ];
    (tone, cells)
}

/// Empties the folder, if what is in it is a package.
fn start_over(out: &Path) -> Result<(), Error> {
    let is_empty = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
    if out.exists() && !is_empty {
        if !out.join("manifest.json").is_file() {
            return Err(Error::File {
                path: out.into(),
                problem: "exists and is not a package".into(),
                hint: "name another folder with --out, or empty this one".into(),
            });
        }
        fs::remove_dir_all(out).map_err(Error::io("remove", out))?;
    }
    fs::create_dir_all(out).map_err(Error::io("create", out))
}

/// Copies the stack's templates: ours, and its twin for the CDK CLI.
fn copy_templates(stack: &Stack, from: &Path, to: &Path) -> Result<(), Error> {
    for name in [Some(&stack.template_json), stack.synth.template.as_ref()].into_iter().flatten() {
        let path = from.join(name);
        fs::copy(&path, to.join(name)).map_err(Error::io("copy", &path))?;
    }
    Ok(())
}

/// Writes the stack's zips and their manifest, and makes the stack depend on them.
fn add_assets(
    stack: &Stack,
    built: &BTreeMap<Job, Built>,
    bucket: Option<&str>,
    manifest: &mut Value,
    out: &Path,
) -> Result<(), Error> {
    let bucket = bucket.map_or_else(|| default_bucket(&stack.environment), str::to_owned);
    let mut files = serde_json::Map::new();
    let mut parameters = serde_json::Map::new();
    for asset in &stack.synth.assets {
        let Built { hash, zip, .. } = &built[&Job::of(asset)?];
        let path = out.join(format!("asset.{hash}.zip"));
        fs::copy(zip, &path).map_err(Error::io("write", &path))?;
        files.insert(hash.clone(), file(asset, hash, &bucket));
        parameters.insert(asset.parameter.clone(), json!(format!("{hash}.zip")));
    }
    if let Some(parameter) =
        stack.synth.asset_bucket_parameter.as_ref().filter(|_| !bucket.contains("${"))
    {
        parameters.insert(parameter.clone(), json!(bucket));
    }
    let file = format!("{}.assets.json", stack.id);
    let asset_manifest = json!({ "version": manifest["version"], "files": files });
    write_json(&out.join(&file), &asset_manifest)?;
    edit_manifest(manifest, &stack.id, &file, parameters);
    Ok(())
}

fn file(asset: &Asset, hash: &str, bucket: &str) -> Value {
    json!({
        "displayName": asset.handler,
        "source": { "path": format!("asset.{hash}.zip"), "packaging": "file" },
        "destinations": {
            "current": { "bucketName": bucket, "objectKey": format!("{hash}.zip") },
        },
    })
}

fn edit_manifest(
    manifest: &mut Value,
    stack: &str,
    file: &str,
    parameters: serde_json::Map<String, Value>,
) {
    let id = format!("{stack}.assets");
    manifest["artifacts"][&id] =
        json!({ "type": "cdk:asset-manifest", "properties": { "file": file } });
    let artifact = &mut manifest["artifacts"][stack];
    for (name, value) in parameters {
        artifact["properties"]["parameters"][name] = value;
    }
    match &mut artifact["dependencies"] {
        Value::Array(dependencies) => dependencies.insert(0, json!(id)),
        none => *none = json!([id]),
    }
}

fn write_json(path: &Path, value: &Value) -> Result<(), Error> {
    fs::write(path, format!("{value:#}\n")).map_err(Error::io("write", path))
}
