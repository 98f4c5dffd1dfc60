//! The public door: takes `POST /hooks/{source}`, verifies the raw bytes, keeps the event, answers. Whatever
//! can wait (rendering, sending) happens after the answer, in other rooms.

mod answer;
mod body;
mod capture;
mod config;
mod metrics;
mod outage;
mod rate;
mod refusals;
mod server;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow::{Break, Continue};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use http::{HeaderMap, Method, Request, header};
use hyper::body::{Body, Bytes};

pub use self::answer::Answer;
use self::body::Room;
pub use self::config::{Config, Source};
pub use self::metrics::Metrics;
use self::outage::Outage;
use self::refusals::Refusals;
pub use self::server::run;
use crate::rules::Rules;
use crate::store::{Accepted, Store};
use hookbell_model::event::{Event, Raw};
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{self, HandshakeError, Reply};

/// How long the store may take before the sender is asked to come back: below every provider's own patience
/// that can be helped (most wait 5 s or more).
const KEEP_TIMEOUT: Duration = Duration::from_secs(4);

/// Everything a request needs, shared by all connections.
#[derive(Debug)]
pub struct Intake {
    desk: RwLock<Arc<Desk>>,
    store: Store,
    metrics: Metrics,
    config: Config,
    room: Room,
    outage: Outage,
    refusals: Refusals,
}

/// Who may send, and where it goes. Replaced as a whole; a request keeps to the one it began with.
#[derive(Debug)]
struct Desk {
    sources: HashMap<String, Source>,
    rules: Rules,
}

impl Intake {
    pub fn new(config: Config, sources: Vec<Source>, rules: Rules, store: Store, metrics: Metrics) -> Self {
        let desk = RwLock::new(Arc::new(Desk::new(sources, rules)));
        let (room, outage, refusals) = (Room::default(), Outage::default(), Refusals::default());
        Self { desk, store, metrics, config, room, outage, refusals }
    }

    /// From the next request on, these may send and this is where it goes. Waits for nobody, and nobody for it.
    pub fn replace(&self, sources: Vec<Source>, rules: Rules) {
        let desk = Desk::new(sources, rules);
        let before = self.desk();
        for (name, source) in &desk.sources {
            if let Some(earlier) = before.sources.get(name) {
                source.rate.go_on_from(&earlier.rate);
            }
        }
        *self.desk.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(desk);
    }

    fn desk(&self) -> Arc<Desk> {
        // Held for no longer than it takes to count one up.
        Arc::clone(&self.desk.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes one request from first look to answer.
    pub async fn handle<B>(&self, request: Request<B>) -> Answer
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let desk = self.desk();
        let Some(source) = source_name(request.uri().path()).and_then(|name| desk.sources.get(name)) else {
            self.metrics.answered("", &Answer::UnknownSource);
            return Answer::UnknownSource;
        };
        let timer = self.metrics.timer();
        let answer = self.take(source, &desk.rules, request).await.unwrap_or_else(|refusal| refusal);
        self.metrics.answered(&source.name, &answer);
        self.refusals.tell(&source.name, &answer, source.hint(&answer).as_deref(), Timestamp::now());
        timer.stop();
        answer
    }

    /// The line of a request, in order. Nothing of the body is looked at before `verify`.
    async fn take<B>(&self, source: &Source, rules: &Rules, request: Request<B>) -> Result<Answer, Answer>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        if !source.verifier.accepts_method(head.method.as_str()) {
            return Err(Answer::MethodNotAllowed);
        }
        check_encoding(&head.headers)?;
        // Some announce themselves in another format than their events'.
        if !source.verifier.has_handshakes() {
            source.provider.check_content_type(&head.headers).map_err(Answer::UnsupportedContent)?;
        }
        let within = self.config.body_timeout;
        let (body, _room) = self.room.read(source.max_body, within, &head.headers, body).await?;
        let now = Timestamp::now();
        let url = source.url(&head.uri);
        let request = hookbell_provider::Request {
            method: head.method.as_str(),
            url: url.as_deref(),
            headers: &head.headers,
            body: &body,
        };
        let verifier = match self.greet(source, request, now).await? {
            Continue(verifier) => verifier,
            Break(answer) => return Ok(answer),
        };
        if let Some(reply) = verifier.handshake(request) {
            return shaken(reply);
        }
        let verified = verifier.verify(request, now).map_err(|why| Answer::Unverified(why.to_string()))?;
        source.rate.take(now).map_err(Answer::TooMany)?;
        if let Some(reply) = verifier.signed_handshake(verified) {
            return shaken(reply);
        }
        if head.method != Method::POST {
            return Err(Answer::MethodNotAllowed);
        }
        source.provider.check_content_type(&head.headers).map_err(Answer::UnsupportedContent)?;
        let contents = source.provider.events(verified).map_err(|why| Answer::Unreadable(why.to_string()))?;
        let headers = source.provider.kept_headers(&head.headers);
        // A request that is one event gives its bytes away; only elements of it are copied.
        let single = contents.events.len() == 1;
        let whole = |text: &[u8]| single && text.len() == body.len();
        let events: Vec<(Event, Option<Vec<u8>>)> = contents
            .events
            .into_iter()
            .map(|item| {
                let bytes = match item.body {
                    Cow::Borrowed(text) if whole(text) => None,
                    text => Some(text.into_owned()),
                };
                (item.reading.into_event(&source.name, &source.provider.name, now), bytes)
            })
            .collect();
        let mut body = Some(body);
        let events = events.into_iter().map(|(event, bytes)| {
            let bytes = bytes.or_else(|| body.take().map(Vec::from)).unwrap_or_default();
            (event, Raw { headers: headers.clone(), body: bytes })
        });
        let answer = self.keep(rules, events.collect()).await?;
        Ok(answer.worded(source.provider.reply()))
    }

    /// Routes the events and keeps them all; only then may the sender hear a 200.
    async fn keep(&self, rules: &Rules, events: Vec<(Event, Raw)>) -> Result<Answer, Answer> {
        let count = events.len();
        let mut unrouted = true;
        let mut entries = Vec::with_capacity(count);
        for (event, raw) in events {
            let routed = rules.route(&event, &raw);
            for failure in &routed.failures {
                tracing::warn!(source = event.source, event_type = event.event_type, "{failure}");
            }
            unrouted &= routed.unrouted.is_some();
            entries.push((event, raw, routed.deliveries));
        }
        if entries.is_empty() {
            return Ok(Answer::Ignored);
        }
        let accepted = self.in_time(self.store.accept_all(entries)).await?;
        self.outage.kept();
        Ok(heard(&accepted, unrouted))
    }

    fn not_kept(&self, why: &str) -> Answer {
        self.outage.refused(why);
        Answer::NotKept
    }
}

impl Desk {
    fn new(sources: Vec<Source>, rules: Rules) -> Self {
        Self { sources: sources.into_iter().map(|source| (source.name.clone(), source)).collect(), rules }
    }
}

impl Source {
    /// The URL to paste at the provider, where the config says how senders see this server.
    pub fn public_url(&self) -> Option<String> {
        self.public_url.as_ref().map(|base| format!("{base}/hooks/{}", self.name))
    }

    /// The URL that the sender used: what stands in front of this server is not in the request. Without a
    /// `public_url` only path and query are known, which is enough for a token in the query.
    fn url(&self, uri: &http::Uri) -> Option<String> {
        let path = uri.path_and_query().map_or(uri.path(), |path| path.as_str());
        match &self.public_url {
            Some(base) => Some(format!("{base}{path}")),
            None if uri.query().is_some() => Some(path.to_owned()),
            None => None,
        }
    }
}

/// What several or one are answered: new ones go before duplicates.
fn heard(accepted: &[Accepted], unrouted: bool) -> Answer {
    let new = accepted.iter().find_map(|one| if let Accepted::New(id) = one { Some(*id) } else { None });
    match (accepted, new) {
        ([_], Some(id)) if unrouted => Answer::Unrouted(id),
        ([_], Some(id)) => Answer::Accepted(id),
        ([Accepted::Duplicate(id)], _) => Answer::Duplicate(*id),
        (_, Some(id)) => Answer::Several(id, accepted.len(), if unrouted { "unrouted" } else { "accepted" }),
        ([Accepted::Duplicate(id), ..], None) => Answer::Several(*id, accepted.len(), "duplicate"),
        _ => Answer::Ignored,
    }
}

fn shaken(reply: Result<Reply, HandshakeError>) -> Result<Answer, Answer> {
    match reply {
        Ok(reply) => Ok(Answer::Worded("handshake", reply)),
        Err(why) => Err(Answer::Unreadable(why.to_string())),
    }
}

/// The one path there is: `/hooks/{source}`, spelled exactly so.
fn source_name(path: &str) -> Option<&str> {
    path.strip_prefix("/hooks/").filter(|name| !name.is_empty() && !name.contains('/'))
}

/// A compressed body is refused before it is read.
fn check_encoding(headers: &HeaderMap) -> Result<(), Answer> {
    let encoding = headers.get(header::CONTENT_ENCODING).map_or(Ok("identity"), |value| value.to_str());
    if !encoding.is_ok_and(|encoding| encoding.trim().eq_ignore_ascii_case("identity")) {
        return Err(Answer::UnsupportedContent("a content encoding is not supported; send the body as it is"));
    }
    Ok(())
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
    fn compressed_bodies_are_refused() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_ENCODING, value.parse().expect("a header"));
            check_encoding(&headers)
        };
        assert!(with("gzip").is_err() && with("identity").is_ok());
    }
}
