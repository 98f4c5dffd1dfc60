//! The messages of a bot that answer interactions: posted, edited, and as a callback returns them.

use serde_json::{Map, Value, json};

use super::context::RequestContext;
use super::request::JsonBody;
use crate::flags;
use crate::interaction::{Acknowledgement, COMMAND};
use crate::message::NewMessage;
use crate::response::{self, ApiResponse};
use crate::state::DiscordState;

/// The body of the message that says the bot is thinking.
pub(super) fn thinking(data: &Map<String, Value>) -> JsonBody {
    let ephemeral = data.get("flags").and_then(Value::as_i64).unwrap_or(0) & flags::EPHEMERAL;
    let json = Map::from_iter([("flags".to_owned(), json!(ephemeral | flags::LOADING))]);
    JsonBody { json, files: Vec::new() }
}

/// The response to a callback with `with_response`.
pub(super) fn callback_resource(
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

pub(super) fn object_of(state: &DiscordState, message: &str) -> Value {
    state.message(message).map(|message| message.object.clone()).unwrap_or_default()
}

/// Posts a message of the bot in response to an interaction and returns its id.
pub(super) fn post(cx: &mut RequestContext<'_>, interaction: &str, body: JsonBody) -> String {
    let id = cx.state.ids.next();
    let application = &cx.discord.identity.application_id;
    let Some(known) = cx.state.interactions.get(interaction) else { return id };
    let first = known.acknowledgement.is_none();
    let author = cx.discord.bot_user();
    let new = NewMessage { id: &id, channel: &known.channel, webhook: None, author, with_components: true };
    let described = body.json.get("attachments").cloned().unwrap_or_default();
    let mut message = new.with_body(body.json);
    message.object["application_id"] = json!(application);
    message.object["webhook_id"] = json!(application);
    message.object["type"] = json!(if known.kind == COMMAND && first { 20 } else { 0 });
    message.object["interaction_metadata"] = known.metadata();
    if let Some(name) = known.command.as_ref().filter(|_| first) {
        let user = known.member.user();
        message.object["interaction"] = json!({ "id": known.id, "type": COMMAND, "name": name, "user": user });
    }
    if message.is_ephemeral() {
        message.viewer = Some(known.member.id.clone());
    }
    message.attach(body.files, &described);
    let (channel, viewer) = (&message.channel, &message.viewer);
    let event = json!({ "type": "message", "channel": channel, "viewer": viewer, "message": message.object });
    cx.state.add_message(message);
    cx.discord.publish(event);
    id
}

/// Edits a message of the bot. Its visibility cannot change; "thinking" ends with the edit.
pub(super) fn edit(cx: &mut RequestContext<'_>, message: &str, body: JsonBody) -> Result<(), ApiResponse> {
    let stored = cx.state.message_mut(message).ok_or_else(response::unknown_message)?;
    let (ephemeral, loading) = (stored.is_ephemeral(), stored.is_loading());
    let mut edited = stored.clone();
    edited.edit(&body.json, true);
    let set = edited.object["flags"].as_i64().unwrap_or(0) & !(flags::LOADING | flags::EPHEMERAL);
    edited.object["flags"] = json!(set | if ephemeral { flags::EPHEMERAL } else { 0 });
    edited.keep_attachments(&body.json);
    let described = body.json.get("attachments").cloned().unwrap_or_default();
    edited.attach(body.files, &described);
    if edited.is_empty() {
        return Err(response::empty_message());
    }
    if loading {
        edited.object["edited_timestamp"] = Value::Null;
    }
    *stored = edited;
    let (channel, viewer, object) = (stored.channel.clone(), stored.viewer.clone(), stored.object.clone());
    cx.discord.publish(json!({ "type": "message", "channel": channel, "viewer": viewer, "message": object }));
    Ok(())
}
