//! A bot at a stand-in, and what is checked of everything that it sends.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hookbell::bot::state::{BotHealth, BotState};
use hookbell::bot::{self, Config, Settings};
use hookbell::store::{self, Accepted, Settlement, Store, StoreUrl, WebhookChannel};
use hookbell_fake_discord::{
    ChannelSpec, InteractionResponse, Member, RateLimits, StandIn, StandInOptions, StoredMessage,
};
use hookbell_model::delivery::{Attempt, AttemptOutcome, MessageRef, NewDelivery, Plan, Reason, Status};
use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::judge;
use crate::support::{client, eventually};

pub(super) const CHANNEL: &str = "2222";
pub(super) const OTHER_CHANNEL: &str = "8888";
const NOW: Timestamp = Timestamp(1_700_000_000_000);
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A stand-in with two servers, a store with a destination in each, and a bot.
pub(super) struct TestBot {
    pub(super) discord: StandIn,
    pub(super) store: Store,
    pub(super) state: Arc<BotState>,
    pub(super) settings: watch::Sender<Option<Arc<Settings>>>,
    /// That it was started with.
    pub(super) config: Config,
    pub(super) shutdown: CancellationToken,
    pub(super) task: JoinHandle<()>,
    pub(super) _folder: TempDir,
}

impl TestBot {
    pub(super) async fn new() -> Self {
        let bot = Self::with(discord().await, |_| {}).await;
        bot.ready().await;
        bot.eventually("commands", |bot| !bot.discord.commands(CHANNEL).is_empty()).await;
        bot
    }

    pub(super) async fn with(discord: StandIn, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bot.db");
        let store = Store::open(&store::Config::new(StoreUrl::sqlite(path))).await.expect("opens");
        for (destination, guild, channel) in [("sales", "1111", CHANNEL), ("secret", "9999", OTHER_CHANNEL)] {
            store.claim_lane(destination, "test", NOW, NOW.after(Duration::from_secs(60))).await.expect("claims");
            let channel = WebhookChannel {
                guild: Some(guild.into()),
                channel: channel.into(),
                fingerprint: "f".into(),
                application: None,
            };
            store.set_channel(destination, channel).await.expect("places");
        }
        let mut config = Config::new(Secret::new(discord.bot_token()), &discord.base());
        config.guilds = vec!["1111".into(), "9999".into()];
        change(&mut config);
        let settings = watch::Sender::new(Some(Arc::new(Settings::new(config.clone()))));
        let shutdown = CancellationToken::new();
        let state = Arc::new(BotState::default());
        let setup = bot::Setup {
            store: store.clone(),
            settings: settings.subscribe(),
            state: state.clone(),
            endpoint: Arc::default(),
        };
        let task = tokio::spawn(bot::run(setup, shutdown.clone()));
        Self { discord, store, state, settings, config, shutdown, task, _folder: folder }
    }

    /// The config as it was at the start, with a change.
    pub(super) fn configure(&self, change: impl FnOnce(&mut Config)) {
        let mut config = self.config.clone();
        change(&mut config);
        self.settings.send_replace(Some(Arc::new(Settings::new(config))));
    }

    /// Another process with the same store.
    pub(super) async fn restart(self, change: impl FnOnce(&mut Config)) -> Self {
        self.shutdown.cancel();
        self.task.await.expect("no panic");
        let mut config = self.config;
        change(&mut config);
        let settings = watch::Sender::new(Some(Arc::new(Settings::new(config.clone()))));
        let (shutdown, state) = (CancellationToken::new(), Arc::new(BotState::default()));
        let setup = bot::Setup {
            store: self.store.clone(),
            settings: settings.subscribe(),
            state: state.clone(),
            endpoint: Arc::default(),
        };
        let task = tokio::spawn(bot::run(setup, shutdown.clone()));
        Self { settings, config, shutdown, state, task, ..self }
    }

    pub(super) async fn eventually(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        eventually(what, async || if holds(self) { Ok(()) } else { Err(self.state.health()) }).await;
    }

    pub(super) fn reason(&self) -> String {
        self.state.health().reason().unwrap_or_default()
    }

    pub(super) async fn ready(&self) {
        self.eventually("ready", |bot| matches!(bot.state.health(), BotHealth::Ready { .. })).await;
    }

    pub(super) async fn event(&self, to: &[&str], change: impl FnOnce(&mut Event)) -> EventId {
        let mut event = Event {
            id: EventId::UNSET,
            source: "stripe".into(),
            provider: "stripe".into(),
            reference: format!("evt_{}", fastrand::u64(..)),
            event_type: "invoice.paid".into(),
            topic: Topic::Payment,
            facts: Facts { amount: Some(1234), currency: Some("USD".into()), ..Facts::default() },
            time: NOW,
            received: NOW,
        };
        change(&mut event);
        let new = |destination: &&str| NewDelivery { destination: (*destination).into(), plan: Plan::default() };
        match self.store.accept(event, Raw::default(), to.iter().map(new).collect()).await.expect("kept") {
            Accepted::New(id) | Accepted::Duplicate(id) => id,
        }
    }

    /// A message of a webhook in the channel; returns its id.
    pub(super) async fn post_by_webhook(&self) -> String {
        let url = format!("{}?wait=true", self.discord.webhook_url("alerts").expect("a webhook"));
        let request = client().post(url).header("content-type", "application/json").body(r#"{"content":"hi"}"#);
        let answer: Value =
            serde_json::from_slice(&request.send().await.expect("an answer").bytes().await.expect("a body"))
                .expect("a message");
        answer["id"].as_str().expect("an id").to_owned()
    }

    pub(super) async fn delivered(&self, destination: &str) {
        self.delivered_as(destination, "777").await;
    }

    /// The first pending delivery became this message.
    pub(super) async fn delivered_as(&self, destination: &str, message: &str) {
        let head = self.store.heads(destination, 1).await.expect("asks").pop().expect("something is pending");
        let attempt = Attempt {
            at: NOW,
            took: Duration::from_millis(90),
            outcome: AttemptOutcome::Delivered,
            detail: "200".into(),
        };
        let settlement = Settlement {
            message: Some(MessageRef { id: message.into(), channel: CHANNEL.into() }),
            attempt: Some(attempt),
            ..Settlement::new(head.delivery.id, Status::Delivered, Reason::Untyped { text: String::new() })
        };
        self.store.settle(vec![settlement], NOW).await.expect("settles");
    }

    pub(super) async fn typed(&self, channel: &str, text: &str) -> StoredMessage {
        match self.discord.type_command(&Member::default(), channel, text, PATIENCE).await {
            Ok(InteractionResponse::Message(message)) => {
                assert!(message.is_ephemeral(), "{message:?}");
                message
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    pub(super) async fn pressed(&self, message: &StoredMessage, button: usize) -> StoredMessage {
        // Below the menu.
        let rows = message.object["components"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["components"][0]["type"] == 2).expect("buttons");
        let id = row["components"][button]["custom_id"].as_str().expect("a button");
        match self.discord.press_button(&Member::default(), &message.id, id, PATIENCE).await {
            Ok(InteractionResponse::Updated(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn suggested(&self, text: &str) -> Vec<String> {
        match self.discord.autocomplete(&Member::default(), CHANNEL, text).await {
            Ok(InteractionResponse::Choices(choices)) => {
                choices.iter().map(|choice| choice["value"].as_str().expect("a text").to_owned()).collect()
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    pub(super) fn requests(&self, method: &str, part: &str) -> Vec<Value> {
        let requests = self.discord.requests();
        let matching = requests.into_iter().filter(|request| request.method == method && request.path.contains(part));
        matching.map(|request| request.body.unwrap_or_default()).collect()
    }

    pub(super) fn metrics(&self) -> String {
        let mut registry = Registry::default();
        self.state.metrics.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).expect("encodes");
        text
    }

    /// Stops the bot, and checks everything that it sent.
    pub(super) async fn stop(self) {
        let started = Instant::now();
        self.shutdown.cancel();
        self.task.await.expect("no panic");
        assert!(started.elapsed() < Duration::from_millis(2500), "{:?}", started.elapsed());
        assert_eq!(self.state.health(), BotHealth::Off);
        for request in self.discord.requests() {
            let body = request.body.unwrap_or_default();
            if request.path.ends_with("/callback") {
                check_callback(&body);
            } else if request.path.contains("@original") {
                judge::judge_patch(&body);
            } else if request.method == "PUT" && request.path.ends_with("/commands") {
                check_commands(&body);
            }
        }
    }
}

fn check_callback(body: &Value) {
    match body["type"].as_u64() {
        Some(4 | 7) => {
            // Ephemeral: a flag that no webhook may set.
            let mut message = body["data"].clone();
            if message["flags"] == 64 {
                message.as_object_mut().expect("an object").remove("flags");
            }
            judge::judge_post(&message);
            assert_eq!(body["data"]["allowed_mentions"], json!({ "parse": [] }));
        }
        Some(5) => assert_eq!(*body, json!({ "type": 5, "data": { "flags": 64 } })),
        Some(6) => assert_eq!(*body, json!({ "type": 6 })),
        Some(8) => {
            let choices = body["data"]["choices"].as_array().expect("a list");
            assert!(choices.len() <= 25);
            for text in choices.iter().flat_map(|choice| [&choice["name"], &choice["value"]]) {
                assert!((1..=100).contains(&text.as_str().expect("a text").chars().count()), "{text}");
            }
        }
        _ => panic!("the bot sends no such callback: {body}"),
    }
}

fn check_commands(body: &Value) {
    for command in body.as_array().expect("a list") {
        let mut command = command.clone();
        for (key, value) in [("id", json!("1")), ("application_id", json!("1")), ("version", json!("1"))] {
            command[key] = value;
        }
        if command["type"].is_null() {
            command["type"] = json!(1);
        }
        let command = serde_json::from_value(command).expect("twilight reads it");
        twilight_validate::command::command(&command).expect("twilight finds nothing");
    }
}

pub(super) async fn discord() -> StandIn {
    let mut options = StandInOptions { limits: RateLimits::NONE, ..StandInOptions::default() };
    options.channels.push(ChannelSpec::text("9999", OTHER_CHANNEL, "elsewhere"));
    StandIn::start(options).await.expect("binds")
}
