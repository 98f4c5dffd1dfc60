//! The commands against a real store, asked the way Discord asks: by an interaction's JSON.

use std::time::Duration;

use serde_json::{Value, json};
use serenity::all::Interaction;
use tempfile::TempDir;

use super::dispatch::{Answer, Ask, Call, ask, repair};
use super::reply::Reply;
use crate::delivery::{Attempt, MessageRef, NewDelivery, Plan, Status};
use crate::event::{Event, EventId, Facts, Raw, Topic};
use crate::store::{Accepted, Config, Place, Settled, Store};
use crate::timestamp::Timestamp;

const HERE: &str = "1111";
const ELSEWHERE: &str = "9999";
const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A store with a destination in each of two servers: `sales` here, `secret` elsewhere.
struct House {
    store: Store,
    _folder: TempDir,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("bot.db");
        let store = Store::open(&Config { path, keep: None }).await.expect("opens");
        for (destination, guild) in [("sales", HERE), ("secret", ELSEWHERE)] {
            store.claim_lane(destination, "test", NOW, NOW.after(Duration::from_secs(60))).await.expect("claims");
            let place = Place { guild: Some(guild.into()), channel: "2222".into(), fingerprint: "f".into() };
            store.place_lane(destination, place).await.expect("places");
        }
        Self { store, _folder: folder }
    }

    async fn event(&self, to: &[&str], change: impl FnOnce(&mut Event)) -> EventId {
        let mut event = Event {
            id: EventId::UNSET,
            source: "stripe".into(),
            provider: "stripe".into(),
            reference: format!("evt_{}", fastrand::u64(..)),
            kind: "invoice.paid".into(),
            topic: Topic::Payment,
            facts: Facts::default(),
            time: NOW,
            received: NOW,
        };
        change(&mut event);
        let new = |destination: &&str| NewDelivery { destination: (*destination).into(), plan: Plan::default() };
        let accepted = self.store.accept(event, Raw::default(), to.iter().map(new).collect()).await;
        match accepted.expect("kept") {
            Accepted::New(id) | Accepted::Duplicate(id) => id,
        }
    }

    async fn settle(&self, destination: &str, status: Status, reason: &str) {
        let work = self.store.head(destination).await.expect("asks").expect("some work");
        let settled = Settled {
            status,
            reason: reason.into(),
            message: (status == Status::Delivered).then(|| MessageRef { id: "777".into(), channel: "2222".into() }),
            key: None,
            attempt: Some(Attempt {
                at: NOW,
                took: Duration::from_millis(120),
                outcome: "delivered".into(),
                detail: "**200**".into(),
            }),
            possible_repeat: status == Status::Delivered,
        };
        self.store.settle(work.delivery.id, settled, NOW).await.expect("settles");
    }

    async fn answer(&self, interaction: Value) -> Answer {
        let call = read(interaction);
        ask(&self.store, call.guild.as_deref(), call.ask).await.expect("the store answers")
    }

    async fn reply(&self, interaction: Value) -> Reply {
        match self.answer(interaction).await {
            Answer::Reply(reply) => reply,
            Answer::Choices(choices) => panic!("no reply but {choices:?}"),
        }
    }

    /// The description of the list in the reply.
    async fn list(&self, interaction: Value) -> String {
        let reply = self.reply(interaction).await;
        reply.message.embeds.first().map_or(reply.message.content, |embed| embed.description.clone())
    }

    async fn choices(&self, interaction: Value) -> Vec<String> {
        match self.answer(interaction).await {
            Answer::Choices(choices) => choices.into_iter().map(|choice| choice.value).collect(),
            Answer::Reply(reply) => panic!("no choices but {reply:?}"),
        }
    }
}

pub(super) fn read(interaction: Value) -> Call {
    let interaction: Interaction = serde_json::from_value(interaction).expect("an interaction");
    Call::read(&interaction).expect("a call")
}

/// As Discord sends them, in a server.
fn interaction(kind: u8, data: &Value) -> Value {
    let user = json!({ "id": "5", "username": "mia", "discriminator": "0", "avatar": null, "global_name": "Mia" });
    json!({
        "id": "10", "application_id": "4444", "type": kind, "token": "tok", "version": 1, "data": data,
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
    let kind = |value: &Value| if value.is_number() { 4 } else { 3 };
    let options = options.iter().map(|(name, value)| json!({ "name": name, "type": kind(value), "value": value }));
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

#[tokio::test]
async fn recent_lists_a_line_an_event_newest_first() {
    let house = House::new().await;
    let first = house.event(&["sales"], |_| {}).await;
    let second = house
        .event(&["sales"], |event| {
            event.kind = "charge.failed".into();
            event.facts = Facts {
                amount: Some(1234),
                currency: Some("USD".into()),
                subject: Some("**Bold** [x](http://evil)\n@everyone".into()),
                ..Facts::default()
            };
        })
        .await;
    house.settle("sales", Status::Delivered, "").await;
    let list = house.list(recent(&[])).await;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(
        lines,
        [
            format!(
                r"⏳ pending <t:1700000000:R> · **stripe** · `charge.failed` · $12.34 \*\*Bold\*\* \[x\](http\://evil) \@everyone · `{second}`"
            ),
            format!("✅ delivered <t:1700000000:R> · **stripe** · `invoice.paid` · `{first}`"),
        ]
    );
}

#[tokio::test]
async fn every_filter_narrows_the_list() {
    let house = House::new().await;
    house.event(&["sales"], |_| {}).await;
    house.settle("sales", Status::Dead, "refused").await;
    let other = house
        .event(&["sales"], |event| {
            event.source = "github".into();
            event.kind = "push".into();
            event.topic = Topic::Push;
        })
        .await;
    for (name, value) in [("source", "github"), ("type", "push"), ("topic", "Push"), ("status", "pending")] {
        let list = house.list(recent(&[(name, json!(value))])).await;
        assert!(list.lines().count() == 1 && list.contains(&other.to_string()), "{name}: {list}");
    }
    assert_eq!(house.list(recent(&[("count", json!(1))])).await.lines().count(), 1);
    let none = house.list(recent(&[("source", json!("github")), ("status", json!("dead"))])).await;
    assert_eq!(none, "No events here match: source github · status dead.");
    let wrong = house.list(recent(&[("topic", json!("pay`ment"))])).await;
    assert!(wrong.starts_with("I know no topic `payˋment`: expected one of `payment`"), "{wrong}");
    assert!(house.list(recent(&[("status", json!("unrouted"))])).await.contains("hookbell events list"));
}

#[tokio::test]
async fn pages_go_there_and_back_and_new_events_do_not_shift_them() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for _ in 0..8 {
        ids.insert(0, house.event(&["sales"], |_| {}).await.to_string());
    }
    let asked = recent(&[("count", json!(3)), ("source", json!("stripe"))]);
    let first = house.reply(asked).await;
    let [newer, older] = first.pages.as_slice() else { panic!("two buttons: {first:?}") };
    assert!(!newer.enabled && older.enabled);
    assert!(newer.custom_id != older.custom_id);
    let newest = house.event(&["sales"], |_| {}).await.to_string();
    let on_page = |reply: &Reply| {
        let embed = reply.message.embeds.first().expect("a list");
        ids.iter().filter(|id| embed.description.contains(*id)).cloned().collect::<Vec<_>>()
    };
    let second = house.reply(pressed(&older.custom_id)).await;
    assert_eq!(on_page(&second), ids[3..6]);
    assert_eq!(second.message.embeds[0].footer.text, "4 to 6 · source stripe");
    let third = house.reply(pressed(&second.pages[1].custom_id)).await;
    assert_eq!(on_page(&third), ids[6..]);
    assert!(third.pages[0].enabled && !third.pages[1].enabled, "{third:?}");
    assert_eq!(on_page(&house.reply(pressed(&third.pages[0].custom_id)).await), ids[3..6]);
    let top = house.reply(pressed(&second.pages[0].custom_id)).await;
    assert!(top.message.embeds[0].description.contains(&newest), "back at the top, what is new is shown");
}

#[tokio::test]
async fn filters_too_long_for_a_button_give_a_hint_instead() {
    let house = House::new().await;
    let kind = "k".repeat(95);
    for _ in 0..2 {
        house.event(&["sales"], |event| event.kind.clone_from(&kind)).await;
    }
    let reply = house.reply(recent(&[("type", json!(kind)), ("count", json!(1))])).await;
    assert!(reply.pages.is_empty());
    assert!(reply.message.embeds[0].footer.text.contains("more follow"), "{reply:?}");
}

#[tokio::test]
async fn unknown_and_forged_buttons_are_answered_in_words() {
    let house = House::new().await;
    for id in ["", "events:old", "recent0|1", "recent1|9999|||||||", "recent1|0||5||||%ff"] {
        let call = read(pressed(id));
        assert!(matches!(&call.ask, Ask::Nothing(words) if words.contains("/events recent")), "{id}");
    }
    // A forged id can ask for any filter, but never for another server.
    house.event(&["secret"], |_| {}).await;
    assert!(house.list(pressed("recent1|0||10||||")).await.starts_with("No events"));
}

#[tokio::test]
async fn a_server_sees_only_what_was_routed_to_it() {
    let house = House::new().await;
    let both = house.event(&["sales", "secret"], |_| {}).await;
    let hidden = house.event(&["secret"], |event| {
        event.source = "payroll".into();
        event.kind = "salary.paid".into();
        event.topic = Topic::Other;
    });
    let hidden = hidden.await;
    house.event(&[], |event| event.source = "nowhere".into()).await;
    house.settle("secret", Status::Dead, "the secret channel is gone").await;
    let list = house.list(recent(&[])).await;
    assert_eq!(list.lines().count(), 1);
    assert!(list.contains(&both.to_string()) && list.contains("pending") && !list.contains("dead"), "{list}");
    assert!(house.list(recent(&[("status", json!("dead"))])).await.starts_with("No events"));
    assert_eq!(house.choices(typing("recent", "source", "")).await, ["stripe"]);
    assert_eq!(house.choices(typing("recent", "type", "a")).await, ["invoice.paid"]);
    assert_eq!(house.choices(typing("recent", "topic", "")).await, ["payment"]);
    assert_eq!(house.choices(typing("show", "id", "")).await, [both.to_string()]);
    assert!(house.choices(typing("show", "id", &hidden.to_string())).await.is_empty());
    let told = format!("{:?}", house.reply(show(&both.to_string())).await);
    assert!(told.contains("sales") && !told.contains("secret"), "{told}");
    let unseen = house.list(show(&hidden.to_string())).await;
    let missing = house.list(show("zzzzzzzz")).await;
    assert_eq!(unseen.replace(&hidden.to_string(), "zzzzzzzz"), missing, "the same words as for a missing one");
    let list = house.list(from(Some(ELSEWHERE), recent(&[]))).await;
    assert!(list.contains(&hidden.to_string()) && list.contains(&both.to_string()), "{list}");
}

#[tokio::test]
async fn servers_without_destinations_and_direct_messages_are_told_why() {
    let house = House::new().await;
    house.event(&["sales"], |_| {}).await;
    for asked in [recent(&[]), show("abc")] {
        assert!(house.list(from(Some("3"), asked.clone())).await.contains("No hookbell destination"));
        assert!(house.list(from(None, asked)).await.contains("in a server"));
    }
    assert!(house.choices(from(None, typing("recent", "source", ""))).await.is_empty());
}

#[tokio::test]
async fn show_tells_facts_deliveries_and_where_the_message_stands() {
    let house = House::new().await;
    let id = house
        .event(&["sales"], |event| {
            event.facts.amount = Some(500);
            event.facts.currency = Some("JPY".into());
            event.facts.actor = Some("<@1>".into());
            event.facts.url = Some("https://example.com/pay".into());
        })
        .await;
    house.settle("sales", Status::Delivered, "posted *again*").await;
    let reply = house.reply(show(&format!(" `{}` ", id.to_string().to_uppercase()))).await;
    let embed = &reply.message.embeds[0];
    assert_eq!((embed.title.as_str(), embed.url.as_str()), (r"stripe · invoice.paid", "https://example.com/pay"));
    let value = |name: &str| embed.fields.iter().find(|field| field.name.contains(name)).map(|field| &*field.value);
    assert_eq!((value("Amount"), value("Actor")), (Some("¥500"), Some(r"\<@1>")));
    let link = "https://discord.com/channels/1111/2222/777";
    assert_eq!(
        value("✅ sales · delivered"),
        Some(&*format!(
            "posted \\*again\\*\n⚠️ possible repeat: an answer got lost, so the message may stand there twice\n\
             1 attempt\n<t:1700000000:T> delivered: \\*\\*200\\*\\* (120ms)\n[message]({link})"
        ))
    );
    assert_eq!(reply.message.buttons.iter().map(|button| &*button.url).collect::<Vec<_>>(), [link]);
}

#[tokio::test]
async fn a_prefix_is_enough_and_an_ambiguous_one_names_the_candidates() {
    let house = House::new().await;
    let mut ids = Vec::new();
    for _ in 0..70 {
        ids.push(house.event(&["sales"], |_| {}).await.to_string());
    }
    let first = ids.last().expect("some").chars().next().expect("a letter").to_string();
    let alike = ids.iter().filter(|id| id.starts_with(&first)).count();
    assert!(alike > 1);
    let reply = house.reply(show(&first)).await;
    assert!(reply.message.embeds[0].title.starts_with("Several events begin with"), "{reply:?}");
    assert!(ids.iter().filter(|id| reply.message.embeds[0].description.contains(*id)).all(|id| id.starts_with(&first)));
    let exact: String = ids[5].chars().take(6).collect();
    assert_eq!(house.reply(show(&exact)).await.message.embeds[0].footer.text, format!("event {}", ids[5]));
    for wrong in ["", "i", "x y", "@everyone", "日本語"] {
        assert!(house.list(show(wrong)).await.starts_with("No such event here"), "{wrong}");
    }
}

#[tokio::test]
async fn suggestions_fit_what_is_typed_and_know_rare_values_too() {
    let house = House::new().await;
    house.event(&["sales"], |event| event.kind = "rare.kind".into()).await;
    for at in 0..230 {
        house
            .event(&["sales"], |event| {
                event.kind = format!("kind.{}", at % 40);
                event.source = if at % 2 == 0 { "shop".into() } else { "stripe".into() };
            })
            .await;
    }
    let all = house.choices(typing("recent", "type", "kind.")).await;
    assert_eq!(all.len(), 25);
    assert!(all.iter().all(|kind| kind.starts_with("kind.")), "those that begin like it come first");
    assert_eq!(house.choices(typing("recent", "type", "RARE")).await, ["rare.kind"]);
    let mut asked = typing("recent", "type", "kind.1");
    let source = json!({ "name": "source", "type": 3, "value": "shop" });
    asked["data"]["options"][0]["options"].as_array_mut().expect("options").push(source);
    let of_shop = house.choices(asked).await;
    assert!(of_shop.contains(&"kind.10".into()) && !of_shop.contains(&"kind.11".into()), "{of_shop:?}");
}

#[tokio::test]
async fn monstrous_data_still_makes_a_reply_within_the_limits() {
    let house = House::new().await;
    let long = "*_[x](http://evil)👩‍👩‍👧 ".repeat(5000);
    for _ in 0..10 {
        house
            .event(&["sales"], |event| {
                event.kind.clone_from(&long);
                event.source.clone_from(&long);
                event.facts.subject = Some(long.clone());
                event.facts.actor = Some(long.clone());
                event.facts.currency = Some(long.clone());
                event.facts.amount = Some(i64::MIN);
                event.facts.url = Some(format!("https://{long}"));
            })
            .await;
    }
    house.settle("sales", Status::Dead, &long).await;
    let list = house.reply(recent(&[("count", json!(10))])).await;
    assert_eq!(list.message.embeds[0].description.lines().count(), 10);
    let id = house.choices(typing("show", "id", "")).await.pop().expect("an id");
    for reply in [list, house.reply(show(&id)).await] {
        let mut fitted = reply.message.clone();
        assert_eq!(fitted.fit(), Vec::<String>::new(), "nothing had to be cut");
    }
}

#[test]
fn an_interaction_the_library_cannot_read_is_mended_and_read() {
    let mut asked = recent(&[("source", json!("stripe"))]);
    for key in ["locale", "entitlements", "attachment_size_limit", "version"] {
        asked.as_object_mut().expect("an object").remove(key);
    }
    assert!(serde_json::from_value::<Interaction>(asked.clone()).is_err(), "the reason for mending");
    let mended = repair(asked).expect("mended");
    assert!(matches!(Call::read(&mended).expect("a call").ask, Ask::Recent(query) if query.source.is_some()));
    assert!(repair(json!({ "type": 99 })).is_none() && repair(json!([])).is_none());
}
