//! Webhooks by their token: execute, look up, change and delete them; get, edit and delete their messages.

use serde_json::{Value, json};

use super::context::RequestContext;
use super::{limits, threads, webhook_object};
use crate::check::message::{MessageSchema, WebhookComponents, check};
use crate::member::user_object;
use crate::message::{NewMessage, StoredMessage};
use crate::response::{self, ApiResponse, ApiResult};
use crate::spec::WebhookSpec;

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
        ("GET", []) => Ok(ApiResponse::json(webhook_object::of(cx.state, webhook))),
        ("PATCH", []) => webhook_object::change(cx, webhook, false),
        ("DELETE", []) => Ok(webhook_object::delete(cx, webhook)),
        ("GET" | "PATCH" | "DELETE", ["messages", id]) => message(cx, webhook, id),
        (_, [] | ["messages", _]) => Err(ApiResponse::error(405, 0, "405: Method Not Allowed")),
        _ => Err(response::not_found()),
    }
}

/// What becomes of `components`: those of an application's webhook are always read. [D resources/webhook "Execute Webhook"]
fn components(cx: &RequestContext<'_>, webhook: &WebhookSpec) -> WebhookComponents {
    match webhook.application {
        Some(_) => WebhookComponents::All,
        None if cx.request.flag("with_components") => WebhookComponents::NotInteractive,
        None => WebhookComponents::Ignored,
    }
}

fn execute(cx: &mut RequestContext<'_>, webhook: &WebhookSpec) -> ApiResult {
    let components = components(cx, webhook);
    let body = cx.request.object()?;
    let ignored = check(&body.json, MessageSchema::WebhookPost(components), &body.files)?;
    let target = threads::target(cx.state, cx.request, (webhook, &body.json))?;
    limits::channel(cx.state, &webhook.channel)?;
    let id = cx.state.ids.next();
    let channel = threads::open_target(cx.state, webhook, target, &id);
    let avatar = body.json.get("avatar_url").cloned();
    let name = body.json.get("username").and_then(Value::as_str).map(squeezed).filter(|name| !name.is_empty());
    let author = user_object(&webhook.id, name.as_deref().unwrap_or(&webhook.name), true);
    let with_components = components != WebhookComponents::Ignored;
    let new = NewMessage { id: &id, channel: &channel, webhook: Some(&webhook.id), author, with_components };
    let described = body.json.get("attachments").cloned().unwrap_or_default();
    let mut message = new.with_body(body.json);
    message.object["webhook_id"] = json!(webhook.id);
    if let Some(application) = &webhook.application {
        message.object["application_id"] = json!(application);
    }
    message.attach(body.files, &described);
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
        _ => edit(cx, webhook, id),
    }
}

fn edit(cx: &mut RequestContext<'_>, webhook: &WebhookSpec, id: &str) -> ApiResult {
    let components = components(cx, webhook);
    let body = cx.request.object()?;
    let ignored = check(&body.json, MessageSchema::WebhookEdit(components), &body.files)?;
    let message = cx.state.message_mut(id).ok_or_else(response::unknown_message)?;
    let mut edited = message.clone();
    edited.edit(&body.json, components != WebhookComponents::Ignored);
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

/// A name trimmed, with one space for each run of white space.
fn squeezed(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}
