//! What synth makes of an app: templates, and what is needed to deploy them.
//!
//! On disk it is a cloud assembly as the AWS CDK defines it, so the tools of both understand it.

use std::panic::Location;

use serde_json::{Map as JsonMap, Value as Json, json};

use crate::diagnostic::Diagnostic;
use crate::stack::Environment;
use crate::tree::Asset;
use crate::value::Value;
use crate::yaml;

/// All stacks of an app, rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct Assembly {
    /// The stacks, each after those that it needs.
    pub stacks: Vec<Stack>,
    /// What is worth knowing.
    pub warnings: Vec<Diagnostic>,
}

/// One stack, rendered.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// Its construct id.
    pub id: String,
    /// Its name in CloudFormation.
    pub name: String,
    /// The sections of the template, with logical ids in all references.
    pub template: Value,
    /// The template as it is reviewed and deployed.
    pub yaml: String,
    /// The account and region that it must be deployed to, if any.
    pub environment: Option<Environment>,
    /// Whether deletion is refused.
    pub termination_protection: bool,
    /// The tags of the stack itself.
    pub tags: Vec<(String, String)>,
    /// The ids of the stacks that must be deployed before.
    pub dependencies: Vec<String>,
    /// Where each resource comes from.
    pub constructs: Vec<Construct>,
    /// The parameter that takes the name of the bucket of the assets.
    pub asset_bucket: Option<&'static str>,
    /// The code of the functions.
    pub assets: Vec<AssetParameter>,
}

/// Where a resource comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Construct {
    /// `Stack/Construct/Child`.
    pub path: String,
    /// Its id in the template.
    pub logical_id: String,
    /// The line that defined it.
    pub location: &'static Location<'static>,
}

/// The code of a function, and the parameter that takes its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetParameter {
    /// The parameter.
    pub parameter: String,
    /// What is to be built.
    pub asset: Asset,
}

impl Stack {
    /// The same template for the tools of the AWS CDK.
    pub fn json(&self) -> Json {
        yaml::json(&self.template)
    }

    /// How many entries a section has, such as `Resources`.
    pub fn count(&self, section: &str) -> usize {
        match self.template.get(section) {
            Some(Value::Map(entries)) => entries.len(),
            _ => 0,
        }
    }
}

impl Assembly {
    /// The stack of a construct id.
    pub fn stack(&self, id: &str) -> Option<&Stack> {
        self.stacks.iter().find(|stack| stack.id == id)
    }

    /// The files of the assembly with their content, the manifest last.
    pub fn files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for stack in &self.stacks {
            files.push((format!("{}.template.yaml", stack.id), stack.yaml.clone()));
            files.push((format!("{}.template.json", stack.id), format!("{:#}\n", stack.json())));
        }
        files.push(("manifest.json".to_owned(), format!("{:#}\n", self.manifest())));
        files
    }

    fn manifest(&self) -> Json {
        let stacks = self.stacks.iter().map(|stack| (stack.id.clone(), self.artifact(stack)));
        // The oldest schema that has all we write, so that every CDK CLI reads it.
        json!({"version": "36.0.0", "artifacts": stacks.collect::<JsonMap<_, _>>()})
    }

    fn artifact(&self, stack: &Stack) -> Json {
        let (account, region) = match &stack.environment {
            Some(it) => (it.account.as_ref(), it.region.as_ref()),
            None => ("unknown-account", "unknown-region"),
        };
        let tags: JsonMap<_, _> =
            stack.tags.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        json!({
            "type": "aws:cloudformation:stack",
            "environment": format!("aws://{account}/{region}"),
            "displayName": stack.id,
            "properties": {
                "templateFile": format!("{}.template.json", stack.id),
                "stackName": stack.name,
                "tags": tags,
                "terminationProtection": stack.termination_protection,
                "parameters": {},
            },
            "dependencies": stack.dependencies,
            "metadata": self.metadata(stack),
            "synth": {
                "template": format!("{}.template.yaml", stack.id),
                "resources": stack.count("Resources"),
                "parameters": stack.count("Parameters"),
                "outputs": stack.count("Outputs"),
                "assetBucketParameter": stack.asset_bucket,
                "assets": stack.assets.iter().map(asset).collect::<Vec<_>>(),
            },
        })
    }

    fn metadata(&self, stack: &Stack) -> Json {
        let mut metadata = JsonMap::new();
        let mut add = |path: &str, kind: &str, data: &str, location: Option<&Location<'_>>| {
            let trace: Vec<String> = location.iter().map(ToString::to_string).collect();
            let entry = json!({"type": kind, "data": data, "trace": trace});
            let entries = metadata.entry(format!("/{path}")).or_insert(json!([]));
            if let Json::Array(entries) = entries {
                entries.push(entry);
            }
        };
        for construct in &stack.constructs {
            let location = Some(construct.location);
            add(&construct.path, "aws:cdk:logicalId", &construct.logical_id, location);
        }
        let own = |path: &str| path == stack.id || path.starts_with(&format!("{}/", stack.id));
        for warning in self.warnings.iter().filter(|warning| own(&warning.path)) {
            add(&warning.path, "aws:cdk:warning", &warning.message, warning.location);
        }
        Json::Object(metadata)
    }
}

fn asset(asset: &AssetParameter) -> Json {
    json!({
        "parameter": asset.parameter,
        "handler": asset.asset.handler,
        "architecture": asset.asset.architecture,
        "runtime": asset.asset.runtime,
    })
}
