//! Which channel or thread a webhook's post goes to, and what a forum requires.

use serde_json::{Map, Value};

use super::request::ApiRequest;
use crate::response::{self, ApiResponse};
use crate::spec::{ChannelKind, ChannelSpec, ForumSettings, ThreadState, WebhookSpec};
use crate::state::DiscordState;

/// The destination of a post.
pub(crate) enum PostTarget {
    Channel(String),
    Thread(String),
    NewThread { name: String, tags: Vec<String> },
}

/// Finds the destination of a webhook's post.
///
/// # Errors
/// Discord's response when there is none.
pub(crate) fn target(
    state: &DiscordState,
    request: &ApiRequest,
    from: (&WebhookSpec, &Map<String, Value>),
) -> Result<PostTarget, ApiResponse> {
    let (webhook, body) = from;
    let thread = request.query("thread_id").filter(|id| !id.is_empty());
    let new = body.get("thread_name").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
    let home = state.channel(&webhook.channel).ok_or_else(response::unknown_channel)?;
    let forum = if let ChannelKind::Forum(forum) = &home.spec.kind { Some(forum) } else { None };
    let problem = |code, message| Err(ApiResponse::error(400, code, message));
    match (thread, new, forum) {
        (Some(_), Some(_), _) => {
            problem(220_002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id")
        }
        (None, None, Some(_)) => {
            problem(220_001, "Webhooks posted to forum channels must have a thread_name or thread_id")
        }
        (None, Some(_), None) => problem(220_003, "Webhooks can only create threads in forum channels"),
        (None, Some(name), Some(forum)) => {
            Ok(PostTarget::NewThread { name: name.to_owned(), tags: applied(forum, body.get("applied_tags"))? })
        }
        (None, None, None) => Ok(PostTarget::Channel(webhook.channel.clone())),
        (Some(_), None, _) => {
            let id = channel_of(state, request, webhook)?;
            let locked = state.channel(&id).is_some_and(|thread| thread.thread.is_locked());
            if locked { problem(160_005, "Thread is locked") } else { Ok(PostTarget::Thread(id)) }
        }
    }
}

/// The tags of a new post by id.
fn applied(forum: &ForumSettings, asked: Option<&Value>) -> Result<Vec<String>, ApiResponse> {
    let text = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    let asked: Vec<String> = asked.and_then(Value::as_array).into_iter().flatten().map(text).collect();
    if asked.iter().any(|id| forum.tags.iter().all(|(known, _)| known != id)) {
        return Err(ApiResponse::error(404, 10_087, "Unknown Tag"));
    }
    if asked.is_empty() && forum.tag_required {
        return Err(ApiResponse::error(400, 40_067, "A tag is required to create a forum post in this channel"));
    }
    Ok(asked)
}

/// Opens the thread that a post begins, or the archived one that it goes into, and returns the id of its channel. A
/// thread of a forum has the id of its first message.
pub(crate) fn open_target(
    state: &mut DiscordState,
    webhook: &WebhookSpec,
    target: PostTarget,
    message: &str,
) -> String {
    match target {
        PostTarget::Channel(id) => id,
        PostTarget::Thread(id) => {
            if let Some(thread) = state.channel_mut(&id) {
                thread.thread = ThreadState::Open;
            }
            id
        }
        PostTarget::NewThread { name, tags } => {
            let guild = state.channel(&webhook.channel).map(|home| home.spec.guild.clone()).unwrap_or_default();
            let kind = ChannelKind::ThreadOf(webhook.channel.clone());
            state.add_thread(ChannelSpec { guild, channel: message.to_owned(), name, kind, tags });
            message.to_owned()
        }
    }
}

/// The channel or thread that a request names.
///
/// # Errors
/// When there is no such thread in the webhook's channel.
pub(crate) fn channel_of(
    state: &DiscordState,
    request: &ApiRequest,
    webhook: &WebhookSpec,
) -> Result<String, ApiResponse> {
    let Some(thread) = request.query("thread_id").filter(|id| !id.is_empty()) else {
        return Ok(webhook.channel.clone());
    };
    let known =
        state.channel(thread).filter(|channel| channel.spec.kind == ChannelKind::ThreadOf(webhook.channel.clone()));
    known.map(|channel| channel.spec.channel.clone()).ok_or_else(response::unknown_channel)
}

/// # Errors
/// When the thread is archived or locked: what is in it cannot be changed.
pub(crate) fn check_open(state: &DiscordState, channel: &str) -> Result<(), ApiResponse> {
    match state.channel(channel).map(|channel| channel.thread) {
        Some(state) if state.is_archived() => Err(ApiResponse::error(400, 50_083, "Thread is archived")),
        Some(state) if state.is_locked() => Err(ApiResponse::error(400, 160_005, "Thread is locked")),
        _ => Ok(()),
    }
}
