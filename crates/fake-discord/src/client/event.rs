//! The INTERACTION_CREATE that the bot receives, with what Discord puts into it.

use serde_json::{Value, json};

use crate::channel_object;
use crate::interaction::Interaction;
use crate::member::Member;
use crate::message::StoredMessage;
use crate::permission;
use crate::state::DiscordState;

/// An interaction that is about to be sent to the bot.
#[derive(Debug, Default)]
pub(super) struct NewInteraction {
    /// Discord's number for its type.
    pub(super) kind: i64,
    pub(super) data: Value,
    /// The command that was used, with its subcommand.
    pub(super) command: Option<String>,
    /// The message whose component was used, also to open a form.
    pub(super) source: Option<StoredMessage>,
    /// The type of the option that is completed.
    pub(super) focused: Option<i64>,
    /// The metadata of the interaction that opened the form.
    pub(super) opened_by: Option<Value>,
}

/// The event of an interaction. `application`: the bot's application.
pub(super) fn event(
    state: &DiscordState,
    application: &str,
    (member, channel): (&Member, &str),
    (id, token): (&str, &str),
    new: &NewInteraction,
) -> Value {
    let app_permissions = state.bot_permissions_in(application, channel).unwrap_or(permission::COMMANDS_ONLY);
    let guild = guild_of(state, channel);
    let mut event = json!({
        "version": 1, "id": id, "token": token, "type": new.kind, "application_id": application, "data": new.data,
        "channel": channel_object::partial(state, channel, member.permissions), "channel_id": channel,
        "locale": member.locale, "app_permissions": app_permissions.to_string(), "entitlements": [],
        "entitlement_sku_ids": [], "authorizing_integration_owners": Interaction::owners(guild.as_deref()),
        "context": i32::from(guild.is_none()), "attachment_size_limit": state.attachment_limit,
    });
    match guild {
        Some(guild) => {
            let locale = state.directory.server(&guild).map_or("en-US", |server| server.locale.as_str());
            event["guild"] = json!({ "id": guild, "locale": locale, "features": [] });
            event["guild_id"] = json!(guild);
            event["guild_locale"] = json!(locale);
            event["member"] = member.object();
        }
        None => event["user"] = member.user(),
    }
    if let Some(source) = &new.source {
        event["message"] = source.object.clone();
    }
    event
}

/// The server of a channel; `None` for direct messages.
pub(super) fn guild_of(state: &DiscordState, channel: &str) -> Option<String> {
    state.channel(channel).map(|channel| channel.spec.guild.clone()).filter(|guild| !guild.is_empty())
}
