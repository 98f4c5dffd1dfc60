//! The stages of a request, in order.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow::{Break, Continue};
use std::pin::{Pin, pin};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use http::request::Parts;
use http::{HeaderMap, Method, Request, header};
use hyper::body::{Body, Bytes};

use super::answer::{Answer, RequestOutcome};
use super::body_budget::{BodyBudget, BodyLimits, BodyRefusal, HeldBody, drain};
use super::capture;
use super::client::{Activity, Client};
use super::config::Config;
use super::connections::Connections;
use super::event_line::EventLine;
use super::interactions::{self, AnswerInteraction, InteractionRequest, Interactions};
use super::limit_log::LimitLog;
use super::metrics::Metrics;
use super::refusal_log::RefusalLog;
use super::source::Source;
use super::store_access::StoreAccess;
use crate::report::troubles::Troubles;
use crate::rules::Rules;
use crate::store::{self, Accepted, NewEvent, Store};
use hookbell_model::event::Raw;
use hookbell_model::own_event::Trouble;
use hookbell_provider::{HandshakeError, ReadEvent, ReadRequest, Reply};

/// Everything a request needs, shared by all connections.
#[derive(Debug)]
pub struct Intake {
    active: RwLock<Arc<ActiveConfig>>,
    store: StoreAccess,
    metrics: Metrics,
    pub(super) config: Config,
    budget: BodyBudget,
    refusals: RefusalLog,
    troubles: Troubles,
    pub(super) connections: Arc<Connections>,
    pub(super) limit_log: LimitLog,
    interactions: Interactions,
}

/// What the public listener holds, and whether it refuses connections or bodies because a limit is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    pub connections: usize,
    /// In bytes; what bodies hold beyond their first 32 KiB.
    pub body_memory: usize,
    /// For how many seconds limits have been reached; `None` when none was for a minute.
    pub limited_seconds: Option<u64>,
    /// What was refused in this time, by the limit's name.
    pub refused: Vec<(&'static str, u64)>,
    /// When an event could not be stored, and none was since.
    pub store_failed: Option<Instant>,
}

/// The sources and the rules. Replaced as a whole; a request uses the value it began with.
#[derive(Debug)]
struct ActiveConfig {
    sources: Arc<HashMap<String, Source>>,
    rules: Rules,
}

impl Intake {
    pub fn new(
        config: Config,
        sources: Vec<Source>,
        rules: Rules,
        store: Store,
        metrics: Metrics,
        troubles: Troubles,
    ) -> Self {
        Self {
            active: RwLock::new(Arc::new(ActiveConfig::new(sources, rules))),
            store: StoreAccess::new(store, troubles.clone()),
            troubles,
            limit_log: LimitLog::new(metrics.limits.clone()),
            metrics,
            config,
            budget: BodyBudget::default(),
            refusals: RefusalLog::default(),
            connections: Arc::default(),
            interactions: Interactions::default(),
        }
    }

    /// With somebody who answers Discord's interactions.
    #[must_use]
    pub fn with_interactions(self, answer: AnswerInteraction) -> Self {
        Self { interactions: Interactions(Some(answer)), ..self }
    }

    /// From the next request on, these sources may send and these rules apply. Requests in progress are not affected.
    pub fn replace(&self, sources: Vec<Source>, rules: Rules) {
        let active = ActiveConfig::new(sources, rules);
        let before = self.active();
        for (name, source) in &*active.sources {
            if let Some(earlier) = before.sources.get(name) {
                source.rate.continue_from(&earlier.rate);
            }
        }
        *self.active.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(active);
    }

    /// From the next request on, these rules apply.
    pub fn replace_rules(&self, rules: Rules) {
        let mut active = self.active.write().unwrap_or_else(PoisonError::into_inner);
        *active = Arc::new(ActiveConfig { sources: Arc::clone(&active.sources), rules });
    }

    /// Warns of every source that refuses all requests, because its secret was neither configured nor captured.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn warn_of_waiting(&self) -> store::Result<()> {
        capture::warn_of_waiting(self.active().sources.values(), self.store.unlimited()).await
    }

    /// What it holds now.
    pub fn load(&self) -> Load {
        let now = Instant::now();
        let limited = self.limit_log.state(now);
        Load {
            connections: self.connections.count(),
            body_memory: self.budget.held(),
            limited_seconds: limited.map(|(since, _)| now.saturating_duration_since(since).as_secs()),
            refused: limited.map(|(_, counts)| counts.refused().collect()).unwrap_or_default(),
            store_failed: self.store.last_failure(),
        }
    }

    /// Handles one request, from its path to its answer. What is left of a refused body is read before it is answered.
    pub(super) async fn handle<B: Body<Data = Bytes>>(&self, request: Request<B>, client: &Client) -> Answer {
        client.set(Activity::Working);
        let (head, body) = request.into_parts();
        let mut body = pin!(body);
        let answer = self.answer(&head, body.as_mut(), client).await;
        if !matches!(answer, Answer::TooSlow) && !body.is_end_stream() {
            client.set(Activity::Reading);
            drain(&head.headers, body).await;
        }
        client.set(Activity::Idle);
        answer
    }

    async fn answer<B: Body<Data = Bytes>>(&self, head: &Parts, body: Pin<&mut B>, client: &Client) -> Answer {
        if let (interactions::PATH, Some(answer)) = (head.uri.path(), &self.interactions.0) {
            let answer = self.interaction(answer, head, body, client).await.unwrap_or_else(|refusal| refusal);
            self.metrics.answered("", &answer);
            return answer;
        }
        let active = self.active();
        let Some(source) = source_name(head.uri.path()).and_then(|name| active.sources.get(name)) else {
            self.metrics.answered("", &Answer::UnknownSource);
            return Answer::UnknownSource;
        };
        let timer = self.metrics.timer();
        let answer = self.receive(source, &active.rules, head, body, client).await.unwrap_or_else(|refusal| refusal);
        self.metrics.answered(&source.name, &answer);
        let hint = capture::hint(source, &answer);
        self.refusals.record(&source.name, &answer, hint.as_deref(), self.config.clock.now());
        if matches!(answer, Answer::Unverified(_)) {
            self.troubles.add(Trouble::UnverifiedRequests { source: source.name.clone() });
        }
        timer.stop();
        answer
    }

    async fn interaction<B: Body<Data = Bytes>>(
        &self,
        answer: &AnswerInteraction,
        head: &Parts,
        body: Pin<&mut B>,
        client: &Client,
    ) -> Result<Answer, Answer> {
        if head.method != Method::POST {
            return Err(Answer::MethodNotAllowed);
        }
        check_encoding(&head.headers)?;
        let (body, _share) = self.read_body(interactions::MAX_BODY, &head.headers, body, client).await?;
        let text = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (signature, timestamp) = (text("x-signature-ed25519"), text("x-signature-timestamp"));
        let reply = answer(InteractionRequest { signature, timestamp, body }).await;
        reply.map(Answer::Interaction).ok_or(Answer::UnknownSource)
    }

    /// The stages of a request, in order. Nothing of the body is read before `verify`.
    async fn receive<B: Body<Data = Bytes>>(
        &self,
        source: &Source,
        rules: &Rules,
        head: &Parts,
        body: Pin<&mut B>,
        client: &Client,
    ) -> Result<Answer, Answer> {
        if !source.verifier.accepts_method(head.method.as_str()) {
            return Err(Answer::MethodNotAllowed);
        }
        check_encoding(&head.headers)?;
        // Some handshakes have another content type than the events.
        if !source.verifier.has_handshakes() {
            source.provider.check_content_type(&head.headers).map_err(Answer::UnsupportedContent)?;
        }
        let (body, _share) = self.read_body(source.max_body, &head.headers, body, client).await?;
        let now = self.config.clock.now();
        let url = source.request_url(&head.uri);
        let request = hookbell_provider::Request {
            method: head.method.as_str(),
            url: url.as_deref(),
            headers: &head.headers,
            body: &body,
        };
        let verifier = match capture::verifier(source, &self.store, request, now).await? {
            Continue(verifier) => verifier,
            Break(answer) => return Ok(answer),
        };
        if let Some(reply) = verifier.handshake(request) {
            return handshake_answer(reply);
        }
        let verified = verifier.verify(request, now).map_err(Answer::Unverified)?;
        source.rate.take(Instant::now()).map_err(Answer::TooMany)?;
        if let Some(reply) = verifier.signed_handshake(verified) {
            return handshake_answer(reply);
        }
        if head.method != Method::POST {
            return Err(Answer::MethodNotAllowed);
        }
        source.provider.check_content_type(&head.headers).map_err(Answer::UnsupportedContent)?;
        let read = source.provider.events(verified).map_err(|error| Answer::Unreadable(error.into()))?;
        let whole = is_whole_body(&read, &body);
        let receipt = verifier.receipt(verified);
        let headers = source.provider.kept_headers(&head.headers);
        let mut events: Vec<NewEvent> = read
            .events
            .into_iter()
            .map(|mut event| {
                // The body of a request that is one event is moved, below; only parts of a body are copied.
                let body = if whole { Vec::new() } else { event.body.into_owned() };
                let (identity, sales) = (event.reading.identity, std::mem::take(&mut event.reading.sales));
                NewEvent {
                    event: event.reading.into_event(&source.name, &source.provider.name, now),
                    identity,
                    raw: Raw { headers: headers.clone(), body },
                    receipt: Some(receipt.clone()),
                    deliveries: Vec::new(),
                    sales,
                }
            })
            .collect();
        if let (true, [event]) = (whole, events.as_mut_slice()) {
            event.raw.body = Vec::from(body);
        }
        let answer = self.store(rules, events).await?;
        Ok(answer.in_words_of(source.provider.reply()))
    }

    async fn read_body<B: Body<Data = Bytes>>(
        &self,
        max: usize,
        headers: &HeaderMap,
        body: Pin<&mut B>,
        client: &Client,
    ) -> Result<HeldBody<'_>, Answer> {
        let Config { body_timeout: timeout, limits: shared, .. } = &self.config;
        let limits = BodyLimits { max, timeout: *timeout, shared };
        self.budget.read(limits, client, headers, body).await.map_err(|refusal| {
            if let BodyRefusal::Limit(limit) = refusal {
                self.limit_log.record(limit, Instant::now());
            }
            refusal.answer(max)
        })
    }

    /// Routes the events and stores them all; only then is the sender answered with a 200.
    async fn store(&self, rules: &Rules, mut entries: Vec<NewEvent>) -> Result<Answer, Answer> {
        let (mut unrouted, mut lines) = (true, Vec::with_capacity(entries.len()));
        for entry in &mut entries {
            let event = &entry.event;
            let routed = rules.route(event, &entry.raw);
            for failure in &routed.failures {
                tracing::warn!(source = event.source, event_type = event.event_type, "{failure}");
            }
            unrouted &= routed.unrouted.is_some();
            entry.deliveries = routed.deliveries;
            lines.push(EventLine::of(entry, routed.unrouted));
        }
        if entries.is_empty() {
            return Ok(Answer::Ignored);
        }
        let accepted = self.store.accept_all(entries).await?;
        EventLine::write_all(lines, &accepted);
        Ok(answer_for(&accepted, unrouted))
    }

    fn active(&self) -> Arc<ActiveConfig> {
        // The lock is held only while the reference is counted.
        Arc::clone(&self.active.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ActiveConfig {
    fn new(sources: Vec<Source>, rules: Rules) -> Self {
        let sources = sources.into_iter().map(|source| (source.name.clone(), source)).collect();
        Self { sources: Arc::new(sources), rules }
    }
}

/// Whether the request is one event, whose body is that of the request.
fn is_whole_body(read: &ReadRequest<'_>, body: &Bytes) -> bool {
    matches!(read.events.as_slice(), [ReadEvent { body: Cow::Borrowed(text), .. }] if text.len() == body.len())
}

/// One answer for all events of a request: new ones go before duplicates.
fn answer_for(accepted: &[Accepted], unrouted: bool) -> Answer {
    let new = accepted.iter().find_map(|one| if let Accepted::New(id) = one { Some(*id) } else { None });
    let count = accepted.len();
    match (accepted, new) {
        ([_], Some(id)) if unrouted => Answer::Unrouted(id),
        ([_], Some(id)) => Answer::Accepted(id),
        ([Accepted::Duplicate(id)], _) => Answer::Duplicate(*id),
        (_, Some(first)) => {
            let outcome = if unrouted { RequestOutcome::Unrouted } else { RequestOutcome::Accepted };
            Answer::Batch { first, count, outcome }
        }
        ([Accepted::Duplicate(id), ..], None) => {
            Answer::Batch { first: *id, count, outcome: RequestOutcome::Duplicate }
        }
        _ => Answer::Ignored,
    }
}

fn handshake_answer(reply: Result<Reply, HandshakeError>) -> Result<Answer, Answer> {
    match reply {
        Ok(reply) => Ok(Answer::Custom(RequestOutcome::Handshake, reply)),
        Err(error) => Err(Answer::Unreadable(error.into())),
    }
}

/// The only path: `/hooks/{source}`, spelled exactly so, perhaps with the slash at its end that some forms add.
fn source_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix("/hooks/")?;
    Some(name.strip_suffix('/').unwrap_or(name)).filter(|name| !name.is_empty() && !name.contains('/'))
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
        assert_eq!(source_name("/hooks/stripe/"), Some("stripe"));
        for path in
            ["/", "/hooks", "/hooks/", "/hooks/a/b", "/hooks//a", "//hooks/a", "/Hooks/a", "/metrics", "/hooks/a//"]
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
