//! The bot against the stand-in, over real HTTP and a real gateway connection.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hookbell::bot::state::{BotHealth, BotState};
use hookbell::bot::{self, Config};
use hookbell::store::{self, Accepted, Settlement, Store, StoreUrl, WebhookChannel};
use hookbell_fake_discord::{
    ChannelSpec, FaultKind, InteractionResponse, Member, RateLimits, StandIn, StandInOptions, StoredMessage,
};
use hookbell_model::delivery::{Attempt, AttemptOutcome, MessageRef, NewDelivery, Plan, Reason, Status};
use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::judge;
use crate::support::{CapturedLog, eventually};

const CHANNEL: &str = "2222";
const OTHER_CHANNEL: &str = "8888";
const NOW: Timestamp = Timestamp(1_700_000_000_000);
const PATIENCE: Duration = Duration::from_secs(20);

/// A stand-in with two servers, a store with a destination in each, and a bot.
struct TestBot {
    discord: StandIn,
    store: Store,
    state: Arc<BotState>,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
    _folder: TempDir,
}

impl TestBot {
    async fn new() -> Self {
        let bot = Self::with(discord().await, |_| {}).await;
        bot.ready().await;
        bot.eventually("commands", |bot| !bot.discord.commands(CHANNEL).is_empty()).await;
        bot
    }

    async fn with(discord: StandIn, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bot.db");
        let store = Store::open(&store::Config::new(StoreUrl::sqlite(path))).await.expect("opens");
        for (destination, guild) in [("sales", "1111"), ("secret", "9999")] {
            store.claim_lane(destination, "test", NOW, NOW.after(Duration::from_secs(60))).await.expect("claims");
            let channel =
                WebhookChannel { guild: Some(guild.into()), channel: CHANNEL.into(), fingerprint: "f".into() };
            store.set_channel(destination, channel).await.expect("places");
        }
        let mut config = Config {
            token: Secret::new(discord.bot_token()),
            guilds: vec!["1111".into(), "9999".into()],
            api_base: discord.base(),
        };
        change(&mut config);
        let shutdown = CancellationToken::new();
        let state = Arc::new(BotState::default());
        let task = tokio::spawn(bot::run(config, store.clone(), state.clone(), shutdown.clone()));
        Self { discord, store, state, shutdown, task, _folder: folder }
    }

    async fn eventually(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        eventually(what, async || if holds(self) { Ok(()) } else { Err(self.state.health()) }).await;
    }

    fn reason(&self) -> String {
        self.state.health().reason().unwrap_or_default()
    }

    async fn ready(&self) {
        self.eventually("ready", |bot| matches!(bot.state.health(), BotHealth::Ready { .. })).await;
    }

    async fn event(&self, to: &[&str], change: impl FnOnce(&mut Event)) -> EventId {
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

    async fn delivered(&self, destination: &str) {
        let head = self.store.heads(destination, 1).await.expect("asks").pop().expect("something is pending");
        let attempt = Attempt {
            at: NOW,
            took: Duration::from_millis(90),
            outcome: AttemptOutcome::Delivered,
            detail: "200".into(),
        };
        let settlement = Settlement {
            delivery: head.delivery.id,
            status: Status::Delivered,
            reason: Reason::Untyped { text: String::new() },
            message: Some(MessageRef { id: "777".into(), channel: CHANNEL.into() }),
            key: None,
            in_thread: false,
            post: None,
            attempt: Some(attempt),
            possible_repeat: false,
            sent: None,
        };
        self.store.settle(vec![settlement], NOW).await.expect("settles");
    }

    async fn typed(&self, channel: &str, text: &str) -> StoredMessage {
        match self.discord.type_command(&Member::default(), channel, text, PATIENCE).await {
            Ok(InteractionResponse::Message(message)) => {
                assert!(message.is_ephemeral(), "{message:?}");
                message
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    async fn pressed(&self, message: &StoredMessage, button: usize) -> StoredMessage {
        let id = message.object["components"][0]["components"][button]["custom_id"].as_str().expect("a button");
        match self.discord.press_button(&Member::default(), &message.id, id, PATIENCE).await {
            Ok(InteractionResponse::Updated(message)) => message,
            other => panic!("{other:?}"),
        }
    }

    async fn suggested(&self, text: &str) -> Vec<String> {
        match self.discord.autocomplete(&Member::default(), CHANNEL, text).await {
            Ok(InteractionResponse::Choices(choices)) => {
                choices.iter().map(|choice| choice["value"].as_str().expect("a text").to_owned()).collect()
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    fn requests(&self, method: &str, part: &str) -> Vec<Value> {
        let requests = self.discord.requests();
        let matching = requests.into_iter().filter(|request| request.method == method && request.path.contains(part));
        matching.map(|request| request.body.unwrap_or_default()).collect()
    }

    fn metrics(&self) -> String {
        let mut registry = Registry::default();
        self.state.metrics.register(&mut registry);
        let mut text = String::new();
        encode(&mut text, &registry).expect("encodes");
        text
    }

    /// Stops the bot, and checks everything that it sent.
    async fn stop(self) {
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
        command["type"] = json!(1);
        let command = serde_json::from_value(command).expect("twilight reads it");
        twilight_validate::command::command(&command).expect("twilight finds nothing");
    }
}

async fn discord() -> StandIn {
    let mut options = StandInOptions { limits: RateLimits::NONE, ..StandInOptions::default() };
    options.channels.push(ChannelSpec::text("9999", OTHER_CHANNEL, "elsewhere"));
    StandIn::start(options).await.expect("binds")
}

fn description(message: &StoredMessage) -> &str {
    message.object["embeds"][0]["description"].as_str().unwrap_or_default()
}

fn content(message: &StoredMessage) -> &str {
    message.object["content"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn commands_are_registered_once_and_not_again_while_they_are_the_same() {
    let bot = TestBot::new().await;
    bot.eventually("both servers", |bot| bot.requests("PUT", "/commands").len() == 2).await;
    let Ok(InteractionResponse::Choices(_)) =
        bot.discord.autocomplete(&Member::default(), CHANNEL, "/events recent source:").await
    else {
        panic!("the command is there");
    };
    let before = bot.requests("GET", "/commands").len();
    // A new session requests them again, and finds nothing to change.
    bot.discord.close_gateway(1001);
    bot.eventually("a new session", |bot| bot.requests("GET", "/commands").len() >= before + 2).await;
    assert_eq!(bot.requests("PUT", "/commands").len(), 2);
    bot.stop().await;
}

#[tokio::test]
async fn without_servers_the_command_is_registered_everywhere() {
    let bot = TestBot::with(discord().await, |config| config.guilds.clear()).await;
    bot.eventually("a registration", |bot| !bot.requests("PUT", "/commands").is_empty()).await;
    let [body] = &bot.requests("PUT", "/applications/4444/commands")[..] else { panic!("one") };
    assert_eq!((&body[0]["contexts"], &body[0]["default_member_permissions"]), (&json!([0]), &json!("32")));
    bot.stop().await;
}

#[tokio::test]
async fn recent_lists_pages_and_suggests() {
    let bot = TestBot::new().await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.insert(0, bot.event(&["sales"], |_| {}).await.to_string());
    }
    bot.delivered("sales").await;
    let first = bot.typed(CHANNEL, "/events recent source:stripe count:3").await;
    assert_eq!(description(&first).lines().count(), 3);
    assert!(
        description(&first)
            .contains(&format!(r"⏳ pending <t:1700000000:R> · **stripe** · `invoice.paid` · $12.34 · `{}`", ids[0]))
    );
    let second = bot.pressed(&first, 1).await;
    assert!(description(&second).contains(&ids[3]) && !description(&second).contains(&ids[0]));
    let third = bot.pressed(&second, 1).await;
    assert!(description(&third).contains("✅ delivered") && description(&third).lines().count() == 1);
    let back = bot.pressed(&third, 0).await;
    assert_eq!(description(&back), description(&second));
    assert_eq!(bot.suggested("/events recent source:str").await, ["stripe"]);
    assert_eq!(bot.suggested("/events recent type:inv").await, ["invoice.paid"]);
    let id: String = ids[0].chars().take(4).collect();
    assert_eq!(bot.suggested(&format!("/events show id:{id}")).await, [ids[0].clone()]);
    for line in [
        r#"hookbell_bot_interactions_total{command="events recent",outcome="answered"} 1"#,
        r#"hookbell_bot_interactions_total{command="button",outcome="answered"} 3"#,
        "hookbell_bot_state 2",
    ] {
        bot.eventually(line, |bot| bot.metrics().contains(line)).await;
    }
    bot.stop().await;
}

#[tokio::test]
async fn show_links_to_the_message() {
    let bot = TestBot::new().await;
    let id = bot.event(&["sales"], |event| event.facts.subject = Some("@everyone **hi**".into())).await;
    bot.delivered("sales").await;
    let shown = bot.typed(CHANNEL, &format!("/events show id:{id}")).await;
    assert_eq!(description(&shown), r"\@everyone \*\*hi\*\*");
    let link = "https://discord.com/channels/1111/2222/777";
    assert_eq!(shown.object["components"][0]["components"][0]["url"], link);
    assert!(shown.object["embeds"][0]["fields"].to_string().contains(link));
    assert!(!shown.mentions.everyone);
    bot.stop().await;
}

#[tokio::test]
async fn servers_do_not_see_each_others_events() {
    let bot = TestBot::new().await;
    let ours = bot.event(&["sales"], |_| {}).await.to_string();
    let theirs = bot.event(&["secret"], |event| event.source = "payroll".into()).await.to_string();
    bot.eventually("both servers", |bot| !bot.discord.commands(OTHER_CHANNEL).is_empty()).await;
    let here = bot.typed(CHANNEL, "/events recent").await;
    assert!(description(&here).contains(&ours) && !description(&here).contains(&theirs));
    let there = bot.typed(OTHER_CHANNEL, "/events recent").await;
    assert!(!description(&there).contains(&ours) && description(&there).contains(&theirs));
    let hidden = bot.typed(CHANNEL, &format!("/events show id:{theirs}")).await;
    assert!(content(&hidden).starts_with("No such event here"), "{hidden:?}");
    assert_eq!(bot.suggested("/events recent source:").await, ["stripe"]);
    bot.stop().await;
}

#[tokio::test]
async fn a_lost_gateway_is_found_again_and_the_bot_answers() {
    let bot = TestBot::new().await;
    bot.discord.disconnect_gateway_for(Duration::from_secs(3));
    bot.eventually("the lost gateway to be noticed", |bot| bot.state.health() == BotHealth::Reconnecting).await;
    bot.ready().await;
    bot.event(&["sales"], |_| {}).await;
    assert_eq!(description(&bot.typed(CHANNEL, "/events recent").await).lines().count(), 1);
    bot.stop().await;
}

#[tokio::test]
async fn a_discord_that_starts_later_is_found() {
    let discord = discord().await;
    discord.inject(FaultKind::Status(503).everywhere());
    let bot = TestBot::with(discord, |_| {}).await;
    bot.eventually("a failure", |bot| bot.state.health().as_str() == "failed").await;
    assert!(bot.reason().contains("503"), "{:?}", bot.state.health());
    assert_eq!(bot.discord.gateway_stats().identifies, 0);
    bot.discord.clear_faults();
    bot.ready().await;
    bot.stop().await;
}

#[tokio::test]
async fn a_refused_token_is_reported_and_costs_no_start() {
    let log = CapturedLog::start();
    let bot = TestBot::with(discord().await, |config| config.token = Secret::new("wrong")).await;
    bot.eventually("a failure", |bot| bot.state.health().as_str() == "failed").await;
    assert!(bot.reason().contains("refuses the bot token"), "{:?}", bot.state.health());
    assert_eq!((bot.discord.gateway_stats().identifies, bot.discord.invalid_requests()), (0, 1));
    let log = log.text();
    let pause = log.split("next_start_in=").nth(1).unwrap_or_else(|| panic!("no pause in {log}"));
    assert!(["10m", "11m", "12m"].iter().any(|pause_begin| pause.starts_with(pause_begin)), "{log}");
    bot.stop().await;
}

#[tokio::test]
async fn a_gateway_that_refuses_the_token_is_reported_too() {
    let bot = TestBot::new().await;
    bot.discord.close_gateway(4004);
    bot.eventually("a failure", |bot| bot.reason().contains("4004")).await;
    bot.stop().await;
}

#[tokio::test]
async fn shutdown_is_quick_while_discord_cannot_be_reached() {
    // Nothing listens there; and with a gateway that accepts no connection serenity would retry without end.
    let unreachable = TestBot::with(discord().await, |config| config.api_base = "http://127.0.0.1:9".into()).await;
    unreachable.eventually("a failure", |bot| bot.state.health().as_str() == "failed").await;
    assert!(unreachable.reason().contains("cannot be reached"), "{:?}", unreachable.state.health());
    unreachable.stop().await;
    let refusing = discord().await;
    refusing.refuse_gateway(true);
    let bot = TestBot::with(refusing, |_| {}).await;
    bot.eventually("a second request", |bot| bot.requests("GET", "/gateway").len() >= 2).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_broken_store_is_answered_with_a_text() {
    let bot = TestBot::new().await;
    bot.store.close().await;
    let answer = bot.typed(CHANNEL, "/events recent").await;
    assert!(content(&answer).contains("store cannot be read"), "{answer:?}");
    bot.eventually("a count", |bot| bot.metrics().contains(r#"outcome="failed"} 1"#)).await;
    bot.stop().await;
}

#[tokio::test]
async fn a_client_that_spins_is_detected_and_replaced() {
    let bot = TestBot::new().await;
    // serenity treats this close as an error, keeps the closed connection and polls it without a pause.
    bot.discord.close_gateway(4011);
    bot.eventually("the lost gateway to be noticed", |bot| bot.reason().contains("hangs")).await;
    bot.ready().await;
    bot.stop().await;
}
