//! Interactions from the bot's side: the one callback within three seconds, then edits and follow-ups for a quarter of
//! an hour.

use serde_json::{Map, Value, json};

use super::context::RequestContext;
use crate::check::callback;
use crate::check::message::{self, MessageSchema};
use crate::flags;
use crate::interaction::{Acknowledgement, COMMAND};
use crate::message::{NewMessage, StoredMessage};
use crate::response::{self, ApiResponse, ApiResult};
use crate::state::DiscordState;

/// `POST /interactions/{id}/{token}/callback`
pub(crate) fn callback(cx: &mut RequestContext<'_>, id: &str, token: &str) -> ApiResult {
    let unknown = || ApiResponse::error(404, 10_062, "Unknown interaction");
    let known = cx.state.interactions.get(id).filter(|known| known.token == token).ok_or_else(unknown)?;
    if known.acknowledgement.is_some() {
        return Err(ApiResponse::error(400, 40_060, "Interaction has already been acknowledged."));
    }
    if known.created.elapsed() > cx.state.first_response {
        return Err(unknown());
    }
    let (kind, source) = (known.kind, known.source.clone());
    let callback = callback::check(&cx.request.object()?.json, kind)?;
    let data = callback.data;
    let acknowledgement = match callback.kind {
        4 => Acknowledgement::Message(post(cx, id, data)),
        5 => Acknowledgement::Message(post(cx, id, thinking(&data))),
        6 => Acknowledgement::Update { done: false },
        7 => {
            if let Some(source) = &source {
                edit(cx, source, &data)?;
            }
            Acknowledgement::Update { done: true }
        }
        8 => Acknowledgement::Choices(data.get("choices").and_then(Value::as_array).cloned().unwrap_or_default()),
        _ => Acknowledgement::Modal(Value::Object(data)),
    };
    let resource = callback_resource(cx.state, (callback.kind, id, kind), &acknowledgement);
    if let Some(interaction) = cx.state.interactions.get_mut(id) {
        interaction.acknowledgement = Some(acknowledgement);
    }
    cx.discord.publish(json!({ "type": "answered", "interaction": id }));
    let response =
        if cx.request.flag("with_response") { ApiResponse::json(resource) } else { ApiResponse::no_content() };
    Ok(response.ignoring(callback.ignored))
}

/// The body of the message that says the bot is thinking.
fn thinking(data: &Map<String, Value>) -> Map<String, Value> {
    let ephemeral = data.get("flags").and_then(Value::as_i64).unwrap_or(0) & flags::EPHEMERAL;
    Map::from_iter([("flags".to_owned(), json!(ephemeral | flags::LOADING))])
}

/// The response to a callback with `with_response`.
fn callback_resource(
    state: &DiscordState,
    (callback, id, kind): (i64, &str, i64),
    acknowledgement: &Acknowledgement,
) -> Value {
    let mut body = json!({ "interaction": { "id": id, "type": kind }, "resource": { "type": callback } });
    if let Acknowledgement::Message(message) = acknowledgement {
        let object = object_of(state, message);
        let set = object["flags"].as_i64().unwrap_or(0);
        body["interaction"]["response_message_id"] = json!(message);
        body["interaction"]["response_message_loading"] = json!(set & flags::LOADING != 0);
        body["interaction"]["response_message_ephemeral"] = json!(set & flags::EPHEMERAL != 0);
        body["resource"]["message"] = object;
    }
    body
}

/// `/webhooks/{application}/{token}…`: follow-ups, and the messages of an interaction.
pub(crate) fn follow_up(cx: &mut RequestContext<'_>, token: &str, rest: &[&str]) -> ApiResult {
    let id = cx.state.interactions.by_token(token).ok_or_else(response::bad_webhook_token)?;
    let known = cx.state.interactions.get(&id).ok_or_else(response::bad_webhook_token)?;
    // The token is not valid before the first response.
    let original = match known.acknowledgement.as_ref().ok_or_else(response::unknown_webhook)? {
        Acknowledgement::Message(message) => Some(message.clone()),
        Acknowledgement::Update { .. } => known.source.clone(),
        Acknowledgement::Choices(_) | Acknowledgement::Modal(_) => None,
    };
    match (cx.request.method.as_str(), rest) {
        ("POST", []) => create(cx, &id, original),
        ("GET" | "PATCH" | "DELETE", ["messages", message]) => {
            let message = if *message == "@original" { original } else { Some((*message).to_owned()) };
            let message = message.filter(|message| cx.state.message(message).is_some());
            change(cx, &id, &message.ok_or_else(response::unknown_message)?)
        }
        _ => Err(response::not_found()),
    }
}

fn create(cx: &mut RequestContext<'_>, id: &str, original: Option<String>) -> ApiResult {
    let body = cx.request.object()?;
    let ignored = message::check(&body.json, MessageSchema::Response, body.files.len())?;
    let loading = original.filter(|message| cx.state.message(message).is_some_and(StoredMessage::is_loading));
    let message = match loading {
        // The first follow-up after "thinking" replaces that message.
        Some(message) => edit(cx, &message, &body.json).map(|()| message)?,
        None => post(cx, id, body.json),
    };
    Ok(ApiResponse::json(object_of(cx.state, &message)).ignoring(ignored))
}

fn change(cx: &mut RequestContext<'_>, id: &str, message: &str) -> ApiResult {
    let mut ignored = Vec::new();
    match cx.request.method.as_str() {
        "DELETE" => {
            let channel = cx.state.remove_message(message);
            cx.discord.publish(json!({ "type": "delete", "channel": channel, "id": message }));
            return Ok(ApiResponse::no_content());
        }
        "PATCH" => {
            let body = cx.request.object()?;
            ignored = message::check(&body.json, MessageSchema::ResponseEdit, body.files.len())?;
            edit(cx, message, &body.json)?;
            if let Some(interaction) = cx.state.interactions.get_mut(id)
                && matches!(interaction.acknowledgement, Some(Acknowledgement::Update { .. }))
                && interaction.source.as_deref() == Some(message)
            {
                interaction.acknowledgement = Some(Acknowledgement::Update { done: true });
            }
        }
        _ => {}
    }
    Ok(ApiResponse::json(object_of(cx.state, message)).ignoring(ignored))
}

fn object_of(state: &DiscordState, message: &str) -> Value {
    state.message(message).map(|message| message.object.clone()).unwrap_or_default()
}

/// Posts a message of the bot in response to an interaction and returns its id.
fn post(cx: &mut RequestContext<'_>, interaction: &str, body: Map<String, Value>) -> String {
    let id = cx.state.ids.next();
    let application = &cx.discord.identity.application_id;
    let Some(known) = cx.state.interactions.get(interaction) else { return id };
    let first = known.acknowledgement.is_none();
    let author = cx.discord.bot_user();
    let new = NewMessage { id: &id, channel: &known.channel, webhook: None, author, with_components: true };
    let mut message = new.with_body(body);
    message.object["application_id"] = json!(application);
    message.object["webhook_id"] = json!(application);
    message.object["type"] = json!(if known.kind == COMMAND && first { 20 } else { 0 });
    message.object["interaction_metadata"] = known.metadata();
    if let Some(name) = known.command.as_ref().filter(|_| first) {
        let user = known.member.user();
        message.object["interaction"] = json!({ "id": known.id, "type": COMMAND, "name": name, "user": user });
    }
    let event = json!({ "type": "message", "channel": message.channel, "message": message.object });
    cx.state.add_message(message);
    cx.discord.publish(event);
    id
}

/// Edits a message of the bot. Its visibility cannot change; "thinking" ends with the edit.
fn edit(cx: &mut RequestContext<'_>, message: &str, body: &Map<String, Value>) -> Result<(), ApiResponse> {
    let stored = cx.state.message_mut(message).ok_or_else(response::unknown_message)?;
    let (ephemeral, loading) = (stored.is_ephemeral(), stored.is_loading());
    let mut edited = stored.clone();
    edited.edit(body, true);
    let set = edited.object["flags"].as_i64().unwrap_or(0) & !(flags::LOADING | flags::EPHEMERAL);
    edited.object["flags"] = json!(set | if ephemeral { flags::EPHEMERAL } else { 0 });
    if edited.is_empty() {
        return Err(response::empty_message());
    }
    if loading {
        edited.object["edited_timestamp"] = Value::Null;
    }
    *stored = edited;
    let (channel, object) = (stored.channel.clone(), stored.object.clone());
    cx.discord.publish(json!({ "type": "message", "channel": channel, "message": object }));
    Ok(())
}
