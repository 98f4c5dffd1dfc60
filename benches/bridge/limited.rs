//! Discord as it limits: five requests in two seconds for each webhook, told in headers; thirty messages in any sixty
//! seconds for each channel, told nowhere; fifty requests a second in all. A webhook may also be blocked, in three ways.
//! Remembers which event came when, and how often it refused.

use std::collections::{HashMap, HashSet, VecDeque};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hyper::body::Bytes;
use tokio::sync::Notify;

const WEBHOOK: (usize, Duration) = (5, Duration::from_secs(2));
const CHANNEL: (usize, Duration) = (30, Duration::from_secs(60));
const GLOBAL: (usize, Duration) = (50, Duration::from_secs(1));
/// How long a webhook asks for that is blocked by a limit.
const LONG: Duration = Duration::from_secs(300);

/// What a webhook does with posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Webhook {
    /// Answers 429, and says to come back in five minutes.
    Limited,
    /// Answers 503.
    Unavailable,
    /// Reads the request and never answers.
    Hangs,
}

/// An event that a message showed.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) event: String,
    pub(crate) webhook: String,
    pub(crate) at: Instant,
}

#[derive(Clone)]
pub(crate) struct LimitedSink {
    address: std::net::SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<SinkState>,
    changed: Notify,
}

#[derive(Default)]
struct SinkState {
    blocked: HashMap<String, Webhook>,
    global: VecDeque<Instant>,
    /// Each has a channel of its own.
    webhooks: HashMap<String, Limits>,
    arrivals: Vec<Arrival>,
    messages: usize,
    posts_to_blocked: usize,
    /// The blocked webhooks that were tried.
    tried: HashSet<String>,
    refused: usize,
}

#[derive(Default)]
struct Limits {
    /// When the bucket's window began, and how many requests are in it.
    bucket: Option<(Instant, usize)>,
    channel: VecDeque<Instant>,
}

/// What the sink has counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) messages: usize,
    /// Answers with 429, those of blocked webhooks excepted.
    pub(crate) refused: usize,
    pub(crate) posts_to_blocked: usize,
}

impl LimitedSink {
    /// `blocked`: the webhooks, by their ids, that are not to work.
    pub(crate) async fn start(blocked: HashMap<String, Webhook>) -> Self {
        let shared = Arc::new(Shared::default());
        shared.lock().blocked = blocked;
        let router = Router::new()
            .route("/api/v10/webhooks/{id}/{token}", post(take).get(describe))
            .route("/api/v10/webhooks/{id}/{token}/messages/{message}", axum::routing::patch(edit))
            .with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serving") });
        Self { address, shared }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.shared.lock().arrivals.clone()
    }

    pub(crate) fn counts(&self) -> Counts {
        let state = self.shared.lock();
        Counts { messages: state.messages, refused: state.refused, posts_to_blocked: state.posts_to_blocked }
    }

    /// Waits until what arrived is as wanted; `false` when the time is over.
    pub(crate) async fn wait_for(&self, longest: Duration, wanted: impl Fn(&[Arrival]) -> bool) -> bool {
        self.wait_for_state(longest, |state| wanted(&state.arrivals)).await
    }

    /// Waits until each blocked webhook was sent a post.
    pub(crate) async fn wait_for_blocked(&self, longest: Duration) -> bool {
        self.wait_for_state(longest, |state| state.tried.len() == state.blocked.len()).await
    }

    async fn wait_for_state(&self, longest: Duration, wanted: impl Fn(&SinkState) -> bool) -> bool {
        let wait = async {
            loop {
                let changed = self.shared.changed.notified();
                if wanted(&self.shared.lock()) {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(longest, wait).await.is_ok()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, SinkState> {
        self.state.lock().expect("the sink does not panic")
    }
}

async fn take(State(shared): State<Arc<Shared>>, Path((id, _)): Path<(String, String)>, body: Bytes) -> Response {
    let at = Instant::now();
    let blocked = shared.lock().blocked.get(&id).copied();
    let response = match blocked {
        None => shared.lock().post(&id, &body, at),
        Some(webhook) => {
            {
                let mut state = shared.lock();
                state.posts_to_blocked += 1;
                state.tried.insert(id);
            }
            shared.changed.notify_waiters();
            match webhook {
                Webhook::Limited => refusal(LONG, &[("x-ratelimit-scope", "shared".to_owned())]),
                Webhook::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "upstream connect error").into_response(),
                Webhook::Hangs => pending().await,
            }
        }
    };
    shared.changed.notify_waiters();
    response
}

async fn edit(
    State(shared): State<Arc<Shared>>,
    Path((id, _, message)): Path<(String, String, String)>,
    method: Method,
) -> Response {
    let bucket = format!("{method} {id}");
    match shared.lock().limit(&bucket, None, Instant::now()) {
        Ok(headers) => with_headers(format!("{{\"id\":\"{message}\",\"channel_id\":\"{id}\"}}"), &headers),
        Err(response) => *response,
    }
}

async fn describe(Path((id, _)): Path<(String, String)>) -> impl IntoResponse {
    let webhook = format!("{{\"id\":\"{id}\",\"type\":1,\"channel_id\":\"{id}\",\"guild_id\":\"3\"}}");
    ([("content-type", "application/json")], webhook)
}

type Headers = Vec<(&'static str, String)>;

impl SinkState {
    fn post(&mut self, id: &str, body: &[u8], at: Instant) -> Response {
        let headers = match self.limit(id, Some(id), at) {
            Ok(headers) => headers,
            Err(response) => return *response,
        };
        let message: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        // Each event has an embed of its own; a message without one is of one event.
        let shown = match message["embeds"].as_array() {
            Some(embeds) if !embeds.is_empty() => embeds.iter().map(ToString::to_string).collect(),
            _ => vec![message["content"].to_string()],
        };
        for part in shown {
            if let Some(event) = named(&part) {
                self.arrivals.push(Arrival { event: event.to_owned(), webhook: id.to_owned(), at });
            }
        }
        self.messages += 1;
        let number = self.messages;
        with_headers(format!("{{\"id\":\"{number}\",\"channel_id\":\"{id}\"}}"), &headers)
    }

    /// The headers, when the request is within all limits. `channel`: its hidden limit counts too.
    fn limit(&mut self, bucket: &str, channel: Option<&str>, at: Instant) -> Result<Headers, Box<Response>> {
        if let Some(after) = full(&mut self.global, GLOBAL, at) {
            self.refused += 1;
            return Err(Box::new(refusal(after, &[("x-ratelimit-global", "true".to_owned())])));
        }
        self.global.push_back(at);
        let limits = self.webhooks.entry(bucket.to_owned()).or_default();
        let (began, used) = limits.bucket.filter(|(began, _)| at - *began < WEBHOOK.1).unwrap_or((at, 0));
        let reset = WEBHOOK.1 - (at - began);
        let headers = |used: usize| {
            vec![
                ("x-ratelimit-bucket", "posts".to_owned()),
                ("x-ratelimit-limit", WEBHOOK.0.to_string()),
                ("x-ratelimit-remaining", WEBHOOK.0.saturating_sub(used).to_string()),
                ("x-ratelimit-reset-after", format!("{:.3}", reset.as_secs_f64())),
            ]
        };
        if used >= WEBHOOK.0 {
            self.refused += 1;
            return Err(Box::new(refusal(reset, &headers(used))));
        }
        limits.bucket = Some((began, used + 1));
        if channel.is_some() {
            if let Some(after) = full(&mut limits.channel, CHANNEL, at) {
                self.refused += 1;
                return Err(Box::new(refusal(after, &headers(used + 1))));
            }
            limits.channel.push_back(at);
        }
        Ok(headers(used + 1))
    }
}

/// How long to wait until one more fits into the span.
fn full(window: &mut VecDeque<Instant>, (count, span): (usize, Duration), at: Instant) -> Option<Duration> {
    while window.front().is_some_and(|oldest| at - *oldest >= span) {
        window.pop_front();
    }
    let oldest = *window.front()?;
    (window.len() >= count).then(|| span - (at - oldest))
}

/// The id of the event that a part of a message names.
fn named(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).find(|part| part.starts_with("benchevent"))
}

fn refusal(after: Duration, headers: &[(&'static str, String)]) -> Response {
    let seconds = after.as_secs_f64();
    let body = format!("{{\"message\":\"You are being rate limited.\",\"retry_after\":{seconds:.3},\"global\":false}}");
    let mut response = with_headers(body, headers);
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    let whole = format!("{:.0}", seconds.ceil());
    response.headers_mut().insert("retry-after", whole.parse().expect("a number"));
    response
}

fn with_headers(body: String, headers: &[(&'static str, String)]) -> Response {
    let mut response = ([("content-type", "application/json")], body).into_response();
    for (name, value) in headers {
        response.headers_mut().insert(*name, value.parse().expect("a header"));
    }
    response
}
