//! The wire: an HTTP client for the SDK that hands requests to the fake, with the schedule's faults.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_smithy_runtime_api::{
    client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use crate::{
    Fault, Schedule, World, cloudformation,
    query::Query,
    s3,
    world::{Answer, Page, Refusal},
};

/// How long a call takes unless told otherwise.
const LATENCY: Duration = Duration::from_millis(20);

/// The fake itself. Clones are the same one.
#[derive(Clone, Debug)]
pub struct FakeAws {
    state: Arc<Mutex<State>>,
    born: Instant,
}

#[derive(Debug)]
struct State {
    world: World,
    /// As it was before the latest write: what stale reads see.
    past: World,
}

impl FakeAws {
    /// An empty account.
    #[must_use]
    pub fn new(account: &str, region: &str) -> Self {
        let world = World::new(account, region);
        let state = State { past: world.clone(), world };
        Self { state: Arc::new(Mutex::new(state)), born: Instant::now() }
    }

    /// Looks at it, or changes it behind everybody's back. What is due by now has happened, and no
    /// later read is so stale that it does not see it.
    pub fn with<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let mut state = self.lock();
        state.world.advance_to(self.born.elapsed());
        let result = work(&mut state.world);
        state.past = state.world.clone();
        result
    }

    /// A connection of one caller, with what goes wrong on it.
    #[must_use]
    pub fn connect(&self, schedule: Schedule) -> Connection {
        Connection {
            aws: self.clone(),
            schedule: Arc::new(schedule),
            latencies: Arc::new(Vec::new()),
            log: Arc::default(),
            killed: Arc::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Like `DescribeStacks`.
    pub action: String,
    /// Whether it may change something.
    pub writes: bool,
    invocation: String,
    attempts: usize,
}

/// What the SDK takes for the network. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Connection {
    aws: FakeAws,
    schedule: Arc<Schedule>,
    latencies: Arc<Vec<Duration>>,
    log: Arc<Mutex<Vec<Call>>>,
    killed: Arc<Notify>,
}

impl Connection {
    /// The same with these times for its calls, over and over: callers at the same time take turns
    /// in another order.
    #[must_use]
    pub fn with_latencies(mut self, latencies: Vec<Duration>) -> Self {
        self.latencies = Arc::new(latencies);
        self
    }

    /// The calls until now, without retries.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the schedule says that the caller is dead: drop it then.
    pub async fn killed(&self) {
        self.killed.notified().await;
    }

    /// Counts an attempt: the number of its call, and its own.
    fn count(&self, request: &Request) -> (usize, usize) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = log.iter().position(|call| call.invocation == request.invocation) {
            log[index].attempts += 1;
            return (index, log[index].attempts - 1);
        }
        log.push(Call {
            action: request.action.clone(),
            writes: request.writes(),
            invocation: request.invocation.clone(),
            attempts: 1,
        });
        (log.len() - 1, 0)
    }

    async fn answer(self, request: Request) -> Result<HttpResponse, ConnectorError> {
        let (call, attempt) = self.count(&request);
        let latency = match self.latencies.len() {
            0 => LATENCY,
            count => self.latencies[call % count],
        };
        sleep(latency).await;
        let Some(fault) = self.schedule.fault(&request.action, call, attempt) else {
            return Ok(respond(&request, self.perform(&request)));
        };
        match fault {
            Fault::Throttle => Ok(respond(&request, Err(Refusal::throttled()))),
            Fault::ServerErrorBefore => Ok(respond(&request, Err(Refusal::internal()))),
            Fault::ServerErrorAfter => {
                let _ = self.perform(&request);
                Ok(respond(&request, Err(Refusal::internal())))
            }
            Fault::NoAnswerBefore => std::future::pending().await,
            Fault::NoAnswerAfter => {
                let _ = self.perform(&request);
                std::future::pending().await
            }
            Fault::ResetBefore => Err(reset()),
            Fault::ResetAfter => {
                let _ = self.perform(&request);
                Err(reset())
            }
            Fault::Truncated => Ok(truncate(respond(&request, self.perform(&request)))),
            Fault::Stale if !request.writes() => Ok(respond(&request, self.recall(&request))),
            Fault::Stale => Ok(respond(&request, self.perform(&request))),
            Fault::AccessDenied => Ok(respond(&request, Err(Refusal::denied(&request.action)))),
            Fault::ExpiredToken => Ok(respond(&request, Err(Refusal::expired()))),
            Fault::ShiftedPage => {
                self.aws.lock().world.page = Page::shifted();
                let answer = self.perform(&request);
                self.aws.lock().world.page = Page::default();
                Ok(respond(&request, answer))
            }
            Fault::Mixed => {
                self.aws.lock().world.page = Page::mixed();
                let answer = self.perform(&request);
                self.aws.lock().world.page = Page::default();
                Ok(respond(&request, answer))
            }
            Fault::UnknownStatus => {
                let answer = self.perform(&request).map(Answer::with_unknown_statuses);
                Ok(respond(&request, answer))
            }
            Fault::Foreign(act) => {
                self.aws.with(|world| act(world));
                Ok(respond(&request, self.perform(&request)))
            }
            Fault::KillBefore => {
                self.killed.notify_one();
                std::future::pending().await
            }
            Fault::KillAfter => {
                let _ = self.perform(&request);
                self.killed.notify_one();
                std::future::pending().await
            }
        }
    }

    fn perform(&self, request: &Request) -> Result<Answer, Refusal> {
        let mut state = self.aws.lock();
        let now = self.aws.born.elapsed();
        state.world.advance_to(now);
        if request.writes() {
            state.past = state.world.clone();
        }
        request.perform(&mut state.world)
    }

    fn recall(&self, request: &Request) -> Result<Answer, Refusal> {
        request.perform(&mut self.aws.lock().past)
    }
}

impl HttpConnector for Connection {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connection = self.clone();
        HttpConnectorFuture::new(async move { connection.answer(Request::read(&request)?).await })
    }
}

impl HttpClient for Connection {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// A request as it came.
#[derive(Debug)]
struct Request {
    action: String,
    invocation: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// To CloudFormation or STS.
    Query(Query),
    S3(s3::Request),
}

impl Request {
    fn read(request: &HttpRequest) -> Result<Self, ConnectorError> {
        let body = request.body().bytes().ok_or_else(|| {
            ConnectorError::user("the fake takes only requests whose body is in memory".into())
        })?;
        let header = |name: &str| request.headers().get(name).unwrap_or_default().to_owned();
        let invocation = header("amz-sdk-invocation-id");
        if header("content-type").starts_with("application/x-www-form-urlencoded") {
            let query = Query::parse(body);
            return Ok(Self {
                action: query.text("Action").into(),
                invocation,
                kind: Kind::Query(query),
            });
        }
        // `http://host/bucket/key?query`
        let uri = request.uri().split_once("://").map_or(request.uri(), |(_, rest)| rest);
        let (place, arguments) = uri.split_once('?').unwrap_or((uri, ""));
        let request = s3::Request {
            method: request.method().into(),
            path: place.split_once('/').map_or("", |(_, path)| path).into(),
            query: arguments.into(),
            if_none_match: header("if-none-match"),
            expected_owner: header("x-amz-expected-bucket-owner"),
            sha256: header("x-amz-checksum-sha256"),
            body: body.to_vec(),
        };
        Ok(Self { action: request.action().into(), invocation, kind: Kind::S3(request) })
    }

    fn writes(&self) -> bool {
        const READS: [&str; 4] = ["Describe", "Get", "Head", "List"];
        !READS.iter().any(|prefix| self.action.starts_with(prefix))
    }

    fn perform(&self, world: &mut World) -> Result<Answer, Refusal> {
        match &self.kind {
            Kind::Query(query) if self.action == "GetCallerIdentity" => {
                Ok(world.caller_identity(query))
            }
            Kind::Query(query) => cloudformation::perform(world, query),
            Kind::S3(request) => s3::perform(world, request),
        }
    }
}

fn respond(request: &Request, answer: Result<Answer, Refusal>) -> HttpResponse {
    let is_s3 = matches!(request.kind, Kind::S3(_));
    let answer = answer.unwrap_or_else(|refusal| refusal.answer(is_s3, &request.action));
    let status = StatusCode::try_from(answer.status).expect("our own codes are valid ones");
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    for (name, value) in answer.headers {
        response.headers_mut().insert(name, value);
    }
    response
}

fn truncate(mut response: HttpResponse) -> HttpResponse {
    let body = response.body().bytes().unwrap_or_default();
    let half = body[..body.len() / 2].to_vec();
    *response.body_mut() = SdkBody::from(half);
    response
}

fn reset() -> ConnectorError {
    ConnectorError::io("connection reset by peer".into())
}
