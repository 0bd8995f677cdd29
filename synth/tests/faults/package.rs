//! Packages on disk, as `synth package` writes them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with an assembly.
#[derive(Debug)]
pub(crate) struct Package {
    dir: TempDir,
    /// The templates by stack.
    pub(crate) bodies: BTreeMap<String, String>,
}

/// A stack of a package.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    pub(crate) name: &'static str,
    pub(crate) template: Value,
    pub(crate) needs: Vec<&'static str>,
    pub(crate) protected: bool,
    /// What is in the zip of its function, if it has one.
    pub(crate) code: Option<&'static str>,
}

impl Stack {
    pub(crate) fn new(name: &'static str, template: Value) -> Self {
        Self { name, template, needs: Vec::new(), protected: false, code: None }
    }
}

impl Package {
    pub(crate) fn write(stacks: &[Stack]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut artifacts = serde_json::Map::new();
        let mut bodies = BTreeMap::new();
        for stack in stacks {
            let file = format!("{}.template.json", stack.name);
            let body = format!("{:#}\n", stack.template);
            fs::write(dir.path().join(&file), &body).unwrap();
            bodies.insert(stack.name.to_owned(), body);
            let mut needs: Vec<String> = stack.needs.iter().map(|&need| need.to_owned()).collect();
            let mut parameters = json!({});
            let mut synth = json!({"template": file});
            if let Some(code) = stack.code {
                let assets = format!("{}.assets", stack.name);
                artifacts.insert(assets.clone(), asset(dir.path(), stack.name, code));
                needs.push(assets);
                parameters = json!({"Code": "code.zip"});
                synth["assetBucketParameter"] = json!("AssetBucket");
            }
            let artifact = json!({
                "type": "aws:cloudformation:stack",
                "environment": "aws://111111111111/eu-west-1",
                "properties": {
                    "templateFile": file, "stackName": stack.name, "tags": {"team": "red"},
                    "terminationProtection": stack.protected, "parameters": parameters,
                },
                "dependencies": needs,
                "synth": synth,
            });
            artifacts.insert(stack.name.into(), artifact);
        }
        let manifest = json!({"version": "36.0.0", "artifacts": artifacts});
        fs::write(dir.path().join("manifest.json"), manifest.to_string()).unwrap();
        Self { dir, bodies }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().to_owned()
    }
}

/// Writes the zip and its manifest.
fn asset(dir: &Path, stack: &str, code: &str) -> Value {
    fs::write(dir.join("asset.code.zip"), code).unwrap();
    let file = format!("{stack}.assets.json");
    let bucket = "synth-assets-${AWS::AccountId}-${AWS::Region}-an";
    let manifest = json!({"version": "36.0.0", "files": {"code": {
        "displayName": "processor",
        "source": {"path": "asset.code.zip", "packaging": "file"},
        "destinations": {"current": {"bucketName": bucket, "objectKey": "code.zip"}},
    }}});
    fs::write(dir.join(&file), manifest.to_string()).unwrap();
    json!({"type": "cdk:asset-manifest", "properties": {"file": file}})
}
