//! Discord's client, as used by one member: types commands, presses buttons, requests suggestions, and shows what the
//! bot answers within Discord's deadlines.

mod error;
mod input;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

pub use self::error::{ExpectedValue, InputError, InteractionError};
use crate::discord::Discord;
use crate::interaction::{AUTOCOMPLETE, Acknowledgement, COMMAND, COMPONENT, Interaction, InteractionResponse};
use crate::member::{ALL_PERMISSIONS, Member, unknown_user};
use crate::message::StoredMessage;
use crate::state::DiscordState;

/// Discord's number for a command of a message's menu.
const MESSAGE_COMMAND: i64 = 3;

/// An interaction that is about to be sent to the bot.
struct NewInteraction {
    /// Discord's number for its type.
    kind: i64,
    data: Value,
    /// The message whose button was pressed.
    source: Option<StoredMessage>,
}

/// Sends a typed command to the bot and returns the interaction's id.
///
/// # Errors
/// What Discord's client says instead of sending it.
pub(crate) fn send_command(
    discord: &Discord,
    member: &Member,
    channel: &str,
    text: &str,
) -> Result<String, InteractionError> {
    let commands = discord.state().commands_in(channel).ok_or(InteractionError::UnknownChannel)?;
    let parsed = input::parse(&commands, text)?;
    if !member.may_use(&parsed.command) {
        return Err(InteractionError::Forbidden);
    }
    Ok(send(discord, member, channel, NewInteraction { kind: COMMAND, data: parsed.data, source: None }))
}

/// Requests suggestions from the bot and returns the interaction's id.
///
/// # Errors
/// Why there is nothing to complete.
pub(crate) fn send_autocomplete(
    discord: &Discord,
    member: &Member,
    channel: &str,
    text: &str,
) -> Result<String, InteractionError> {
    let commands = discord.state().commands_in(channel).ok_or(InteractionError::UnknownChannel)?;
    let parsed = input::parse_unfinished(&commands, text)?;
    Ok(send(discord, member, channel, NewInteraction { kind: AUTOCOMPLETE, data: parsed.data, source: None }))
}

/// Sends the press of a button to the bot and returns the interaction's id.
///
/// # Errors
/// When there is no such message or button.
pub(crate) fn send_press(
    discord: &Discord,
    member: &Member,
    message: &str,
    custom_id: &str,
) -> Result<String, InteractionError> {
    let pressed = discord.state().message(message).cloned().ok_or(InteractionError::UnknownMessage)?;
    if !has_button(&pressed.object["components"], custom_id) {
        return Err(InteractionError::UnknownButton);
    }
    let data = json!({ "custom_id": custom_id, "component_type": 2, "id": 1 });
    let channel = pressed.channel.clone();
    Ok(send(discord, member, &channel, NewInteraction { kind: COMPONENT, data, source: Some(pressed) }))
}

/// Sends the choice of one value of a select menu to the bot and returns the interaction's id.
///
/// # Errors
/// When there is no such message, menu or value.
pub(crate) fn send_choice(
    discord: &Discord,
    member: &Member,
    message: &str,
    (custom_id, value): (&str, &str),
) -> Result<String, InteractionError> {
    let chosen = discord.state().message(message).cloned().ok_or(InteractionError::UnknownMessage)?;
    if !has_option(&chosen.object["components"], custom_id, value) {
        return Err(InteractionError::UnknownMenu);
    }
    let data = json!({ "custom_id": custom_id, "component_type": 3, "id": 1, "values": [value] });
    let channel = chosen.channel.clone();
    Ok(send(discord, member, &channel, NewInteraction { kind: COMPONENT, data, source: Some(chosen) }))
}

fn has_option(components: &Value, custom_id: &str, value: &str) -> bool {
    components.as_array().into_iter().flatten().any(|component| {
        let options = component["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let is_menu = component["type"] == 3 && component["disabled"] != true && component["custom_id"] == custom_id;
        (is_menu && options.iter().any(|option| option["value"] == value))
            || has_option(&component["components"], custom_id, value)
    })
}

/// Sends a command of a message's menu (Apps) to the bot and returns the interaction's id.
///
/// # Errors
/// When there is no such message or command, or the member may not use it.
pub(crate) fn send_message_command(
    discord: &Discord,
    member: &Member,
    message: &str,
    name: &str,
) -> Result<String, InteractionError> {
    let target = discord.state().message(message).cloned().ok_or(InteractionError::UnknownMessage)?;
    let channel = target.channel.clone();
    let commands = discord.state().commands_in(&channel).ok_or(InteractionError::UnknownChannel)?;
    let named = commands.iter().find(|command| command["type"] == MESSAGE_COMMAND && command["name"] == name);
    let command = named.ok_or(InteractionError::UnknownMessageCommand)?;
    if !member.may_use(command) {
        return Err(InteractionError::Forbidden);
    }
    let data = json!({
        "id": command["id"], "name": name, "type": MESSAGE_COMMAND, "target_id": target.id,
        "resolved": { "messages": { &target.id: target.object } },
    });
    Ok(send(discord, member, &channel, NewInteraction { kind: COMMAND, data, source: None }))
}

fn has_button(components: &Value, custom_id: &str) -> bool {
    components.as_array().into_iter().flatten().any(|component| {
        let enabled = component["disabled"] != true;
        (enabled && component["custom_id"] == custom_id) || has_button(&component["components"], custom_id)
    })
}

fn send(discord: &Discord, member: &Member, channel: &str, new: NewInteraction) -> String {
    let NewInteraction { kind, mut data, source } = new;
    let mut state = discord.state();
    let id = state.ids.next();
    let token = format!("{:032x}{:032x}", fastrand::u128(..), fastrand::u128(..));
    let guild = state.channel(channel).map(|channel| channel.spec.guild.clone()).unwrap_or_default();
    if kind == COMMAND || kind == AUTOCOMPLETE {
        let messages = data["resolved"]["messages"].clone();
        data["resolved"] = input::resolved(&data, unknown_user, |id| {
            let mut channel = state.partial_channel(id)?;
            channel["permissions"] = json!(member.permissions.to_string());
            Some(channel)
        });
        if messages.is_object() {
            data["resolved"]["messages"] = messages;
        }
    }
    let mut event = json!({
        "version": 1, "id": id, "token": token, "type": kind, "application_id": discord.identity.application_id,
        "data": data, "guild_id": guild,
        "guild": { "id": guild, "locale": "en-US", "features": [] },
        "channel": state.partial_channel(channel), "channel_id": channel,
        "member": member.object(), "locale": member.locale, "guild_locale": "en-US",
        "app_permissions": ALL_PERMISSIONS.to_string(), "entitlements": [], "entitlement_sku_ids": [],
        "authorizing_integration_owners": { "0": guild }, "context": 0, "attachment_size_limit": 10_485_760,
    });
    if let Some(source) = &source {
        event["message"] = source.object.clone();
    }
    state.interactions.add(Interaction {
        id: id.clone(),
        token,
        kind,
        channel: channel.to_owned(),
        guild,
        member: member.clone(),
        created: Instant::now(),
        command: (kind == COMMAND).then(|| input::full_name(&event["data"])),
        source: source.map(|source| source.id),
        acknowledgement: None,
    });
    let times = if state.sends_twice { 2 } else { 1 };
    drop(state);
    for _ in 0..times {
        discord.sessions.dispatch("INTERACTION_CREATE", &event);
    }
    id
}

/// Waits for the response to an interaction: the limit of the state for the first, `patience` more for one that was deferred.
pub(crate) async fn response(discord: &Discord, id: &str, patience: Duration) -> InteractionResponse {
    let first_response = discord.state().first_response;
    let first = discord.wait_for(first_response, || current_response(&discord.state(), id)).await;
    let Some((response, complete)) = first else { return InteractionResponse::NoAnswer };
    if complete {
        return response;
    }
    let completed = || current_response(&discord.state(), id).filter(|(_, complete)| *complete);
    discord.wait_for(patience, completed).await.map_or(response, |(response, _)| response)
}

/// The response so far, and whether it is complete.
fn current_response(state: &DiscordState, id: &str) -> Option<(InteractionResponse, bool)> {
    let interaction = state.interactions.get(id)?;
    Some(match interaction.acknowledgement.as_ref()? {
        Acknowledgement::Choices(choices) => (InteractionResponse::Choices(choices.clone()), true),
        Acknowledgement::Modal(modal) => (InteractionResponse::Modal(modal.clone()), true),
        Acknowledgement::Message(message) => match state.message(message)?.clone() {
            message if message.is_loading() => (InteractionResponse::Thinking(message), false),
            message => (InteractionResponse::Message(message), true),
        },
        Acknowledgement::Update { done } => {
            let source = state.message(interaction.source.as_ref()?)?.clone();
            (InteractionResponse::Updated(source), *done)
        }
    })
}
