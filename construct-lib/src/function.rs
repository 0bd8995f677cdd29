//! Lambda functions whose code is a Rust binary of the workspace.
//!
//! Defaults: `provided.al2023` on x86-64, 30 seconds, 256 MB, a role and a log group of its
//! own, logs in JSON kept for a year.

use crate::iam::{Grantee, Statement};
use crate::intrinsic::{account_id, sub};
use crate::l1;
use crate::l1::cloudwatch::Statistic;
use crate::l1::lambda::{Architecture, LogFormat, Runtime, TracingConfigMode};
use crate::log_group::{LogGroup, LogGroupProps};
use crate::metric::Metric;
use crate::parameter::{Parameter, ParameterProps};
use crate::resource::Resource;
use crate::role::{Role, RoleProps};
use crate::scope::Scope;
use crate::tree::{Asset, NodeId};
use crate::unit::{Duration, Size, hours, megabytes, minutes, seconds};
use crate::value::{IntoVal, Text, Val, kind};
use crate::variables::Variables;

/// The parameter of a stack that says in which bucket the code of its functions is.
pub(crate) const ASSET_BUCKET: &str = "AssetBucket";

/// What a function is. Start from [`FunctionProps::handler`].
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionProps {
    /// Its code.
    pub code: Code,
    /// What runs it. Default: `provided.al2023`.
    pub runtime: Runtime,
    /// The processor. Default: x86-64. Arm64 costs less; building for it needs the Rust target.
    pub architecture: Architecture,
    /// After how long an invocation is ended: up to 15 minutes. Default: 30 seconds.
    pub timeout: Duration,
    /// 128 MB to 10,240 MB; processing power grows with it. Default: 256 MB.
    pub memory: Size,
    /// Environment variables: best the handler's own [`environment!`](construct_env::environment)
    /// type.
    pub environment: Variables,
    /// What the function is for.
    pub description: Option<Text>,
    /// Where an asynchronous invocation goes that failed for good.
    pub on_failure: Option<Destination>,
    /// How often a failed asynchronous invocation is tried again: 0 to 2. Default: 2.
    pub retry_attempts: u8,
    /// For how long an asynchronous invocation is tried: 1 minute to 6 hours, the default.
    pub max_event_age: Duration,
    /// The log group.
    pub logs: LogGroupProps,
    /// Keeps back that many concurrent executions of the account for this function, and allows
    /// no more. Default: none.
    pub reserved_concurrency: Option<u32>,
    /// Traces invocations with X-Ray. Default: no.
    pub tracing: bool,
    /// Attaches the function to a network of yours. Default: none.
    pub vpc: Option<Vpc>,
}

impl FunctionProps {
    /// A function that runs a binary of the workspace, by the name of its `[[bin]]`.
    pub fn handler(binary: impl Into<Text>) -> FunctionProps {
        FunctionProps::code(Code::Handler(binary.into()))
    }

    /// A function that runs any code.
    pub fn code(code: Code) -> FunctionProps {
        FunctionProps {
            code,
            runtime: Runtime::ProvidedAl2023,
            architecture: Architecture::X86_64,
            timeout: seconds(30),
            memory: megabytes(256),
            environment: Variables::default(),
            description: None,
            on_failure: None,
            retry_attempts: 2,
            max_event_age: hours(6),
            logs: LogGroupProps::default(),
            reserved_concurrency: None,
            tracing: false,
            vpc: None,
        }
    }
}

/// Where a function's code comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Code {
    /// A binary of the workspace, built and uploaded by `synth`. The template names neither
    /// bucket nor key: they are parameters, so a change of code changes no template.
    Handler(Text),
    /// A zip that is in a bucket already.
    Zip {
        /// The bucket, in the region of the stack.
        bucket: Val<kind::BucketName>,
        /// The key.
        key: Val<String>,
    },
}

/// A network of yours.
#[derive(Clone, Debug, PartialEq)]
pub struct Vpc {
    /// The ids of the subnets.
    pub subnets: Val<Vec<String>>,
    /// The ids of the security groups.
    pub security_groups: Val<Vec<String>>,
}

/// Where asynchronous invocations go that failed for good, and what a function needs to be
/// allowed to send them there.
#[derive(Clone, Debug, PartialEq)]
pub struct Destination {
    pub(crate) arn: Val<String>,
    pub(crate) statements: Vec<Statement>,
}

/// A Lambda function.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/welcome.html>
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    resource: Option<Resource<l1::lambda::Function>>,
    arn: Val<kind::FunctionArn>,
    name: Val<kind::FunctionName>,
    role: Role,
    logs: Option<LogGroup>,
}

impl Function {
    /// Defines a function, with a role and a log group.
    #[track_caller]
    pub fn new(scope: &mut Scope, id: &str, props: FunctionProps) -> Function {
        let resource = scope.reserve(scope.cursor, id);
        let node = resource.node;
        let role = Role::under(scope, node, "Role", RoleProps::service("lambda.amazonaws.com"));
        let logs = LogGroup::under(scope, node, "Logs", props.logs.clone());
        for statement in permissions(&logs, &props) {
            role.allow(scope, statement);
        }
        let code = code(scope, node, &props);
        scope.fill(resource, properties(code, &role, &logs, &props));
        let function = Function {
            resource: Some(resource),
            arn: resource.arn(),
            name: resource.function_name(),
            role,
            logs: Some(logs),
        };
        if let Some(config) = async_invoke(function.name(), &props) {
            scope.add_under(node, "AsyncInvoke", config);
        }
        check(scope, node, &props);
        function
    }

    /// A function that exists already. To grant it something, say which
    /// [role](Function::with_role) it has.
    pub fn from_arn(arn: impl IntoVal<kind::FunctionArn>) -> Function {
        let arn = arn.into_val();
        let name = match arn.as_value().as_text().and_then(|arn| arn.split(':').nth(6)) {
            Some(literal) => literal.into(),
            None => crate::intrinsic::select(6, crate::intrinsic::split(":", arn.clone())).cast(),
        };
        Function { resource: None, arn, name, role: Role::unknown(), logs: None }
    }

    /// Tells which role a function has that exists already.
    pub fn with_role(self, role: Role) -> Function {
        Function { role, ..self }
    }

    /// The resource, unless the function exists already.
    pub fn resource(&self) -> Option<Resource<l1::lambda::Function>> {
        self.resource
    }

    /// Its ARN.
    pub fn arn(&self) -> Val<kind::FunctionArn> {
        self.arn.clone()
    }

    /// Its name.
    pub fn name(&self) -> Val<kind::FunctionName> {
        self.name.clone()
    }

    /// Its log group, unless the function exists already.
    pub fn logs(&self) -> Option<&LogGroup> {
        self.logs.as_ref()
    }

    /// This function as the place for another function's failed asynchronous invocations.
    pub fn destination(&self) -> Destination {
        Destination { arn: self.arn().cast(), statements: vec![self.may_invoke()] }
    }

    /// Lets `grantee` invoke the function.
    pub fn grant_invoke(&self, scope: &mut Scope, grantee: &impl Grantee) {
        grantee.role().allow(scope, self.may_invoke());
    }

    fn may_invoke(&self) -> Statement {
        let versions = sub("${arn}:*", [("arn", self.arn().into())]);
        Statement::allow(["lambda:InvokeFunction"], [self.arn().into(), versions])
    }

    /// Lets a service invoke the function for a resource of this account.
    #[track_caller]
    pub(crate) fn allow_service(
        &self,
        scope: &mut Scope,
        parent: NodeId,
        id: &str,
        service: &str,
        source_arn: impl IntoVal<String>,
    ) -> Resource<l1::lambda::Permission> {
        let mut permission =
            l1::lambda::Permission::new("lambda:InvokeFunction", self.arn(), service)
                .source_arn(source_arn);
        if !crate::iam::names_account(service) {
            permission = permission.source_account(account_id());
        }
        scope.add_under(parent, id, permission)
    }

    /// `Errors`: invocations that failed.
    pub fn metric_errors(&self) -> Metric {
        self.metric("Errors", Statistic::Sum)
    }

    /// `Invocations`.
    pub fn metric_invocations(&self) -> Metric {
        self.metric("Invocations", Statistic::Sum)
    }

    /// `Throttles`: invocations that were refused for want of concurrency.
    pub fn metric_throttles(&self) -> Metric {
        self.metric("Throttles", Statistic::Sum)
    }

    /// `Duration`, in milliseconds, on average.
    pub fn metric_duration(&self) -> Metric {
        self.metric("Duration", Statistic::Average)
    }

    /// `ConcurrentExecutions`, at most.
    pub fn metric_concurrent_executions(&self) -> Metric {
        self.metric("ConcurrentExecutions", Statistic::Maximum)
    }

    /// `AsyncEventAge`, in milliseconds, at most: how long events wait.
    pub fn metric_async_event_age(&self) -> Metric {
        self.metric("AsyncEventAge", Statistic::Maximum)
    }

    /// `AsyncEventsDropped`: events that were given up.
    pub fn metric_async_events_dropped(&self) -> Metric {
        self.metric("AsyncEventsDropped", Statistic::Sum)
    }

    /// `DestinationDeliveryFailures`: failed events that did not reach their destination.
    pub fn metric_destination_delivery_failures(&self) -> Metric {
        self.metric("DestinationDeliveryFailures", Statistic::Sum)
    }

    fn metric(&self, name: &'static str, statistic: Statistic) -> Metric {
        Metric::new("AWS/Lambda", name).dimension("FunctionName", self.name()).statistic(statistic)
    }
}

/// What every function of these props must be allowed to do.
fn permissions(logs: &LogGroup, props: &FunctionProps) -> Vec<Statement> {
    let write_logs = ["logs:CreateLogStream", "logs:PutLogEvents"];
    let mut statements = vec![Statement::allow(write_logs, [logs.arn()])];
    // X-Ray and EC2 know no narrower resource for these.
    if props.tracing {
        let trace = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
        statements.push(Statement::allow(trace, ["*"]));
    }
    if props.vpc.is_some() {
        let attach = [
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses",
        ];
        statements.push(Statement::allow(attach, ["*"]));
    }
    statements.extend(props.on_failure.iter().flat_map(|it| it.statements.clone()));
    statements
}

/// Where the code is: for a handler, in parameters that packaging fills in.
#[track_caller]
fn code(scope: &mut Scope, node: NodeId, props: &FunctionProps) -> l1::lambda::Code {
    let binary = match &props.code {
        Code::Zip { bucket, key } => return zip(bucket, key),
        Code::Handler(binary) => binary,
    };
    let bucket = asset_bucket(scope);
    let description = format!("Key of the zip of the handler {binary}, set by the deployment");
    let key = scope.within(node, |scope| text_parameter(scope, "Code", description));
    let asset = Asset {
        handler: binary.to_string(),
        architecture: props.architecture.as_str().to_owned().into(),
        runtime: props.runtime.as_str().to_owned().into(),
    };
    scope.tree.assets.push((key.node(), asset));
    zip(bucket, &key)
}

fn zip(bucket: impl IntoVal<kind::BucketName>, key: impl IntoVal<String>) -> l1::lambda::Code {
    l1::lambda::Code::new().s3_bucket(bucket).s3_key(key)
}

fn asset_bucket(scope: &mut Scope) -> Val<kind::BucketName> {
    let stack = scope.stack();
    match scope.tree.child(stack, ASSET_BUCKET) {
        Some(parameter) => Resource::<()>::new(parameter).reference(),
        None => {
            let description = "Bucket that holds the handlers, set by the deployment".to_owned();
            scope.within(stack, |scope| text_parameter(scope, ASSET_BUCKET, description)).value()
        }
    }
}

fn text_parameter(scope: &mut Scope, id: &str, description: String) -> Parameter {
    let description = Some(description.into());
    Parameter::new(scope, id, ParameterProps { description, ..ParameterProps::string() })
}

fn properties(
    code: l1::lambda::Code,
    role: &Role,
    logs: &LogGroup,
    props: &FunctionProps,
) -> l1::lambda::Function {
    let logging =
        l1::lambda::LoggingConfig::new().log_format(LogFormat::Json).log_group(logs.name());
    let mut function = l1::lambda::Function::new(code, role)
        .runtime(props.runtime.clone())
        .handler("bootstrap")
        .architectures([props.architecture.clone()])
        .timeout(props.timeout)
        .memory_size(props.memory)
        .logging_config(logging);
    if let Some(description) = &props.description {
        function = function.description(description.clone().into_owned());
    }
    if let Some(variables) = props.environment.to_val() {
        function = function.environment(l1::lambda::Environment::new().variables(variables));
    }
    if let Some(count) = props.reserved_concurrency {
        function = function.reserved_concurrent_executions(count);
    }
    if props.tracing {
        function = function
            .tracing_config(l1::lambda::TracingConfig::new().mode(TracingConfigMode::Active));
    }
    if let Some(vpc) = &props.vpc {
        let config = l1::lambda::VpcConfig::new()
            .subnet_ids(vpc.subnets.clone().cast())
            .security_group_ids(vpc.security_groups.clone().cast());
        function = function.vpc_config(config);
    }
    function
}

/// How asynchronous invocations are tried again, if other than Lambda does by itself.
fn async_invoke(
    name: Val<kind::FunctionName>,
    props: &FunctionProps,
) -> Option<l1::lambda::EventInvokeConfig> {
    let defaults = (2, hours(6));
    if props.on_failure.is_none() && (props.retry_attempts, props.max_event_age) == defaults {
        return None;
    }
    let config = l1::lambda::EventInvokeConfig::new(name, "$LATEST")
        .maximum_retry_attempts(i64::from(props.retry_attempts))
        .maximum_event_age_in_seconds(props.max_event_age);
    Some(match &props.on_failure {
        None => config,
        Some(destination) => {
            let target = l1::lambda::OnFailure::new(&destination.arn);
            config.destination_config(l1::lambda::DestinationConfig::new().on_failure(target))
        }
    })
}

impl Grantee for Function {
    fn role(&self) -> &Role {
        &self.role
    }
}

fn check(scope: &mut Scope, node: NodeId, props: &FunctionProps) {
    let tree = &mut scope.tree;
    crate::check::duration(tree, node, "timeout", props.timeout, seconds(1), minutes(15));
    crate::check::duration(
        tree,
        node,
        "age of an event",
        props.max_event_age,
        seconds(60),
        hours(6),
    );
    let memory = props.memory.megabytes();
    if !(128..=10_240).contains(&memory) {
        let message = format!("a function has 128 to 10,240 MB of memory, not {memory}");
        tree.error(node, message, "set `memory` to a size in that range");
    }
    if props.retry_attempts > 2 {
        let message = format!("an event is tried again 0 to 2 times, not {}", props.retry_attempts);
        tree.error(node, message, "set `retry_attempts` to 2 at most");
    }
}

#[cfg(test)]
mod tests {
    use crate::prelude::*;
    use crate::testing::{diagnostics, template};
    use insta::assert_snapshot;

    #[test]
    fn a_function_has_its_own_role_and_log_group() {
        assert_snapshot!(template(|stack| {
            Function::new(stack, "Worker", FunctionProps::handler("worker"));
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Parameters:
          AssetBucket:
            Type: String
            Description: Bucket that holds the handlers, set by the deployment
          WorkerCode:
            Type: String
            Description: Key of the zip of the handler worker, set by the deployment
        Resources:
          Worker:
            Type: AWS::Lambda::Function
            Properties:
              Code:
                S3Bucket: !Ref AssetBucket
                S3Key: !Ref WorkerCode
              Role: !GetAtt [WorkerRole, Arn]
              Runtime: provided.al2023
              Handler: bootstrap
              Architectures:
              - x86_64
              Timeout: 30
              MemorySize: 256
              LoggingConfig:
                LogFormat: JSON
                LogGroup: !Ref WorkerLogs
          WorkerLogs:
            Type: AWS::Logs::LogGroup
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
            Properties:
              RetentionInDays: 365
          WorkerRole:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Allow
                  Principal:
                    Service: lambda.amazonaws.com
                  Action: sts:AssumeRole
              Policies:
              - PolicyName: Grants
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement:
                  - Effect: Allow
                    Action:
                    - logs:CreateLogStream
                    - logs:PutLogEvents
                    Resource: !GetAtt [WorkerLogs, Arn]
        "#);
    }

    #[test]
    fn failures_go_to_one_destination() {
        assert_snapshot!(template(|stack| {
            let failed = Queue::from_arn("arn:aws:sqs:eu-west-1:123456789012:failed");
            Function::new(stack, "Worker", FunctionProps {
                code: Code::Zip { bucket: "code".into(), key: "worker.zip".into() },
                on_failure: Some(failed.destination()),
                environment: Variables::default().with("MODE", "fast"),
                tracing: true,
                reserved_concurrency: Some(5),
                ..FunctionProps::handler("worker")
            });
        }), @r#"
        AWSTemplateFormatVersion: "2010-09-09"
        Resources:
          Worker:
            Type: AWS::Lambda::Function
            Properties:
              Code:
                S3Bucket: code
                S3Key: worker.zip
              Role: !GetAtt [WorkerRole, Arn]
              Runtime: provided.al2023
              Handler: bootstrap
              Architectures:
              - x86_64
              Timeout: 30
              MemorySize: 256
              LoggingConfig:
                LogFormat: JSON
                LogGroup: !Ref WorkerLogs
              Environment:
                Variables:
                  MODE: fast
              ReservedConcurrentExecutions: 5
              TracingConfig:
                Mode: Active
          WorkerAsyncInvoke:
            Type: AWS::Lambda::EventInvokeConfig
            Properties:
              FunctionName: !Ref Worker
              Qualifier: $LATEST
              MaximumRetryAttempts: 2
              MaximumEventAgeInSeconds: 21600
              DestinationConfig:
                OnFailure:
                  Destination: arn:aws:sqs:eu-west-1:123456789012:failed
          WorkerLogs:
            Type: AWS::Logs::LogGroup
            DeletionPolicy: Delete
            UpdateReplacePolicy: Delete
            Properties:
              RetentionInDays: 365
          WorkerRole:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument:
                Version: "2012-10-17"
                Statement:
                - Effect: Allow
                  Principal:
                    Service: lambda.amazonaws.com
                  Action: sts:AssumeRole
              Policies:
              - PolicyName: Grants
                PolicyDocument:
                  Version: "2012-10-17"
                  Statement:
                  - Effect: Allow
                    Action:
                    - logs:CreateLogStream
                    - logs:PutLogEvents
                    Resource: !GetAtt [WorkerLogs, Arn]
                  - Effect: Allow
                    Action:
                    - xray:PutTraceSegments
                    - xray:PutTelemetryRecords
                    Resource: "*"
                  - Effect: Allow
                    Action: sqs:SendMessage
                    Resource: arn:aws:sqs:eu-west-1:123456789012:failed
        "#);
    }

    #[test]
    fn what_lambda_would_refuse_is_refused() {
        assert_snapshot!(diagnostics(|stack| {
            Function::new(stack, "Worker", FunctionProps {
                timeout: minutes(16),
                memory: megabytes(64),
                retry_attempts: 3,
                ..FunctionProps::handler("worker")
            });
        }), @"
        error: Test/Worker: the timeout is 960 s, and must be 1 s to 900 s
          hint: give a duration in that range
        error: Test/Worker: a function has 128 to 10,240 MB of memory, not 64
          hint: set `memory` to a size in that range
        error: Test/Worker: an event is tried again 0 to 2 times, not 3
          hint: set `retry_attempts` to 2 at most
        ");
    }

    #[test]
    fn a_grant_needs_to_know_the_role() {
        assert_snapshot!(diagnostics(|stack| {
            let worker = Function::from_arn("arn:aws:lambda:eu-west-1:123456789012:function:worker");
            Queue::new(stack, "Jobs", default()).grant_send_messages(stack, &worker);
        }), @"
        error: Test: a grant to a function that exists already, whose role is not known
          hint: say which it is: `Function::from_arn(..).with_role(Role::from_arn(..))`
        ");
    }
}
