//! `PATCH /channels/{id}` of a thread: archived, locked, its name and tags. Other channels are not changed by the stand-in.

use serde_json::{Map, Value, json};

use super::access;
use super::context::RequestContext;
use crate::channel_object;
use crate::response::{self, ApiResponse, ApiResult};
use crate::spec::{ChannelKind, ThreadState};

/// Opening a thread that nobody has locked needs no more than to send messages there; anything else needs Manage Threads. What
/// is archived takes no other change. [D resources/channel "Modify Channel", "Thread"; O update_channel]
pub(super) fn modify(cx: &mut RequestContext<'_>, id: &str) -> ApiResult {
    let held = access::view(cx, id)?;
    let channel = cx.state.channel(id).ok_or_else(response::unknown_channel)?;
    if !matches!(channel.spec.kind, ChannelKind::ThreadOf(_)) {
        return Err(response::not_found());
    }
    let before = channel.thread;
    let body = cx.request.object()?.json;
    let (archived, locked) = (flag(&body, "archived")?, flag(&body, "locked")?);
    let name = body.get("name").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
    let tags = body.get("applied_tags").and_then(Value::as_array);
    let only_opens = archived == Some(false) && locked.is_none() && name.is_none() && tags.is_none();
    access::change_thread(held, only_opens && !before.is_locked())?;
    if before.is_archived() && archived != Some(false) && (name.is_some() || tags.is_some()) {
        return Err(ApiResponse::error(400, 50_083, "Tried to perform an operation on an archived thread"));
    }
    let after = ThreadState::new(archived.unwrap_or(before.is_archived()), locked.unwrap_or(before.is_locked()));
    let (name, tags) = (name.map(str::to_owned), tags.map(|tags| tags.iter().filter_map(id_of).collect()));
    if let Some(channel) = cx.state.channel_mut(id) {
        channel.thread = after;
        channel.spec.name = name.unwrap_or_else(|| channel.spec.name.clone());
        channel.spec.tags = tags.unwrap_or_else(|| channel.spec.tags.clone());
    }
    cx.discord.publish(json!({ "type": "reload" }));
    Ok(ApiResponse::json(channel_object::full(cx.state, id).unwrap_or_default()))
}

fn flag(body: &Map<String, Value>, key: &str) -> Result<Option<bool>, ApiResponse> {
    match body.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(value)) => Ok(Some(*value)),
        Some(_) => Err(ApiResponse::error(400, 50_035, "Invalid Form Body")),
    }
}

fn id_of(tag: &Value) -> Option<String> {
    tag.as_str().map(str::to_owned)
}
