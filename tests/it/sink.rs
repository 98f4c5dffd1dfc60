//! A scripted HTTP sink on a free port: answers as scripted, in order, or as a function decides, then a default; records
//! every request. It can also hang, or close the connection without an answer, which no web framework does.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use http::{HeaderMap, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};

use crate::support::PATIENCE;

/// What the sink does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        body: String,
    },
    /// Reads the request and never answers.
    Hang,
    /// Reads the request and closes the connection.
    Close,
    /// Answers as Discord once this is notified.
    Once(Arc<Notify>),
    /// Gives this answer after so long.
    Late(Duration, Box<Reply>),
}

/// Decides how a post or an edit is answered; none = as on Discord.
type Decide = Box<dyn FnMut(&ReceivedRequest) -> Option<Reply> + Send>;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedRequest {
    pub(crate) at: Instant,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

#[derive(Default)]
struct State {
    script: VecDeque<Reply>,
    decide: Option<Decide>,
    look_up: Option<Reply>,
    seen: Vec<ReceivedRequest>,
    posted: u64,
}

pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

/// A plain answer.
pub(crate) fn reply(status: u16, body: impl fmt::Display) -> Reply {
    Reply::Answer { status, headers: Vec::new(), body: body.to_string() }
}

impl Reply {
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

impl Sink {
    pub(crate) async fn start() -> Self {
        Self::at("127.0.0.1:0").await
    }

    pub(crate) async fn at(address: &str) -> Self {
        let listener = TcpListener::bind(address).await.expect("the sink's address is free");
        let address = listener.local_addr().expect("bound");
        let shared = Arc::new(Shared::default());
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { address, shared, task }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers for the next posts and edits, in order; after them each one succeeds as on Discord.
    pub(crate) fn script(&self, replies: impl IntoIterator<Item = Reply>) {
        self.lock().script.extend(replies);
    }

    /// Answers for all posts and edits after those of the script.
    pub(crate) fn decide(&self, decide: impl FnMut(&ReceivedRequest) -> Option<Reply> + Send + 'static) {
        self.lock().decide = Some(Box::new(decide));
    }

    /// How the webhook's `GET` is answered from now on.
    pub(crate) fn look_up(&self, reply: Reply) {
        self.lock().look_up = Some(reply);
    }

    /// Posts and edits seen so far.
    pub(crate) fn sends(&self) -> Vec<ReceivedRequest> {
        self.seen(|seen| seen.method != Method::GET)
    }

    pub(crate) fn look_ups(&self) -> Vec<ReceivedRequest> {
        self.seen(|seen| seen.method == Method::GET)
    }

    /// Waits until at least `count` posts and edits were seen.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<ReceivedRequest> {
        let sends = |seen: &[ReceivedRequest]| seen.iter().filter(|seen| seen.method != Method::GET).count();
        self.wait_until(&format!("{count} posts and edits"), |seen| sends(seen) >= count).await;
        self.sends()
    }

    /// Waits until the requests seen so far, look-ups included, are as `expected`.
    pub(crate) async fn wait_until(&self, what: &str, expected: impl Fn(&[ReceivedRequest]) -> bool) {
        let wait = async {
            loop {
                let changed = self.shared.changed.notified();
                if expected(&self.lock().seen) {
                    return;
                }
                changed.await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, wait).await;
        assert!(in_time.is_ok(), "{what} expected, seen: {:#?}", self.lock().seen);
    }

    fn seen(&self, pick: impl Fn(&ReceivedRequest) -> bool) -> Vec<ReceivedRequest> {
        self.lock().seen.iter().filter(|seen| pick(seen)).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics with the lock")
    }
}

/// Connections end with this task, so that an aborted sink is really gone.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let serve = service_fn(move |request| answer(request, Arc::clone(&shared)));
            let connection =
                http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), serve);
            // An error here is `Reply::Close`, or a client that went away.
            drop(connection.await);
        });
    }
}

async fn answer(request: Request<Incoming>, shared: Arc<Shared>) -> io::Result<Response<Full<Bytes>>> {
    let (parts, body) = request.into_parts();
    let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let seen = ReceivedRequest {
        at: Instant::now(),
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    };
    let mut reply = {
        let mut state = shared.lock();
        let reply = state.choose(&seen);
        state.seen.push(seen);
        reply
    };
    shared.changed.notify_waiters();
    if let Reply::Late(wait, then) = reply {
        // Nothing comes: the wait is the point.
        drop(tokio::time::timeout(wait, std::future::pending::<()>()).await);
        reply = *then;
    }
    match reply {
        Reply::Late(..) => Err(io::Error::other("late twice")),
        Reply::Hang => std::future::pending().await,
        Reply::Close => Err(io::Error::other("closed as scripted")),
        Reply::Once(release) => {
            release.notified().await;
            let body = json!({ "id": "999", "channel_id": "77" }).to_string();
            Ok(Response::new(Full::from(body)))
        }
        Reply::Answer { status, headers, body } => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            Ok(response.body(Full::from(body)).expect("a valid answer"))
        }
    }
}

impl State {
    fn choose(&mut self, seen: &ReceivedRequest) -> Reply {
        if seen.method == Method::GET {
            let place = json!({ "id": "1", "type": 1, "guild_id": "88", "channel_id": "77" });
            return self.look_up.clone().unwrap_or_else(|| reply(200, place));
        }
        if let Some(reply) = self.script.pop_front() {
            return reply;
        }
        if let Some(reply) = self.decide.as_mut().and_then(|decide| decide(seen)) {
            return reply;
        }
        let id = if seen.method == Method::PATCH {
            seen.path.rsplit('/').next().unwrap_or_default().to_owned()
        } else {
            self.posted += 1;
            format!("{}", 1000 + self.posted)
        };
        reply(200, json!({ "id": id, "channel_id": "77" }))
    }
}
