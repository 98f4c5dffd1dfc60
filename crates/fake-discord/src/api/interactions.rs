//! Interactions from the bot's side: the one callback within three seconds, then edits and follow-ups for a quarter of
//! an hour.

use serde_json::{Value, json};

use super::context::RequestContext;
use super::request::JsonBody;
use super::responses::{callback_resource, edit, object_of, post, thinking};
use crate::check::callback::{self, Answered};
use crate::check::message::{self, MessageSchema};
use crate::interaction::Acknowledgement;
use crate::message::StoredMessage;
use crate::response::{self, ApiResponse, ApiResult};

/// `POST /interactions/{id}/{token}/callback`
pub(crate) fn callback(cx: &mut RequestContext<'_>, id: &str, token: &str) -> ApiResult {
    let unknown = || ApiResponse::error(404, 10_062, "Unknown interaction");
    let known = cx.state.interactions.get(id).filter(|known| known.token == token).ok_or_else(unknown)?;
    if known.acknowledgement.is_some() {
        return Err(ApiResponse::error(400, 40_060, "Interaction has already been acknowledged."));
    }
    if known.elapsed() > cx.state.first_response {
        return Err(unknown());
    }
    let (kind, source) = (known.kind, known.source.clone());
    let v2 = source.as_ref().and_then(|id| cx.state.message(id)).is_some_and(StoredMessage::is_v2);
    let answered = Answered { kind, has_source: source.is_some(), v2, focused: known.focused };
    let JsonBody { json, files } = cx.request.object_with_files_up_to(cx.state.attachment_limit)?;
    let callback = callback::check(&json, &files, answered)?;
    let body = JsonBody { json: callback.data, files };
    let acknowledgement = match callback.kind {
        4 => Acknowledgement::Message(post(cx, id, body)),
        5 => Acknowledgement::Message(post(cx, id, thinking(&body.json))),
        6 => Acknowledgement::Update { done: false },
        7 => {
            if let Some(source) = &source {
                edit(cx, source, body)?;
            }
            Acknowledgement::Update { done: true }
        }
        8 => Acknowledgement::Choices(body.json.get("choices").and_then(Value::as_array).cloned().unwrap_or_default()),
        _ => Acknowledgement::Modal(Value::Object(body.json)),
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
            let message = message.filter(|message| belongs(cx, message, &id));
            change(cx, &id, &message.ok_or_else(response::unknown_message)?)
        }
        _ => Err(response::not_found()),
    }
}

/// Whether a message answers this interaction, or is the one whose component was used. A token reaches no other message.
fn belongs(cx: &RequestContext<'_>, message: &str, interaction: &str) -> bool {
    let is_source = cx.state.interactions.get(interaction).and_then(|known| known.source.as_deref()) == Some(message);
    cx.state
        .message(message)
        .is_some_and(|known| is_source || known.object["interaction_metadata"]["id"] == interaction)
}

fn create(cx: &mut RequestContext<'_>, id: &str, original: Option<String>) -> ApiResult {
    let body = cx.request.object_with_files_up_to(cx.state.attachment_limit)?;
    let ignored = message::check(&body.json, MessageSchema::Response, &body.files)?;
    let loading = original.filter(|message| cx.state.message(message).is_some_and(StoredMessage::is_loading));
    let message = match loading {
        // The first follow-up after "thinking" replaces that message.
        Some(message) => edit(cx, &message, body).map(|()| message)?,
        None => post(cx, id, body),
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
            let body = cx.request.object_with_files_up_to(cx.state.attachment_limit)?;
            let v2 = cx.state.message(message).is_some_and(StoredMessage::is_v2);
            ignored = message::check(&body.json, MessageSchema::ResponseEdit { v2 }, &body.files)?;
            edit(cx, message, body)?;
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
