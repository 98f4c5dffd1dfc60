//! The public door: takes `POST /hooks/{source}`, verifies the raw bytes, keeps the event, answers. Whatever
//! can wait (rendering, sending) happens after the answer, in other rooms.

mod answer;
mod config;
mod metrics;
mod rate;
mod server;

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Method, Request, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes};
use tokio::sync::{Semaphore, SemaphorePermit};

pub use self::answer::Answer;
pub use self::config::{Config, Source};
pub use self::metrics::Metrics;
pub use self::server::run;
use crate::event::{Event, EventId, Raw};
use crate::provider;
use crate::rules::Rules;
use crate::store::{Accepted, Store};
use crate::timestamp::Timestamp;

/// How long a whole body may take. A sender that drips bytes is cut off then.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the store may take before the sender is asked to come back: below every provider's own patience
/// that can be helped (most wait 5 s or more).
const KEEP_TIMEOUT: Duration = Duration::from_secs(4);
/// Bytes of bodies held at once, over all connections; further requests wait for room. Bounds memory.
const ROOM: usize = 64 << 20;

/// Everything a request needs, shared by all connections.
#[derive(Debug)]
pub struct Intake {
    sources: HashMap<String, Source>,
    rules: Rules,
    store: Store,
    metrics: Metrics,
    max_body: usize,
    /// In bytes.
    room: Semaphore,
}

impl Intake {
    pub fn new(config: &Config, sources: Vec<Source>, rules: Rules, store: Store, metrics: Metrics) -> Self {
        let sources = sources.into_iter().map(|source| (source.name.clone(), source)).collect();
        let room = Semaphore::new(ROOM);
        Self { sources, rules, store, metrics, max_body: config.max_body, room }
    }

    /// Takes one request from first look to answer.
    pub async fn handle<B>(&self, request: Request<B>) -> Answer
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let Some(source) = source_name(request.uri().path()).and_then(|name| self.sources.get(name)) else {
            self.metrics.answered("", &Answer::UnknownSource);
            return Answer::UnknownSource;
        };
        let timer = self.metrics.timer();
        let answer = self.take(source, request).await.unwrap_or_else(|refusal| refusal);
        self.metrics.answered(&source.name, &answer);
        if let Some(reason) = answer.worth_a_log_line() {
            tracing::warn!(source = source.name, status = answer.status().as_u16(), reason, "request refused");
        }
        timer.stop();
        answer
    }

    /// The line of a request, in order. Nothing of the body is looked at before `verify`.
    async fn take<B>(&self, source: &Source, request: Request<B>) -> Result<Answer, Answer>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        if head.method != Method::POST {
            return Err(Answer::MethodNotAllowed);
        }
        check_content(&head.headers)?;
        let (body, _room) = self.read_body(&head.headers, body).await?;
        let now = now();
        let request =
            provider::Request { method: head.method.as_str(), url: None, headers: &head.headers, body: &body };
        let verified = source.verifier.verify(request, now).map_err(|why| Answer::Unverified(why.to_string()))?;
        source.rate.take(now).map_err(Answer::TooMany)?;
        let reading = source.provider.event(verified).map_err(|why| Answer::Unreadable(why.to_string()))?;
        let event = Event {
            id: EventId::UNSET,
            source: source.name.clone(),
            provider: source.provider.name.clone(),
            reference: reading.reference,
            kind: reading.kind,
            topic: reading.topic,
            facts: reading.facts,
            time: reading.time.unwrap_or(now),
            received: now,
        };
        let headers = source.provider.kept_headers(&head.headers);
        self.keep(event, Raw { headers, body: body.into() }).await
    }

    /// Reads the body within the limit and the deadline; an announced length over the limit is refused unread.
    /// The room it takes is free again when the permit is dropped.
    async fn read_body<B>(&self, headers: &HeaderMap, body: B) -> Result<(Bytes, SemaphorePermit<'_>), Answer>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let announced =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        let length = announced.map_or(self.max_body, |length| usize::try_from(length).unwrap_or(usize::MAX));
        if length > self.max_body {
            return Err(Answer::TooLarge(self.max_body));
        }
        let body = std::pin::pin!(body);
        let read = async {
            // Never closed, and never asked for more than there is: `max_body` is at most the whole room.
            let room = self.room.acquire_many(u32::try_from(length).unwrap_or(u32::MAX)).await.ok();
            (Limited::new(body, self.max_body).collect().await, room)
        };
        match tokio::time::timeout(BODY_TIMEOUT, read).await {
            Ok((Ok(body), Some(room))) => Ok((body.to_bytes(), room)),
            Ok((Err(error), _)) if error.is::<http_body_util::LengthLimitError>() => {
                Err(Answer::TooLarge(self.max_body))
            }
            Ok(_) => Err(Answer::Unreadable("the body ended early".to_owned())),
            Err(_) => Err(Answer::TooSlow),
        }
    }

    /// Routes the event and keeps it; only then may the sender hear a 200.
    async fn keep(&self, event: Event, raw: Raw) -> Result<Answer, Answer> {
        let routed = self.rules.route(&event, &raw);
        for note in &routed.notes {
            tracing::warn!(source = event.source, kind = event.kind, note, "a route could not be judged");
        }
        let unrouted = routed.deliveries.is_empty();
        let kept = tokio::time::timeout(KEEP_TIMEOUT, self.store.accept(event, raw, routed.deliveries)).await;
        match kept {
            Ok(Ok(Accepted::New(id))) if unrouted => Ok(Answer::Unrouted(id)),
            Ok(Ok(Accepted::New(id))) => Ok(Answer::Accepted(id)),
            Ok(Ok(Accepted::Duplicate(id))) => Ok(Answer::Duplicate(id)),
            Ok(Err(error)) => {
                tracing::error!(%error, "an event could not be kept; its sender was asked to come back");
                Err(Answer::NotKept)
            }
            Err(_) => {
                tracing::error!("the store took too long; the sender was asked to come back");
                Err(Answer::NotKept)
            }
        }
    }
}

/// The one path there is: `/hooks/{source}`, spelled exactly so.
fn source_name(path: &str) -> Option<&str> {
    path.strip_prefix("/hooks/").filter(|name| !name.is_empty() && !name.contains('/'))
}

/// A body that is compressed, or that says it is something else than JSON, is refused before it is read.
fn check_content(headers: &HeaderMap) -> Result<(), Answer> {
    let encoding = headers.get(header::CONTENT_ENCODING).map_or(Ok("identity"), |value| value.to_str());
    if !encoding.is_ok_and(|encoding| encoding.trim().eq_ignore_ascii_case("identity")) {
        return Err(Answer::UnsupportedContent("a content encoding is not supported; send the body as it is"));
    }
    // Senders that say nothing, or call their JSON plain text, exist; the parser will judge.
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind.is_empty() || kind.ends_with("json") || kind == "text/plain" {
        return Ok(());
    }
    Err(Answer::UnsupportedContent("expected content type `application/json`"))
}

fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plain_path_names_a_source() {
        assert_eq!(source_name("/hooks/stripe"), Some("stripe"));
        for path in
            ["/", "/hooks", "/hooks/", "/hooks/a/b", "/hooks//a", "//hooks/a", "/Hooks/a", "/metrics", "/hooks/a/"]
        {
            assert_eq!(source_name(path), None, "{path}");
        }
    }

    #[test]
    fn content_that_cannot_be_json_is_refused() {
        let with = |name: header::HeaderName, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().expect("a header"));
            check_content(&headers)
        };
        for fine in ["application/json", "application/json; charset=utf-8", "application/vnd.x+json", "text/plain"] {
            assert!(with(header::CONTENT_TYPE, fine).is_ok(), "{fine}");
        }
        assert!(with(header::CONTENT_TYPE, "text/html").is_err());
        assert!(with(header::CONTENT_ENCODING, "gzip").is_err());
        assert!(with(header::CONTENT_ENCODING, "identity").is_ok());
    }
}
