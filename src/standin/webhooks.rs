//! Webhooks: execute, look up, delete, and their messages' get, edit and delete.

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::answer::{self, Answer};
use super::api::{Handled, bucket};
use super::call::Call;
use super::check::message::{Kind, check};
use super::object::{self, Frame};
use super::rate::too_many;
use super::shared::Shared;
use super::state::{ChannelKind, ChannelSpec, State, StoredMessage, WebhookSpec, now};

/// Answers a request to `/webhooks/{id}/{token}/…`.
pub(crate) fn handle(shared: &Shared, state: &mut State, call: &Call, to: (&str, &str, &[&str])) -> Handled {
    let (id, token, rest) = to;
    let webhook = state.webhook(id).cloned().ok_or_else(answer::unknown_webhook)?;
    let headers = bucket(state, id, call)?;
    let handled = if webhook.token == token {
        route(shared, state, call, (&webhook, rest))
    } else {
        Err(answer::bad_webhook_token())
    };
    match handled {
        Ok((answer, ignored)) => Ok((answer.with(headers), ignored)),
        // A 429 of the hidden limit still shows the bucket's headers, with requests remaining.
        Err(refused) => Err(refused.with(headers)),
    }
}

fn route(shared: &Shared, state: &mut State, call: &Call, to: (&WebhookSpec, &[&str])) -> Handled {
    let (webhook, rest) = to;
    match (call.method.as_str(), rest) {
        ("POST", []) => execute(shared, state, call, webhook),
        ("GET", []) => Ok((Answer::json(describe(state, webhook)), Vec::new())),
        ("DELETE", []) => {
            state.webhooks.retain(|other| other.id != webhook.id);
            Ok((Answer::no_content(), Vec::new()))
        }
        ("GET" | "PATCH" | "DELETE", ["messages", id]) => message(shared, state, call, (webhook, id)),
        (_, [] | ["messages", _]) => Err(Answer::problem(405, 0, "405: Method Not Allowed")),
        _ => Err(answer::not_found()),
    }
}

fn describe(state: &State, webhook: &WebhookSpec) -> Value {
    json!({
        "id": webhook.id, "type": 1, "name": webhook.name, "avatar": null, "application_id": null,
        "channel_id": webhook.channel, "guild_id": state.channel(&webhook.channel).map(|channel| &channel.spec.guild),
        "token": webhook.token,
    })
}

fn execute(shared: &Shared, state: &mut State, call: &Call, webhook: &WebhookSpec) -> Handled {
    let with_components = call.flag("with_components");
    let sent = call.sent()?;
    let ignored = check(&sent.json, Kind::WebhookPost { with_components }, sent.files)?;
    let target = target(state, call, (webhook, &sent.json))?;
    channel_limit(state, &webhook.channel)?;
    let channel = match target {
        Target::Channel(id) => id,
        Target::NewThread(name) => open_thread(state, webhook, name),
    };
    let id = state.snowflake();
    let at = now();
    let name = sent.json.get("username").and_then(Value::as_str).map(squeezed).filter(|name| !name.is_empty());
    let author = object::user(&webhook.id, name.as_deref().unwrap_or(&webhook.name), true);
    let frame = Frame { id: &id, channel: &channel, author, at, components: with_components };
    let (mut object, pinged) = object::create(&sent.json, &frame);
    object["webhook_id"] = json!(webhook.id);
    shared.tell(
        json!({ "type": "message", "channel": channel, "message": object, "avatar": sent.json.get("avatar_url") }),
    );
    state.keep(StoredMessage {
        id,
        channel,
        webhook: Some(webhook.id.clone()),
        body: Value::Object(sent.json),
        object: object.clone(),
        pinged,
        created: at,
        edited: None,
        edits: 0,
    });
    let answer = if call.flag("wait") { Answer::json(object) } else { Answer::no_content() };
    Ok((answer, ignored))
}

/// Where a post goes.
enum Target {
    Channel(String),
    NewThread(String),
}

fn target(state: &State, call: &Call, from: (&WebhookSpec, &Map<String, Value>)) -> Result<Target, Answer> {
    let (webhook, body) = from;
    let thread = call.query("thread_id").filter(|id| !id.is_empty());
    let new = body.get("thread_name").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
    let home = state.channel(&webhook.channel).ok_or_else(answer::unknown_channel)?;
    let forum = home.spec.kind == ChannelKind::Forum;
    match (thread, new) {
        (Some(_), Some(_)) => Err(Answer::problem(
            400,
            220_002,
            "Webhooks posted to forum channels cannot have both a thread_name and thread_id",
        )),
        (None, None) if forum => {
            Err(Answer::problem(400, 220_001, "Webhooks posted to forum channels must have a thread_name or thread_id"))
        }
        (None, Some(_)) if !forum => {
            Err(Answer::problem(400, 220_003, "Webhooks can only create threads in forum channels"))
        }
        (None, Some(name)) => Ok(Target::NewThread(name.to_owned())),
        (None, None) => Ok(Target::Channel(webhook.channel.clone())),
        (Some(_), None) => channel_of(state, call, webhook).map(Target::Channel),
    }
}

/// The channel or thread a request speaks of.
fn channel_of(state: &State, call: &Call, webhook: &WebhookSpec) -> Result<String, Answer> {
    let Some(thread) = call.query("thread_id").filter(|id| !id.is_empty()) else { return Ok(webhook.channel.clone()) };
    let known =
        state.channel(thread).filter(|channel| channel.spec.kind == ChannelKind::ThreadOf(webhook.channel.clone()));
    known.map(|channel| channel.spec.channel.clone()).ok_or_else(answer::unknown_channel)
}

fn open_thread(state: &mut State, webhook: &WebhookSpec, name: String) -> String {
    let id = state.snowflake();
    let guild = state.channel(&webhook.channel).map(|home| home.spec.guild.clone()).unwrap_or_default();
    let kind = ChannelKind::ThreadOf(webhook.channel.clone());
    state.add_channel(ChannelSpec { guild, channel: id.clone(), name, kind });
    id
}

fn channel_limit(state: &mut State, channel: &str) -> Result<(), Answer> {
    let Some(window) = state.limits.channel else { return Ok(()) };
    let standing = state.rates.take(&format!("channel {channel}"), window, Instant::now());
    if standing.allowed { Ok(()) } else { Err(too_many("shared", standing.reset_after)) }
}

fn message(shared: &Shared, state: &mut State, call: &Call, what: (&WebhookSpec, &str)) -> Handled {
    let (webhook, id) = what;
    let channel = channel_of(state, call, webhook)?;
    let mine = |message: &&StoredMessage| message.webhook.as_deref() == Some(&webhook.id);
    let found = state.message(&channel, id).filter(mine).ok_or_else(answer::unknown_message)?;
    match call.method.as_str() {
        "GET" => Ok((Answer::json(found.object.clone()), Vec::new())),
        "DELETE" => {
            state.remove_message(&channel, id);
            shared.tell(json!({ "type": "delete", "channel": channel, "id": id }));
            Ok((Answer::no_content(), Vec::new()))
        }
        _ => edit(shared, state, call, (&channel, id)),
    }
}

fn edit(shared: &Shared, state: &mut State, call: &Call, what: (&str, &str)) -> Handled {
    let (channel, id) = what;
    let with_components = call.flag("with_components");
    let sent = call.sent()?;
    let ignored = check(&sent.json, Kind::WebhookEdit { with_components }, sent.files)?;
    let message = state.message_mut(channel, id).ok_or_else(answer::unknown_message)?;
    let mut edited = message.clone();
    edited.apply(&sent.json, now(), with_components);
    if edited.is_empty() {
        return Err(answer::empty_message());
    }
    *message = edited;
    let object = message.object.clone();
    shared.tell(json!({ "type": "message", "channel": channel, "message": object }));
    Ok((Answer::json(object), ignored))
}

/// A name trimmed, and its inner white space squeezed.
fn squeezed(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
