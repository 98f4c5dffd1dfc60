//! Webhooks: execute, look up, delete, and their messages' get, edit and delete.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::answer::{self, Answer};
use super::api::{Handled, bucket};
use super::call::Call;
use super::check::message::{Kind, check};
use super::object::{self, Frame};
use super::rate::too_many;
use super::shared::Shared;
use super::state::{State, StoredMessage, WebhookSpec, now};
use super::threads;

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
    let target = threads::target(state, call, (webhook, &sent.json))?;
    channel_limit(state, &webhook.channel)?;
    let id = state.snowflake();
    let channel = threads::arrive(state, webhook, target, &id);
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
        mentions: pinged,
        created: at,
        edited: None,
        edits: 0,
    });
    let answer = if call.flag("wait") { Answer::json(object) } else { Answer::no_content() };
    Ok((answer, ignored))
}

fn channel_limit(state: &mut State, channel: &str) -> Result<(), Answer> {
    let Some(window) = state.limits.channel else { return Ok(()) };
    let standing = state.rates.take(&format!("channel {channel}"), window, Instant::now());
    if standing.allowed { Ok(()) } else { Err(too_many("shared", standing.reset_after)) }
}

fn message(shared: &Shared, state: &mut State, call: &Call, what: (&WebhookSpec, &str)) -> Handled {
    let (webhook, id) = what;
    let channel = threads::channel_of(state, call, webhook)?;
    if call.method != http::Method::GET {
        threads::is_open(state, &channel)?;
    }
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
