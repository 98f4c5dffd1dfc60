//! Webhooks: execute, look up and delete them; get, edit and delete their messages.

use serde_json::{Value, json};

use super::context::RequestContext;
use super::{limits, threads};
use crate::check::message::{MessageSchema, check};
use crate::member::user_object;
use crate::message::{NewMessage, StoredMessage};
use crate::response::{self, ApiResponse, ApiResult};
use crate::spec::WebhookSpec;
use crate::state::DiscordState;

/// Answers a request to `/webhooks/{id}/{token}/…`.
pub(crate) fn handle(cx: &mut RequestContext<'_>, id: &str, token: &str, rest: &[&str]) -> ApiResult {
    let webhook = cx.state.webhook(id).cloned().ok_or_else(response::unknown_webhook)?;
    let headers = limits::webhook(cx.state, id, cx.request)?;
    let result = if webhook.token == token { route(cx, &webhook, rest) } else { Err(response::bad_webhook_token()) };
    // The 429 of a channel's hidden limit shows the headers too, with requests remaining.
    match result {
        Ok(response) => Ok(response.with(headers)),
        Err(response) => Err(response.with(headers)),
    }
}

fn route(cx: &mut RequestContext<'_>, webhook: &WebhookSpec, rest: &[&str]) -> ApiResult {
    match (cx.request.method.as_str(), rest) {
        ("POST", []) => execute(cx, webhook),
        ("GET", []) => Ok(ApiResponse::json(webhook_object(cx.state, webhook))),
        ("DELETE", []) => {
            cx.state.webhooks.retain(|other| other.id != webhook.id);
            Ok(ApiResponse::no_content())
        }
        ("GET" | "PATCH" | "DELETE", ["messages", id]) => message(cx, webhook, id),
        (_, [] | ["messages", _]) => Err(ApiResponse::error(405, 0, "405: Method Not Allowed")),
        _ => Err(response::not_found()),
    }
}

fn webhook_object(state: &DiscordState, webhook: &WebhookSpec) -> Value {
    json!({
        "id": webhook.id, "type": 1, "name": webhook.name, "avatar": null, "application_id": null,
        "channel_id": webhook.channel, "guild_id": state.channel(&webhook.channel).map(|channel| &channel.spec.guild),
        "token": webhook.token,
    })
}

fn execute(cx: &mut RequestContext<'_>, webhook: &WebhookSpec) -> ApiResult {
    let with_components = cx.request.flag("with_components");
    let body = cx.request.object()?;
    let ignored = check(&body.json, MessageSchema::WebhookPost { with_components }, body.files.len())?;
    let target = threads::target(cx.state, cx.request, (webhook, &body.json))?;
    limits::channel(cx.state, &webhook.channel)?;
    let id = cx.state.ids.next();
    let channel = threads::open_target(cx.state, webhook, target, &id);
    let avatar = body.json.get("avatar_url").cloned();
    let name = body.json.get("username").and_then(Value::as_str).map(squeezed).filter(|name| !name.is_empty());
    let author = user_object(&webhook.id, name.as_deref().unwrap_or(&webhook.name), true);
    let new = NewMessage { id: &id, channel: &channel, webhook: Some(&webhook.id), author, with_components };
    let mut message = new.with_body(body.json);
    message.object["webhook_id"] = json!(webhook.id);
    message.attach(body.files);
    let object = message.object.clone();
    cx.state.add_message(message);
    cx.discord.publish(json!({ "type": "message", "channel": channel, "message": object, "avatar": avatar }));
    let response = if cx.request.flag("wait") { ApiResponse::json(object) } else { ApiResponse::no_content() };
    Ok(response.ignoring(ignored))
}

fn message(cx: &mut RequestContext<'_>, webhook: &WebhookSpec, id: &str) -> ApiResult {
    let channel = threads::channel_of(cx.state, cx.request, webhook)?;
    if cx.request.method != http::Method::GET {
        threads::check_open(cx.state, &channel)?;
    }
    let own = |message: &&StoredMessage| message.webhook.as_deref() == Some(&webhook.id);
    let found = cx.state.message_in(&channel, id).filter(own).ok_or_else(response::unknown_message)?;
    match cx.request.method.as_str() {
        "GET" => Ok(ApiResponse::json(found.object.clone())),
        "DELETE" => {
            cx.state.remove_message_in(&channel, id);
            cx.discord.publish(json!({ "type": "delete", "channel": channel, "id": id }));
            Ok(ApiResponse::no_content())
        }
        _ => edit(cx, id),
    }
}

fn edit(cx: &mut RequestContext<'_>, id: &str) -> ApiResult {
    let with_components = cx.request.flag("with_components");
    let body = cx.request.object()?;
    let ignored = check(&body.json, MessageSchema::WebhookEdit { with_components }, body.files.len())?;
    let message = cx.state.message_mut(id).ok_or_else(response::unknown_message)?;
    let mut edited = message.clone();
    edited.edit(&body.json, with_components);
    if edited.is_empty() {
        return Err(response::empty_message());
    }
    *message = edited;
    let (channel, object) = (message.channel.clone(), message.object.clone());
    cx.discord.publish(json!({ "type": "message", "channel": channel, "message": object }));
    Ok(ApiResponse::json(object).ignoring(ignored))
}

/// A name trimmed, with one space for each run of white space.
fn squeezed(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
