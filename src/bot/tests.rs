//! The commands against a real store, called the way Discord calls them: by an interaction's JSON.

mod recent;
mod show;
mod visibility;

use std::time::Duration;

use serde_json::{Value, json};
use serenity::all::Interaction;
use tempfile::TempDir;

use super::context::Context;
use super::dispatch::{self, Action, CommandOutput};
use super::error::CommandError;
use super::interaction::{Invocation, repair};
use super::reply::CommandReply;
use crate::store::{Accepted, Config, Settlement, Store, StoreUrl, WebhookChannel};
use hookbell_model::delivery::{Attempt, AttemptOutcome, MessageRef, NewDelivery, Plan, Reason, Status};
use hookbell_model::event::{Event, EventId, Facts, Raw, Topic};
use hookbell_model::timestamp::Timestamp;

const HERE: &str = "1111";
const ELSEWHERE: &str = "9999";
const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A store with a destination in each of two servers: `sales` here, `secret` elsewhere.
struct BotFixture {
    store: Store,
    _folder: TempDir,
}

impl BotFixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bot.db");
        let store = Store::open(&Config::new(StoreUrl::sqlite(path))).await.expect("opens");
        for (destination, guild) in [("sales", HERE), ("secret", ELSEWHERE)] {
            store.claim_lane(destination, "test", NOW, NOW.after(Duration::from_secs(60))).await.expect("claims");
            let channel = WebhookChannel { guild: Some(guild.into()), channel: "2222".into(), fingerprint: "f".into() };
            store.set_channel(destination, channel).await.expect("places");
        }
        Self { store, _folder: folder }
    }

    async fn event(&self, to: &[&str], change: impl FnOnce(&mut Event)) -> EventId {
        self.planned_event(&Plan::default(), to, change).await
    }

    async fn planned_event(&self, plan: &Plan, to: &[&str], change: impl FnOnce(&mut Event)) -> EventId {
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
        let new = |destination: &&str| NewDelivery { destination: (*destination).into(), plan: plan.clone() };
        let accepted = self.store.accept(event, Raw::default(), to.iter().map(new).collect()).await;
        match accepted.expect("kept") {
            Accepted::New(id) | Accepted::Duplicate(id) => id,
        }
    }

    async fn settle(&self, destination: &str, status: Status, reason: &str) {
        let head = self.store.heads(destination, 1).await.expect("asks").pop().expect("something is pending");
        let settlement = Settlement {
            message: (status == Status::Delivered).then(|| MessageRef { id: "777".into(), channel: "2222".into() }),
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

    async fn run(&self, interaction: Value) -> Result<CommandOutput, CommandError> {
        let invocation = read(interaction);
        let context = Context { store: self.store.clone(), guild: invocation.guild };
        dispatch::run(&context, invocation.action?).await
    }

    async fn reply(&self, interaction: Value) -> CommandReply {
        match self.run(interaction).await {
            Ok(CommandOutput::Reply(reply)) => reply,
            other => panic!("no reply but {other:?}"),
        }
    }

    /// The description of the list in the reply; its text, or the error's, where there is no list.
    async fn list(&self, interaction: Value) -> String {
        match self.run(interaction).await {
            Ok(CommandOutput::Reply(CommandReply { message, .. })) => {
                message.embeds.first().map_or(message.content, |embed| embed.description.clone())
            }
            Ok(CommandOutput::Choices(choices)) => panic!("no reply but {choices:?}"),
            Err(error) => error.to_string(),
        }
    }

    async fn choices(&self, interaction: Value) -> Vec<String> {
        match self.run(interaction).await {
            Ok(CommandOutput::Choices(choices)) => choices.into_iter().map(|choice| choice.value).collect(),
            other => panic!("no choices but {other:?}"),
        }
    }
}

pub(super) fn read(interaction: Value) -> Invocation {
    let interaction: Interaction = serde_json::from_value(interaction).expect("an interaction");
    Invocation::new(&interaction).expect("one of ours")
}

/// As Discord sends them, in a server.
fn interaction(interaction_type: u8, data: &Value) -> Value {
    let user = json!({ "id": "5", "username": "mia", "discriminator": "0", "avatar": null, "global_name": "Mia" });
    json!({
        "id": "10", "application_id": "4444", "type": interaction_type, "token": "tok", "version": 1, "data": data,
        "guild_id": HERE, "channel_id": "2222", "locale": "en-US", "entitlements": [], "attachment_size_limit": 1,
        "authorizing_integration_owners": {}, "context": 0,
        "member": {
            "user": user, "roles": [], "joined_at": "2020-01-01T00:00:00Z", "deaf": false, "mute": false, "flags": 0,
            "permissions": "32",
        },
    })
}

fn command(sub: &str, options: &Value) -> Value {
    let sub = json!({ "type": 1, "name": sub, "options": options });
    interaction(2, &json!({ "id": "6", "name": "events", "type": 1, "options": [sub] }))
}

pub(super) fn recent(options: &[(&str, Value)]) -> Value {
    let option_type = |value: &Value| if value.is_number() { 4 } else { 3 };
    let options =
        options.iter().map(|(name, value)| json!({ "name": name, "type": option_type(value), "value": value }));
    command("recent", &options.collect())
}

fn show(id: &str) -> Value {
    command("show", &json!([{ "name": "id", "type": 3, "value": id }]))
}

pub(super) fn typing(sub: &str, name: &str, typed: &str) -> Value {
    let mut asked = command(sub, &json!([{ "name": name, "type": 3, "value": typed, "focused": true }]));
    asked["type"] = json!(4);
    asked
}

pub(super) fn pressed(custom_id: &str) -> Value {
    let mut asked = interaction(3, &json!({ "custom_id": custom_id, "component_type": 2 }));
    asked["message"] = json!({
        "id": "11", "channel_id": "2222", "content": "", "timestamp": "2026-01-01T00:00:00Z", "edited_timestamp": null,
        "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
        "pinned": false, "type": 20, "components": [], "flags": 64,
        "author": { "id": "4444", "username": "hookbell", "discriminator": "0", "avatar": null },
    });
    asked
}

fn from(guild: Option<&str>, mut interaction: Value) -> Value {
    match guild {
        Some(guild) => interaction["guild_id"] = json!(guild),
        None => drop(interaction.as_object_mut().expect("an object").remove("guild_id")),
    }
    interaction
}
