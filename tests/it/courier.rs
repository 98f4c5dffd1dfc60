//! The courier with a real store and real HTTP: order, limits, failures, keys, and a clean stop.

mod answers;
mod clock;
mod coalesce;
mod commands;
mod faults;
mod forum;
mod life;
mod outage;
mod posts;

use std::sync::Arc;
use std::time::Duration;

use hookbell::compose::Tags;
use hookbell::courier::{Config, CourierSettings, Destination, Metrics, Setup};
use hookbell::discord::Client;
use hookbell::notify::Notifier;
use hookbell::report::troubles::Troubles;
use hookbell::store::{self, Accepted, Store};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;
use hookbell_fake_discord::{Quota, RateLimits, StandIn, StandInOptions, WebhookSpec};
use hookbell_model::delivery::{BatchMode, Delivery, NewDelivery, Plan, Status};
use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::locale::Locale;
use hookbell_model::rate::Rate;
use hookbell_model::secret::{Secret, Webhook};
use hookbell_model::thread_mode::ThreadMode;
use hookbell_model::timestamp::{Clock, Timestamp};
use hookbell_template::render::{self, Templates};
use http::Method;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::sink::{ReceivedRequest, Reply, Sink, reply};
use crate::support::{CapturedLog, eventually};

const TOKEN: &str = "a-token-that-must-not-be-seen";

const TEMPLATES: &str = r#"
provider = "shop"

[[message]]
name = "order"
on = ["order.*"]
title = "order {{ payload.n }}"

[[message]]
name = "keyed"
on = ["keyed.*"]
key = "{{ payload.key }}"
title = "keyed {{ payload.n }}"

[[message]]
name = "ring"
on = ["ring.*"]
key = "{{ payload.key }}"
notify = "payload.who"
title = "ring {{ payload.n }}"

[[message]]
name = "topic"
on = ["topic.*"]
key = "{{ payload.key }}"
thread = "{{ payload.topic }}"
tags = ["{{ payload.tag }}"]
title = "topic {{ payload.n }}"
"#;

/// Messages of things that are over some day, and of what belongs to them.
const THINGS: &str = r#"
[[message]]
name = "issue"
on = ["issue.*"]
key = ["issue:{{ payload.id }}"]
notify = "payload.ring"
archived = "payload.state == 'closed'"
title = "issue {{ payload.id }}: {{ payload.state }} {{ payload.n }}"

[[message]]
name = "comment"
on = ["comment.*"]
thread_key = ["issue:{{ payload.id }}"]
title = "comment {{ payload.n }}"

[[message]]
name = "incident"
on = ["incident.*"]
key = "incident:{{ payload.id }}"
closed = "payload.state == 'closed'"
title = "incident {{ payload.id }}: {{ payload.state }} {{ payload.n }}"
"#;

/// A store on disk and a courier that can be stopped and started anew on it.
struct CourierTest {
    dir: TempDir,
    store: Store,
    metrics: Registry,
    running: Option<(CancellationToken, JoinHandle<()>)>,
    drain: Duration,
    clock: Clock,
    accepted: u64,
    /// The token of the bot, where there is one.
    bot: Option<Secret>,
    /// Of the deliveries that are made without one of their own.
    plan: Plan,
}

impl CourierTest {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = open(&dir).await;
        let drain = Duration::from_secs(8);
        Self {
            dir,
            store,
            metrics: Registry::default(),
            running: None,
            drain,
            clock: Clock::default(),
            accepted: 0,
            bot: None,
            plan: Plan::default(),
        }
    }

    async fn with(sink: &Sink) -> Self {
        let mut courier = Self::new().await;
        courier.start(&sink.base());
        courier
    }

    fn start(&mut self, base: &str) {
        self.start_with(base, &[("sales", webhook("1"))], Config::default());
    }

    fn start_with(&mut self, base: &str, destinations: &[(&str, Webhook)], config: Config) {
        let one = |(name, webhook): &(&str, Webhook)| Destination {
            name: (*name).to_owned(),
            webhook: webhook.clone(),
            locale: Locale::default(),
            tags: Tags::default(),
            threads: ThreadMode::PerEvent,
            fallback: None,
            feed: None,
            own: None,
        };
        self.start_at(base, destinations.iter().map(one).collect(), config);
    }

    fn start_at(&mut self, base: &str, destinations: Vec<Destination>, config: Config) {
        let mut diagnostics = Diagnostics::default();
        let text = format!("{TEMPLATES}{THINGS}");
        let own = Document::parse("test.toml", &text, &mut diagnostics);
        let templates = Templates::with_own(
            hookbell::embedded::template_files(),
            &[own],
            &render::Config::default(),
            &mut diagnostics,
        );
        assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
        let settings = watch::Sender::new(Arc::new(CourierSettings { templates, destinations, config }));
        self.metrics = Registry::default();
        let setup = Setup {
            store: self.store.clone(),
            client: Client::new(base).expect("a client").with_bot(self.bot.clone()),
            settings: settings.subscribe(),
            owner: "test".to_owned(),
            metrics: Metrics::register(&mut self.metrics),
            clock: self.clock.clone(),
            notifier: Notifier::new().expect("a client"),
            troubles: Troubles::default(),
            drain: self.drain,
        };
        let stop = CancellationToken::new();
        let task = tokio::spawn(hookbell::courier::run(setup, stop.clone()));
        self.running = Some((stop, task));
    }

    async fn stop(&mut self) {
        let (stop, task) = self.running.take().expect("it runs");
        stop.cancel();
        task.await.expect("the courier does not panic");
    }

    /// Ends the process, as far as a test can: the tasks are aborted, the store is opened anew.
    async fn crash(&mut self) {
        let (_stop, task) = self.running.take().expect("it runs");
        task.abort();
        assert!(task.await.is_err());
        self.store.close().await;
        self.store = open(&self.dir).await;
    }

    async fn accept(&mut self, kind: &str, body: &Value) -> EventId {
        self.accept_for("sales", kind, body).await
    }

    async fn accept_for(&mut self, destination: &str, kind: &str, body: &Value) -> EventId {
        self.accept_with(destination, kind, body, self.plan.clone()).await
    }

    async fn accept_with(&mut self, destination: &str, kind: &str, body: &Value, plan: Plan) -> EventId {
        self.accepted += 1;
        let event = Event {
            id: EventId::UNSET,
            source: "shop".into(),
            provider: "shop".into(),
            reference: format!("evt_{}", self.accepted),
            event_type: kind.into(),
            topic: Topic::Payment,
            facts: Facts::default(),
            time: Timestamp::now(),
            received: Timestamp::now(),
        };
        let raw = Raw { body: body.to_string().into_bytes(), ..Raw::default() };
        let delivery = NewDelivery { destination: destination.into(), plan };
        match self.store.accept(event, raw, vec![delivery]).await.expect("accepted") {
            Accepted::New(id) => id,
            Accepted::Duplicate(id) => panic!("{id} is no duplicate"),
        }
    }

    /// From now on each delivery is a message of its own, also where the lane is behind.
    fn singly(&mut self) {
        self.plan.batch = BatchMode::Never;
    }

    async fn orders(&mut self, numbers: impl IntoIterator<Item = u32>) -> Vec<EventId> {
        let mut ids = Vec::new();
        for n in numbers {
            ids.push(self.accept("order.paid", &json!({ "n": n })).await);
        }
        ids
    }

    async fn delivery(&self, id: EventId) -> Delivery {
        let details = self.store.details(id).await.expect("readable").expect("there");
        details.deliveries.into_iter().next().expect("one delivery").0
    }

    async fn outcomes(&self, id: EventId) -> Vec<String> {
        let details = self.store.details(id).await.expect("readable").expect("there");
        details
            .deliveries
            .into_iter()
            .flat_map(|(_, attempts)| attempts)
            .map(|attempt| attempt.outcome.to_string())
            .collect()
    }

    /// Waits until the delivery is as wanted.
    async fn until(&self, id: EventId, what: &str, wanted: impl Fn(&Delivery) -> bool) -> Delivery {
        eventually(what, async || {
            let delivery = self.delivery(id).await;
            if wanted(&delivery) { Ok(delivery) } else { Err(delivery) }
        })
        .await
    }

    async fn delivered(&self, id: EventId) -> Delivery {
        self.until(id, "delivered", |delivery| delivery.status == Status::Delivered).await
    }

    async fn parked(&self) {
        eventually("the lane is parked", async || {
            let lanes = self.store.lanes().await.expect("readable");
            if lanes.iter().any(|lane| lane.parked.is_some()) { Ok(()) } else { Err(lanes) }
        })
        .await;
    }
}

async fn open(dir: &TempDir) -> Store {
    let config = store::Config::new(store::StoreUrl::sqlite(dir.path().join("hookbell.db")));
    Store::open(&config).await.expect("the store opens")
}

fn webhook(id: &str) -> Webhook {
    Webhook::parse(&format!("https://discord.com/api/webhooks/{id}/{TOKEN}")).expect("a webhook")
}

fn titles(sends: &[ReceivedRequest]) -> Vec<String> {
    sends.iter().map(|seen| seen.body["embeds"][0]["title"].as_str().unwrap_or("?").to_owned()).collect()
}

fn error(status: u16, code: i64) -> Reply {
    reply(status, json!({ "code": code, "message": "words" }))
}

fn limited(retry_after: f64) -> Reply {
    let body = json!({ "message": "You are being rate limited.", "retry_after": retry_after, "global": false });
    reply(429, body).with("retry-after", "1").with("x-ratelimit-scope", "user")
}

#[tokio::test]
async fn a_message_is_posted_as_discord_wants_it() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    let sends = sink.wait_for(1).await;
    let (path, query) = (sends[0].path.as_str(), sends[0].query.as_str());
    assert_eq!(path, format!("/api/v10/webhooks/1/{TOKEN}"));
    assert_eq!(query, "wait=true");
    assert!(sends[0].headers["user-agent"].to_str().expect("text").starts_with("DiscordBot (https://"));
    assert_eq!(sends[0].headers["content-type"], "application/json");
    assert_eq!(sends[0].body["allowed_mentions"], json!({ "parse": [] }));
    let delivery = courier.delivered(id).await;
    assert_eq!(
        delivery.message.clone().map(|message| (message.id, message.channel)),
        Some(("1001".into(), "77".into()))
    );
    assert!(delivery.reason_text().starts_with("posted (template shop.order"), "{}", delivery.reason_text());
    assert_eq!(courier.outcomes(id).await, ["delivered"]);
}

#[tokio::test]
async fn a_thread_is_named_in_the_query() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::new().await;
    let url = format!("https://discord.com/api/webhooks/1/{TOKEN}?thread_id=99");
    let webhook = Webhook::parse(&url).expect("a webhook");
    courier.start_with(&sink.base(), &[("sales", webhook)], Config::default());
    courier.orders([1]).await;
    assert_eq!(sink.wait_for(1).await[0].query, "thread_id=99&wait=true");
}

#[tokio::test]
async fn order_is_kept_through_every_failure() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::new().await;
    sink.script([
        reply(200, json!({ "id": "1", "channel_id": "77" })),
        reply(503, ""),
        limited(0.05),
        reply(200, json!({ "id": "2", "channel_id": "77" })),
        Reply::Close,
        reply(200, json!({ "id": "3", "channel_id": "77" })),
        error(400, 50_006),
    ]);
    courier.singly();
    let ids = courier.orders(1..=6).await;
    courier.start(&sink.base());
    courier.delivered(ids[5]).await;
    let sends = sink.sends();
    let mut order = titles(&sends);
    // The fourth was refused: its second try is the plain message.
    assert_eq!(order.remove(7), "?");
    assert_eq!(
        order,
        ["order 1", "order 2", "order 2", "order 2", "order 3", "order 3", "order 4", "order 5", "order 6"]
    );
}

#[tokio::test]
async fn lanes_do_not_wait_for_each_other() {
    let sink = Sink::start().await;
    sink.script([Reply::Hang]);
    let mut courier = CourierTest::new().await;
    courier.start_with(&sink.base(), &[("sales", webhook("1")), ("support", webhook("2"))], Config::default());
    courier.orders([1]).await;
    sink.wait_for(1).await;
    let other = courier.accept_for("support", "order.paid", &json!({ "n": 2 })).await;
    courier.delivered(other).await;
}

#[tokio::test]
async fn the_channel_of_a_webhook_is_found_and_kept() {
    let sink = Sink::start().await;
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    courier.delivered(id).await;
    let channel = eventually("the channel is kept", async || {
        let lanes = courier.store.lanes().await.expect("readable");
        lanes.into_iter().find_map(|lane| lane.channel)
    })
    .await;
    assert_eq!((channel.guild.as_deref(), channel.channel.as_str()), (Some("88"), "77"));
}

#[tokio::test]
async fn sends_retries_and_deliveries_are_counted() {
    let sink = Sink::start().await;
    sink.script([reply(503, ""), limited(0.01)]);
    let mut courier = CourierTest::with(&sink).await;
    let id = courier.orders([1]).await[0];
    courier.delivered(id).await;
    courier.stop().await;
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &courier.metrics).expect("encodes");
    for line in [
        r#"hookbell_sends_total{destination="sales",status="5xx",outcome="failed"} 1"#,
        r#"hookbell_sends_total{destination="sales",status="429",outcome="waited"} 1"#,
        r#"hookbell_sends_total{destination="sales",status="2xx",outcome="delivered"} 1"#,
        r#"hookbell_rate_limited_total{destination="sales"} 1"#,
        r#"hookbell_retries_total{destination="sales"} 1"#,
        "hookbell_delivery_seconds_count 1",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
}

#[tokio::test]
async fn the_token_is_in_no_log_and_no_reason() {
    let log = CapturedLog::start();
    let sink = Sink::start().await;
    let echo = json!({ "code": 0, "message": format!("Cannot POST /api/v10/webhooks/1/{TOKEN}") });
    sink.script([
        reply(503, &echo),
        Reply::Close,
        limited(0.01),
        reply(400, &echo),
        reply(400, &echo),
        reply(404, &echo),
    ]);
    let mut courier = CourierTest::with(&sink).await;
    courier.singly();
    let ids = courier.orders(1..=2).await;
    courier.parked().await;
    courier.stop().await;
    courier.start("http://127.0.0.1:1");
    courier.orders([3]).await;
    courier.until(ids[1], "explained", |delivery| delivery.reason.is_some()).await;
    courier.stop().await;

    let logs = log.text();
    assert!(logs.contains("the webhook is dead") && logs.contains("a delivery is dead"), "{logs}");
    assert!(!logs.contains(TOKEN), "{logs}");
    for id in ids {
        let details = courier.store.details(id).await.expect("readable").expect("there");
        assert!(!format!("{:?}", details.deliveries).contains(TOKEN));
    }
}
