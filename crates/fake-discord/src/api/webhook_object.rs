//! Webhooks as such: shown, made, changed and deleted, each with the event that tells a bot of it.

use serde_json::{Value, json};

use super::access;
use super::context::RequestContext;
use crate::check::name;
use crate::check::validator::{FieldPath, Validator};
use crate::discord::Discord;
use crate::gateway::sessions::GUILD_WEBHOOKS;
use crate::limits;
use crate::response::{self, ApiResponse, ApiResult};
use crate::spec::{ChannelKind, WebhookSpec};
use crate::state::DiscordState;

/// A webhook as Discord shows it.
pub(super) fn of(state: &DiscordState, webhook: &WebhookSpec) -> Value {
    json!({
        "id": webhook.id, "type": 1, "name": webhook.name, "avatar": null, "application_id": webhook.application,
        "channel_id": webhook.channel, "guild_id": state.channel(&webhook.channel).map(|channel| &channel.spec.guild),
        "token": webhook.token,
    })
}

/// `POST /channels/{id}/webhooks`: a webhook of the bot's.
pub(super) fn create(cx: &mut RequestContext<'_>, channel: &str) -> ApiResult {
    let kind = cx.state.channel(channel).map(|channel| channel.spec.kind.clone());
    access::manage_webhooks(cx, channel)?;
    if !matches!(kind, Some(ChannelKind::Text | ChannelKind::Forum(_))) {
        return Err(ApiResponse::error(400, 50_024, "Cannot execute action on this channel type"));
    }
    let body = cx.request.object()?.json;
    let mut validator = Validator::default();
    let root = FieldPath::root();
    validator.known(&root, &body, &["name", "avatar"]);
    let name = validator.needed(&root, &body, "name", limits::USERNAME);
    name::check(&mut validator, &root.at("name"), &name);
    validator.result()?;
    if cx.state.webhooks.iter().filter(|webhook| webhook.channel == channel).count() >= limits::WEBHOOKS {
        return Err(ApiResponse::error(400, 30_007, "Maximum number of webhooks reached (15)"));
    }
    let application = Some(cx.discord.identity.application_id.clone());
    let webhook = WebhookSpec { application, ..WebhookSpec::new(&cx.state.ids.next(), &name, channel) };
    cx.state.webhooks.push(webhook.clone());
    updated(cx.discord, cx.state, channel);
    let mut object = of(cx.state, &webhook);
    object["user"] = cx.discord.bot_user();
    Ok(ApiResponse::json(object).ignoring(validator.ignored))
}

/// `/webhooks/{id}` with the bot's token.
pub(super) fn by_bot(cx: &mut RequestContext<'_>, id: &str) -> ApiResult {
    let webhook = cx.state.webhook(id).cloned().ok_or_else(response::unknown_webhook)?;
    access::manage_webhooks(cx, &webhook.channel)?;
    match cx.request.method.as_str() {
        "GET" => Ok(ApiResponse::json(of(cx.state, &webhook))),
        "PATCH" => change(cx, &webhook, true),
        "DELETE" => Ok(delete(cx, &webhook)),
        _ => Err(ApiResponse::error(405, 0, "405: Method Not Allowed")),
    }
}

/// Changes name and, for the bot, channel.
pub(super) fn change(cx: &mut RequestContext<'_>, webhook: &WebhookSpec, by_bot: bool) -> ApiResult {
    let body = cx.request.object()?.json;
    let mut validator = Validator::default();
    let root = FieldPath::root();
    validator.known(&root, &body, if by_bot { &["name", "avatar", "channel_id"] } else { &["name", "avatar"] });
    let mut changed = webhook.clone();
    if let Some(name) = validator.between(&root, &body, "name", (1, limits::USERNAME)) {
        name::check(&mut validator, &root.at("name"), &name);
        changed.name = name;
    }
    validator.result()?;
    if let Some(channel) = body.get("channel_id").and_then(Value::as_str).filter(|_| by_bot) {
        access::manage_webhooks(cx, channel)?;
        channel.clone_into(&mut changed.channel);
    }
    for other in cx.state.webhooks.iter_mut().filter(|other| other.id == webhook.id) {
        *other = changed.clone();
    }
    updated(cx.discord, cx.state, &webhook.channel);
    if changed.channel != webhook.channel {
        updated(cx.discord, cx.state, &changed.channel);
    }
    Ok(ApiResponse::json(of(cx.state, &changed)).ignoring(validator.ignored))
}

pub(super) fn delete(cx: &mut RequestContext<'_>, webhook: &WebhookSpec) -> ApiResponse {
    cx.state.webhooks.retain(|other| other.id != webhook.id);
    updated(cx.discord, cx.state, &webhook.channel);
    ApiResponse::no_content()
}

/// Tells the bots with the intent that the webhooks of a channel have changed.
pub(super) fn updated(discord: &Discord, state: &DiscordState, channel: &str) {
    let guild = state.channel(channel).map(|channel| channel.spec.guild.clone());
    let data = json!({ "guild_id": guild, "channel_id": channel });
    discord.sessions.dispatch_with_intent(GUILD_WEBHOOKS, "WEBHOOKS_UPDATE", &data);
    discord.publish(json!({ "type": "reload" }));
}
