//! Channels as the bot reaches them: read, and posted to as itself.

use serde_json::{Value, json};

use super::access;
use super::context::RequestContext;
use crate::channel_object;
use crate::check::message::{MessageSchema, check};
use crate::message::{NewMessage, StoredMessage};
use crate::response::{self, ApiResponse, ApiResult};
use crate::spec::ChannelKind;

/// `GET /channels/{id}`
pub(super) fn channel(cx: &RequestContext<'_>, channel: &str) -> ApiResult {
    access::view(cx, channel)?;
    Ok(ApiResponse::json(channel_object::full(cx.state, channel).unwrap_or_default()))
}

/// `GET /channels/{id}/messages`: the newest first; of those `after` a message the oldest, up to `limit`.
pub(super) fn messages(cx: &RequestContext<'_>, channel: &str) -> ApiResult {
    access::view(cx, channel)?;
    let number = |key: &str| cx.request.query(key).and_then(|text| text.parse::<u64>().ok());
    let limit = number("limit").map_or(50, |limit| usize::try_from(limit.clamp(1, 100)).unwrap_or(100));
    let (after, before) = (number("after"), number("before").unwrap_or(u64::MAX));
    let id = |message: &StoredMessage| message.id.parse::<u64>().unwrap_or(0);
    let all = &cx.state.channel(channel).ok_or_else(response::not_found)?.messages;
    let within = all.iter().filter(|message| id(message) > after.unwrap_or(0) && id(message) < before);
    let mut list: Vec<Value> = within.map(|message| message.object.clone()).collect();
    if after.is_some() {
        list.truncate(limit);
    } else {
        list.drain(..list.len().saturating_sub(limit));
    }
    list.reverse();
    Ok(ApiResponse::json(Value::Array(list)))
}

/// `POST /channels/{id}/messages`: a message of the bot's own. With `enforce_nonce` the same nonce posts once.
pub(super) fn post(cx: &mut RequestContext<'_>, channel: &str) -> ApiResult {
    access::send(cx, channel)?;
    if let Some(ChannelKind::DirectWith(person)) = cx.state.channel(channel).map(|one| &one.spec.kind)
        && !cx.state.directory.takes_messages(person)
    {
        return Err(ApiResponse::error(403, 50_007, "Cannot send messages to this user"));
    }
    let body = cx.request.object()?;
    let ignored = check(&body.json, MessageSchema::BotPost, &body.files)?;
    let nonce = body.json.get("nonce").cloned().filter(|nonce| !nonce.is_null());
    if body.json.get("enforce_nonce") == Some(&json!(true))
        && let Some(known) = nonce.as_ref().and_then(|nonce| by_nonce(cx, channel, nonce))
    {
        return Ok(ApiResponse::json(known));
    }
    let id = cx.state.ids.next();
    let author = cx.discord.bot_user();
    let new = NewMessage { id: &id, channel, webhook: None, author, with_components: true };
    let described = body.json.get("attachments").cloned().unwrap_or_default();
    let mut message = new.with_body(body.json);
    if let Some(nonce) = nonce {
        message.object["nonce"] = nonce;
    }
    message.attach(body.files, &described);
    let object = message.object.clone();
    cx.state.add_message(message);
    cx.discord.publish(json!({ "type": "message", "channel": channel, "message": object }));
    Ok(ApiResponse::json(object).ignoring(ignored))
}

fn by_nonce(cx: &RequestContext<'_>, channel: &str, nonce: &Value) -> Option<Value> {
    let mut messages = cx.state.channel(channel)?.messages.iter();
    messages.find(|message| message.object["nonce"] == *nonce).map(|message| message.object.clone())
}

/// `/channels/{id}/messages/{id}`: read any, edit and delete its own.
pub(super) fn message(cx: &mut RequestContext<'_>, channel: &str, id: &str) -> ApiResult {
    access::view(cx, channel)?;
    let found = cx.state.message_in(channel, id).ok_or_else(response::unknown_message)?;
    let own = found.object["author"]["id"] == cx.discord.identity.application_id;
    let v2 = found.is_v2();
    match cx.request.method.as_str() {
        "GET" => Ok(ApiResponse::json(found.object.clone())),
        "PATCH" if !own => Err(ApiResponse::error(403, 50_005, "Cannot edit a message authored by another user")),
        "PATCH" => edit(cx, id, v2),
        "DELETE" if !own => Err(ApiResponse::error(403, 50_013, "Missing Permissions")),
        "DELETE" => {
            cx.state.remove_message_in(channel, id);
            cx.discord.publish(json!({ "type": "delete", "channel": channel, "id": id }));
            Ok(ApiResponse::no_content())
        }
        _ => Err(ApiResponse::error(405, 0, "405: Method Not Allowed")),
    }
}

fn edit(cx: &mut RequestContext<'_>, id: &str, v2: bool) -> ApiResult {
    let body = cx.request.object()?;
    let ignored = check(&body.json, MessageSchema::BotEdit { v2 }, &body.files)?;
    let message = cx.state.message_mut(id).ok_or_else(response::unknown_message)?;
    let mut edited = message.clone();
    edited.edit(&body.json, true);
    edited.keep_attachments(&body.json);
    let described = body.json.get("attachments").cloned().unwrap_or_default();
    edited.attach(body.files, &described);
    if edited.is_empty() {
        return Err(response::empty_message());
    }
    *message = edited;
    let (channel, object) = (message.channel.clone(), message.object.clone());
    cx.discord.publish(json!({ "type": "message", "channel": channel, "message": object }));
    Ok(ApiResponse::json(object).ignoring(ignored))
}

/// `GET /channels/{id}/webhooks`
pub(super) fn webhooks(cx: &RequestContext<'_>, channel: &str) -> ApiResult {
    access::manage_webhooks(cx, channel)?;
    let own = cx.state.webhooks.iter().filter(|webhook| webhook.channel == channel);
    Ok(ApiResponse::json(own.map(|webhook| super::webhook_object::of(cx.state, webhook)).collect()))
}
