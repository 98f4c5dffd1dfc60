//! What the bot may do where: Discord's refusals.

use super::context::RequestContext;
use crate::permission::{
    ADMINISTRATOR, MANAGE_THREADS, MANAGE_WEBHOOKS, SEND_MESSAGES, SEND_MESSAGES_IN_THREADS, VIEW_CHANNEL,
};
use crate::response::{self, ApiResponse};
use crate::spec::ChannelKind;

/// # Errors
/// When the bot cannot see the channel.
pub(super) fn view(cx: &RequestContext<'_>, channel: &str) -> Result<u64, ApiResponse> {
    if cx.state.channel(channel).is_none() {
        return Err(response::unknown_channel());
    }
    let held = cx.state.bot_permissions_in(&cx.discord.identity.application_id, channel);
    held.filter(|held| has(*held, VIEW_CHANNEL)).ok_or_else(missing_access)
}

/// # Errors
/// When the bot is no member, or may not manage the webhooks of the channel.
pub(super) fn manage_webhooks(cx: &RequestContext<'_>, channel: &str) -> Result<(), ApiResponse> {
    needs(view(cx, channel)?, MANAGE_WEBHOOKS)
}

/// # Errors
/// When the bot may not send messages to the channel or thread.
pub(super) fn send(cx: &RequestContext<'_>, channel: &str) -> Result<(), ApiResponse> {
    let thread = matches!(cx.state.channel(channel).map(|one| &one.spec.kind), Some(ChannelKind::ThreadOf(_)));
    needs(view(cx, channel)?, if thread { SEND_MESSAGES_IN_THREADS } else { SEND_MESSAGES })
}

/// `only_opens`: nothing else of the thread is changed.
///
/// # Errors
/// When the bot, which holds these permissions, may not change the thread.
pub(super) fn change_thread(held: u64, only_opens: bool) -> Result<(), ApiResponse> {
    needs(held, MANAGE_THREADS).or_else(
        |error| {
            if only_opens { needs(held, SEND_MESSAGES_IN_THREADS) } else { Err(error) }
        },
    )
}

pub(super) fn missing_access() -> ApiResponse {
    ApiResponse::error(403, 50_001, "Missing Access")
}

fn needs(held: u64, needed: u64) -> Result<(), ApiResponse> {
    if has(held, needed) { Ok(()) } else { Err(ApiResponse::error(403, 50_013, "Missing Permissions")) }
}

fn has(held: u64, needed: u64) -> bool {
    held & ADMINISTRATOR != 0 || held & needed == needed
}
