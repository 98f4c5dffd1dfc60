//! A store with events in two servers, and people who ask about them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::bot::answer::{Answer, Reply};
use crate::bot::config::Config;
use crate::bot::dispatch::Dispatcher;
use crate::bot::error::CommandError;
use crate::bot::interaction::Interaction;
use crate::bot::settings::Settings;
use crate::bot::state::BotState;
use crate::bot::words::Words;
use crate::discord::Client;
use crate::rules::OpenSource;
use crate::store::{self, Accepted, NewFeed, Settlement, Store, StoreUrl, WebhookChannel};
use hookbell_model::delivery::{Attempt, AttemptOutcome, MessageRef, NewDelivery, Plan, Reason, Status};
use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::feed::{FeedId, FeedPlace, FeedSettings};
use hookbell_model::locale::Locale;
use hookbell_model::privacy::Masks;
use hookbell_model::secret::{Secret, Webhook};
use hookbell_model::timestamp::Timestamp;

pub(super) const HERE: &str = "1111";
pub(super) const CHANNEL: &str = "2222";
pub(super) const ELSEWHERE: &str = "9999";
pub(super) const NOW: Timestamp = Timestamp(1_700_000_000_000);
pub(super) const USER: &str = "5";
/// View Channel; with Manage Messages; with Manage Server too.
pub(super) const VIEWER: &str = "1024";
pub(super) const OPERATOR: &str = "9216";
pub(super) const ARRANGER: &str = "9248";

/// A store with destinations in two servers: `sales` and `ops` in two channels here, `secret` elsewhere.
pub(super) struct BotFixture {
    pub(super) store: Store,
    dispatcher: Dispatcher,
    settings: watch::Sender<Option<Arc<Settings>>>,
    _folder: TempDir,
}

/// Who asks, where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker {
    pub(super) guild: Option<&'static str>,
    pub(super) channel: &'static str,
    pub(super) permissions: &'static str,
    /// The user's id.
    pub(super) user: &'static str,
    pub(super) locale: &'static str,
}

impl Default for Asker {
    fn default() -> Self {
        Self { guild: Some(HERE), channel: CHANNEL, permissions: VIEWER, user: USER, locale: "en-US" }
    }
}

impl BotFixture {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bot.db");
        let store = Store::open(&store::Config::new(StoreUrl::sqlite(path))).await.expect("opens");
        let config = Config::new(Secret::new("token"), "http://127.0.0.1:9");
        let settings = watch::Sender::new(Some(Arc::new(Settings::new(config))));
        let client = Client::new("http://127.0.0.1:9").expect("a client");
        let dispatcher = Dispatcher::new(store.clone(), client, settings.subscribe(), Arc::new(BotState::default()));
        let fixture = Self { store, dispatcher, settings, _folder: folder };
        for (destination, guild, channel) in
            [("sales", HERE, CHANNEL), ("ops", HERE, "3333"), ("secret", ELSEWHERE, "8888")]
        {
            fixture.place(destination, guild, channel).await;
        }
        fixture
    }

    /// Where a destination's webhook posts from now on.
    pub(super) async fn place(&self, destination: &str, guild: &str, channel: &str) {
        self.store.claim_lane(destination, "test", NOW, NOW.after(Duration::from_secs(60))).await.expect("claims");
        let channel = WebhookChannel {
            guild: Some(guild.into()),
            channel: channel.into(),
            fingerprint: "f".into(),
            application: None,
        };
        self.store.set_channel(destination, channel).await.expect("places");
    }

    pub(super) fn configure(&self, change: impl FnOnce(&mut Config)) {
        let mut config = Config::new(Secret::new("token"), "http://127.0.0.1:9");
        change(&mut config);
        self.settings.send_replace(Some(Arc::new(Settings::new(config))));
    }

    /// The config opens a source to this server, and has no routes.
    pub(super) fn open_to_here(&self, source: &str) {
        let settings = self.settings.borrow().clone().expect("settings");
        let types = vec!["invoice.paid".to_owned(), "charge.refunded".to_owned()];
        let templates = vec!["stripe.payment".to_owned()];
        let guilds = vec![HERE.to_owned()];
        let open = OpenSource { name: source.to_owned(), guilds, event_types: types, templates };
        let rules = settings.rules.clone().with_open_sources(vec![open]);
        self.settings.send_replace(Some(Arc::new(Settings { rules, ..Settings::new(settings.config.clone()) })));
    }

    /// A feed of this channel.
    pub(super) async fn feed(&self, source: &str) -> FeedId {
        let place = FeedPlace { guild: HERE.into(), channel: CHANNEL.into(), thread: None };
        let webhook = Webhook::new("5555", Secret::new("tok-EN_1"), None).expect("a webhook");
        let settings = FeedSettings {
            source: source.to_owned(),
            event_type: None,
            topic: None,
            severity: None,
            template: None,
            mask: Masks::default(),
            buttons: false,
            locale: Locale::default(),
        };
        self.store.add_feed(NewFeed { place, application: "4444".into(), webhook, settings }, NOW).await.expect("kept")
    }

    pub(super) async fn event(&self, to: &[&str], change: impl FnOnce(&mut Event)) -> EventId {
        let plan = Plan::default();
        self.event_with_plans(&to.iter().map(|name| (*name, &plan)).collect::<Vec<_>>(), change).await
    }

    pub(super) async fn event_with_plans(&self, to: &[(&str, &Plan)], change: impl FnOnce(&mut Event)) -> EventId {
        let mut event = Event {
            id: EventId::UNSET,
            source: "stripe".into(),
            provider: "stripe".into(),
            reference: format!("evt_{}", fastrand::u64(..)),
            event_type: "invoice.paid".into(),
            topic: Topic::Payment,
            facts: Facts::default(),
            time: NOW,
            received: NOW,
        };
        change(&mut event);
        let new = |(name, plan): &(&str, &Plan)| NewDelivery { destination: (*name).into(), plan: (*plan).clone() };
        let body = json!({ "id": event.reference, "email": event.facts.actor });
        let raw = Raw { body: body.to_string().into_bytes(), ..Raw::default() };
        let accepted = self.store.accept(event, raw, to.iter().map(new).collect()).await;
        match accepted.expect("kept") {
            Accepted::New(id) | Accepted::Duplicate(id) => id,
        }
    }

    pub(super) async fn settle(&self, destination: &str, status: Status, reason: &str) {
        let head = self.store.heads(destination, 1).await.expect("asks").pop().expect("something is pending");
        let settlement = Settlement {
            message: (status == Status::Delivered).then(|| MessageRef { id: "777".into(), channel: CHANNEL.into() }),
            attempt: Some(Attempt {
                at: NOW,
                took: Duration::from_millis(120),
                outcome: AttemptOutcome::Delivered,
                detail: "**200**".into(),
            }),
            possible_repeat: status == Status::Delivered,
            ..Settlement::new(head.delivery.id, status, Reason::Untyped { text: reason.into() })
        };
        self.store.settle(vec![settlement], NOW).await.expect("settles");
    }

    pub(super) async fn ask(&self, asker: Asker, request: Value) -> Result<Answer, CommandError> {
        let interaction = Interaction::read(&asker.interaction(&request)).expect("an interaction");
        self.dispatcher.prepare(&interaction).job.await
    }

    pub(super) async fn reply(&self, asker: Asker, request: Value) -> Reply {
        match self.ask(asker, request).await {
            Ok(Answer::Private(reply) | Answer::Public(reply) | Answer::Update(reply)) => reply,
            other => panic!("no reply but {other:?}"),
        }
    }

    /// Everything that the asker reads: the text of the answer, or of the error.
    pub(super) async fn text(&self, asker: Asker, request: Value) -> String {
        match self.ask(asker, request).await {
            Ok(answer) => answer.callback().to_string(),
            Err(error) => error.text(Words::of(asker.locale)),
        }
    }

    /// The list in the answer; the answer's text, or the error's, where there is no list.
    pub(super) async fn list(&self, asker: Asker, request: Value) -> String {
        match self.ask(asker, request).await {
            Ok(Answer::Private(reply) | Answer::Public(reply) | Answer::Update(reply)) => description(&reply),
            Ok(other) => panic!("no list but {other:?}"),
            Err(error) => error.text(Words::of(asker.locale)),
        }
    }

    pub(super) async fn choices(&self, asker: Asker, request: Value) -> Vec<String> {
        match self.ask(asker, request).await {
            Ok(Answer::Choices(choices)) => choices.into_iter().map(|choice| choice.value).collect(),
            other => panic!("no choices but {other:?}"),
        }
    }
}

impl Asker {
    /// As Discord sends it.
    fn interaction(self, request: &Value) -> Value {
        let mut interaction = json!({
            "id": fastrand::u64(1..1 << 60).to_string(), "application_id": "4444", "token": "tok", "version": 1,
            "channel_id": self.channel, "locale": self.locale,
        });
        let user = json!({ "id": self.user, "username": "mia", "global_name": "Mia" });
        match self.guild {
            Some(guild) => {
                interaction["guild_id"] = json!(guild);
                interaction["member"] = json!({ "user": user, "roles": [], "permissions": self.permissions });
            }
            None => interaction["user"] = user,
        }
        let parts = request.as_object().expect("an object").clone();
        interaction.as_object_mut().expect("an object").extend(parts);
        interaction
    }
}

/// The description of the answer's embed, or its text where it has none.
pub(super) fn description(reply: &Reply) -> String {
    reply.message.embeds.first().map_or_else(|| reply.message.content.clone(), |embed| embed.description.clone())
}

fn typed(name: &str, options: &Value) -> Value {
    let (group, subcommand) = name.split_once(' ').expect("two words");
    let subcommand = json!({ "type": 1, "name": subcommand, "options": options });
    json!({ "type": 2, "data": { "id": "6", "name": group, "type": 1, "options": [subcommand] } })
}

/// A command with its options.
pub(super) fn command(name: &str, options: &[(&str, Value)]) -> Value {
    let option_type = |value: &Value| match value {
        Value::Number(_) => 4,
        Value::Bool(_) => 5,
        _ => 3,
    };
    let options =
        options.iter().map(|(name, value)| json!({ "name": name, "type": option_type(value), "value": value }));
    typed(name, &options.collect())
}

/// A command with another channel of the server, in which the asker has these permissions.
pub(super) fn command_in(name: &str, channel: &str, permissions: &str) -> Value {
    let mut command = typed(name, &json!([{ "name": "channel", "type": 7, "value": channel }]));
    command["data"]["resolved"] = json!({ "channels": { channel: {
        "id": channel, "name": "ops", "type": 0, "permissions": permissions,
    } } });
    command
}

pub(super) fn typing(name: &str, option: &str, text: &str) -> Value {
    let mut asked = typed(name, &json!([{ "name": option, "type": 3, "value": text, "focused": true }]));
    asked["type"] = json!(4);
    asked
}

pub(super) fn pressed(custom_id: &str) -> Value {
    json!({ "type": 3, "data": { "custom_id": custom_id, "component_type": 2 } })
}

pub(super) fn chosen(custom_id: &str, value: &str) -> Value {
    json!({ "type": 3, "data": { "custom_id": custom_id, "component_type": 3, "values": [value] } })
}

/// The custom id of the button with this label.
pub(super) fn button(reply: &Reply, label: &str) -> String {
    let rows = reply.body()["components"].as_array().cloned().unwrap_or_default();
    let components = rows.iter().flat_map(|row| row["components"].as_array().cloned().unwrap_or_default());
    let found = components.into_iter().find(|component| component["label"] == label);
    let found = found.unwrap_or_else(|| panic!("no button {label} in {reply:?}"));
    assert_ne!(found["disabled"], true, "{label}");
    found["custom_id"].as_str().expect("an id").to_owned()
}

/// The custom id of the select menu.
pub(super) fn menu(reply: &Reply) -> String {
    reply.body()["components"][0]["components"][0]["custom_id"].as_str().expect("a menu").to_owned()
}
