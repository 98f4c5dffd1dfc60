//! Discord's client, as used by one member: types commands, uses components and menus, fills in forms, requests
//! suggestions, and shows what the bot answers within Discord's deadlines.

mod component;
mod error;
mod event;
mod form;
mod input;
mod resolved;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

pub use self::error::{ExpectedValue, InputError, InteractionError};
use self::event::{NewInteraction, guild_of};
use self::resolved::{Kind, Resolved};
use crate::delivery;
use crate::discord::Discord;
use crate::interaction::{AUTOCOMPLETE, Acknowledgement, COMMAND, COMPONENT, Interaction, InteractionResponse, MODAL};
use crate::member::Member;
use crate::message::StoredMessage;
use crate::state::DiscordState;

/// MESSAGE among the types of commands.
const MESSAGE_COMMAND: i64 = 3;

/// Sends a typed command to the bot and returns the interaction's id.
///
/// # Errors
/// What Discord's client says instead of sending it.
pub(crate) fn send_command(
    discord: &Arc<Discord>,
    member: &Member,
    channel: &str,
    text: &str,
) -> Result<String, InteractionError> {
    let commands = discord.state().commands_in(channel).ok_or(InteractionError::UnknownChannel)?;
    let parsed = input::parse(&commands, text)?;
    if !may_use(discord, member, channel, &parsed.command) {
        return Err(InteractionError::Forbidden);
    }
    let command = Some(input::full_name(&parsed.data));
    let data = with_resolved(discord, (member, channel), parsed.data);
    Ok(send(discord, member, channel, NewInteraction { kind: COMMAND, data, command, ..NewInteraction::default() }))
}

/// Requests suggestions from the bot and returns the interaction's id.
///
/// # Errors
/// Why there is nothing to complete.
pub(crate) fn send_autocomplete(
    discord: &Arc<Discord>,
    member: &Member,
    channel: &str,
    text: &str,
) -> Result<String, InteractionError> {
    let commands = discord.state().commands_in(channel).ok_or(InteractionError::UnknownChannel)?;
    let parsed = input::parse_unfinished(&commands, text)?;
    if !may_use(discord, member, channel, &parsed.command) {
        return Err(InteractionError::Forbidden);
    }
    let data = with_resolved(discord, (member, channel), parsed.data);
    let new = NewInteraction { kind: AUTOCOMPLETE, data, focused: parsed.focused, ..NewInteraction::default() };
    Ok(send(discord, member, channel, new))
}

/// Sends the press of a button to the bot and returns the interaction's id. The button is named by its custom id or by what
/// a person reads on it.
///
/// # Errors
/// When there is no such message or button.
pub(crate) fn send_press(
    discord: &Arc<Discord>,
    member: &Member,
    message: &str,
    button: &str,
) -> Result<String, InteractionError> {
    let source = seen(discord, member, message)?;
    let data = component::press(find(&source, button).ok_or(InteractionError::UnknownButton)?)?;
    let channel = source.channel.clone();
    let new = NewInteraction { kind: COMPONENT, data, source: Some(source), ..NewInteraction::default() };
    Ok(send(discord, member, &channel, new))
}

/// Sends a choice from a select to the bot and returns the interaction's id. The select is named by its custom id or
/// placeholder; texts by value or label, people, roles and channels by id.
///
/// # Errors
/// When there is no such message, select or choice.
pub(crate) fn send_choice(
    discord: &Arc<Discord>,
    member: &Member,
    message: &str,
    (select, chosen): (&str, &[&str]),
) -> Result<String, InteractionError> {
    let source = seen(discord, member, message)?;
    let select = find(&source, select).ok_or(InteractionError::UnknownSelect)?;
    let (mut data, kind) = component::choose(select, chosen)?;
    let channel = source.channel.clone();
    if let Some(kind) = Kind::of_select(kind) {
        let (state, mut resolved) = (discord.state(), Resolved::default());
        for id in chosen {
            resolved.add(&state, (member, &channel), kind, id);
        }
        if let Some(resolved) = resolved.to_json() {
            data["resolved"] = resolved;
        }
    }
    let new = NewInteraction { kind: COMPONENT, data, source: Some(source), ..NewInteraction::default() };
    Ok(send(discord, member, &channel, new))
}

/// Uses a command of a message's menu and returns the interaction's id.
///
/// # Errors
/// When there is no such message or command, or the member may not use it.
pub(crate) fn send_menu_command(
    discord: &Arc<Discord>,
    member: &Member,
    message: &str,
    name: &str,
) -> Result<String, InteractionError> {
    let state = discord.state();
    let target = visible(&state, member, message).ok_or(InteractionError::UnknownMessage)?.clone();
    let commands = state.commands_in(&target.channel).ok_or(InteractionError::UnknownChannel)?;
    drop(state);
    let is_it = |command: &&Value| command["type"].as_i64() == Some(MESSAGE_COMMAND) && is_named(command, name, member);
    let command = commands.iter().find(is_it);
    let command = command.ok_or_else(|| InteractionError::UnknownMenuCommand(name.to_owned()))?;
    if !may_use(discord, member, &target.channel, command) {
        return Err(InteractionError::Forbidden);
    }
    let mut data = json!({
        "id": command["id"], "name": command["name"], "type": MESSAGE_COMMAND, "target_id": target.id,
        "resolved": { "messages": { (target.id.as_str()): target.object } },
    });
    if let Some(guild) = command.get("guild_id") {
        data["guild_id"] = guild.clone();
    }
    let command = command["name"].as_str().map(str::to_owned);
    let new = NewInteraction { kind: COMMAND, data, command, ..NewInteraction::default() };
    Ok(send(discord, member, &target.channel, new))
}

/// Sends a form that an interaction of this member opened, and returns the id of the new interaction. Fields are named by
/// label or custom id.
///
/// # Errors
/// When no form is open, and when a field is unknown or its value does not fit.
pub(crate) fn send_form(
    discord: &Arc<Discord>,
    member: &Member,
    opened: &str,
    fields: &[(&str, &str)],
) -> Result<String, InteractionError> {
    let state = discord.state();
    let open = state.interactions.get(opened).filter(|open| open.member.id == member.id);
    let open = open.ok_or(InteractionError::NoForm)?;
    let Some(Acknowledgement::Modal(form)) = &open.acknowledgement else { return Err(InteractionError::NoForm) };
    let data = form::submission(form, fields)?;
    let source = open.source.as_ref().and_then(|source| state.message(source)).cloned();
    let (channel, opened_by) = (open.channel.clone(), Some(open.metadata()));
    drop(state);
    let new = NewInteraction { kind: MODAL, data, source, opened_by, ..NewInteraction::default() };
    Ok(send(discord, member, &channel, new))
}

/// Sends an interaction that Discord's client would not send, and returns its id. `source`: the message whose component it
/// claims to be of.
///
/// # Errors
/// When there is no such channel.
pub(crate) fn send_forged(
    discord: &Arc<Discord>,
    member: &Member,
    channel: &str,
    (kind, data, source): (i64, Value, Option<&str>),
) -> Result<String, InteractionError> {
    let state = discord.state();
    state.channel(channel).ok_or(InteractionError::UnknownChannel)?;
    let source = source.and_then(|source| state.message(source)).cloned();
    drop(state);
    Ok(send(discord, member, channel, NewInteraction { kind, data, source, ..NewInteraction::default() }))
}

/// A message that this member sees and that the bot answers for.
fn seen(discord: &Discord, member: &Member, message: &str) -> Result<StoredMessage, InteractionError> {
    let state = discord.state();
    let found = visible(&state, member, message).ok_or(InteractionError::UnknownMessage)?;
    let application = &discord.identity.application_id;
    let is_ours = [&found.object["application_id"], &found.object["author"]["id"]].contains(&&json!(application));
    if is_ours { Ok(found.clone()) } else { Err(InteractionError::NotTheBots) }
}

fn visible<'s>(state: &'s DiscordState, member: &Member, message: &str) -> Option<&'s StoredMessage> {
    let found = state.message(message)?;
    found.viewer.as_ref().is_none_or(|viewer| *viewer == member.id).then_some(found)
}

fn find<'m>(message: &'m StoredMessage, component: &str) -> Option<&'m Value> {
    let all = &message.object["components"];
    component::by_custom_id(all, component).or_else(|| component::by_label(all, component))
}

/// By its name, also in the member's language.
fn is_named(command: &Value, name: &str, member: &Member) -> bool {
    command["name"] == name || command["name_localizations"][&member.locale] == name
}

/// In direct messages there are no permissions to require.
fn may_use(discord: &Discord, member: &Member, channel: &str, command: &Value) -> bool {
    guild_of(&discord.state(), channel).is_none() || member.may_use(command)
}

fn with_resolved(discord: &Discord, (member, channel): (&Member, &str), mut data: Value) -> Value {
    if let Some(resolved) = Resolved::of_options(&discord.state(), member, channel, &data).to_json() {
        data["resolved"] = resolved;
    }
    data
}

fn send(discord: &Arc<Discord>, member: &Member, channel: &str, new: NewInteraction) -> String {
    let mut state = discord.state();
    let fault = state.delivery_faults.0.pop_front();
    let age = fault.as_ref().map(crate::delivery_fault::DeliveryFault::age).unwrap_or_default();
    let id = state.ids.aged(age);
    let token = format!("{:032x}{:032x}", fastrand::u128(..), fastrand::u128(..));
    let application = &discord.identity.application_id;
    let event = event::event(&state, application, (member, channel), (&id, &token), &new);
    let guild = guild_of(&state, channel);
    state.interactions.add(Interaction {
        id: id.clone(),
        token,
        kind: new.kind,
        channel: channel.to_owned(),
        guild,
        member: member.clone(),
        created: Instant::now(),
        age,
        command: new.command,
        source: new.source.map(|source| source.id),
        focused: new.focused,
        opened_by: new.opened_by,
        acknowledgement: None,
    });
    drop(state);
    delivery::deliver(discord, event, fault.as_ref());
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
        Acknowledgement::Update { done: false } => (InteractionResponse::Acknowledged, false),
        Acknowledgement::Update { done: true } => {
            (InteractionResponse::Updated(state.message(interaction.source.as_ref()?)?.clone()), true)
        }
    })
}
