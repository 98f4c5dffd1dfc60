//! The person at the message box: types commands, presses buttons, asks for suggestions, and sees what the
//! bot answers within Discord's deadlines.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::StandIn;
use super::check::callback::{AUTOCOMPLETE, COMMAND, COMPONENT};
use super::interactions::{Answered, FIRST_ANSWER, Interaction};
use super::object;
use super::shared::Shared;
use super::state::{State, StoredMessage};
use super::typed;

/// All permissions, administrator included.
const EVERYTHING: u64 = (1 << 51) - 1;
const ADMINISTRATOR: u64 = 1 << 3;

/// Who types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    pub name: String,
    /// Permission bits in the channel.
    pub permissions: u64,
    pub locale: String,
}

impl Default for Member {
    /// `you`, an administrator.
    fn default() -> Self {
        Self { id: "5555".to_owned(), name: "you".to_owned(), permissions: EVERYTHING, locale: "en-US".to_owned() }
    }
}

/// What the person sees after an interaction.
#[derive(Debug, Clone, PartialEq)]
pub enum InteractionResponse {
    /// A message; [`StoredMessage::is_ephemeral`] tells whether only this person sees it.
    Message(StoredMessage),
    /// The message whose button was pressed, as it is now.
    Updated(StoredMessage),
    /// Still "thinking" when the waiting was over.
    Thinking(StoredMessage),
    /// Suggestions for an option: name and value.
    Choices(Vec<Value>),
    /// A form to fill in.
    Modal(Value),
    /// Nothing within three seconds: "The application did not respond".
    NoAnswer,
}

impl InteractionResponse {
    /// The message, if there is one.
    pub fn message(&self) -> Option<&StoredMessage> {
        match self {
            Self::Message(message) | Self::Updated(message) | Self::Thinking(message) => Some(message),
            Self::Choices(_) | Self::Modal(_) | Self::NoAnswer => None,
        }
    }
}

impl Member {
    pub(crate) fn user(&self) -> Value {
        let mut user = object::user(&self.id, &self.name, false);
        user["global_name"] = json!(self.name);
        user
    }

    fn member(&self) -> Value {
        json!({
            "user": self.user(), "nick": null, "avatar": null, "banner": null, "roles": [],
            "joined_at": "2026-01-01T00:00:00.000000+00:00", "premium_since": null, "deaf": false, "mute": false,
            "flags": 0, "pending": false, "permissions": self.permissions.to_string(),
            "communication_disabled_until": null, "unusual_dm_activity_until": null,
        })
    }

    fn may(&self, command: &Value) -> bool {
        let Some(needed) = command["default_member_permissions"].as_str() else { return true };
        let needed: u64 = needed.parse().unwrap_or(0);
        self.permissions & ADMINISTRATOR != 0 || (needed != 0 && self.permissions & needed == needed)
    }
}

impl StandIn {
    /// Types a command into a channel and waits for the answer: 3 s for the first, `patience` in all when it
    /// was deferred.
    ///
    /// # Errors
    /// What Discord's client would say instead of sending it.
    pub async fn type_command(
        &self,
        person: &Member,
        channel: &str,
        text: &str,
        patience: Duration,
    ) -> Result<InteractionResponse, String> {
        let id = begin_command(&self.shared, person, channel, text)?;
        Ok(self.reply(&id, patience).await)
    }

    /// Asks for suggestions while a command is being typed; its last option is completed.
    ///
    /// # Errors
    /// When there is nothing to complete.
    pub async fn complete(&self, person: &Member, channel: &str, text: &str) -> Result<InteractionResponse, String> {
        let id = begin_autocomplete(&self.shared, person, channel, text)?;
        Ok(self.reply(&id, FIRST_ANSWER).await)
    }

    /// Presses the button with this custom id under a message.
    ///
    /// # Errors
    /// When there is no such message or button.
    pub async fn press(
        &self,
        person: &Member,
        message: &str,
        custom_id: &str,
        patience: Duration,
    ) -> Result<InteractionResponse, String> {
        let id = begin_press(&self.shared, person, message, custom_id)?;
        Ok(self.reply(&id, patience).await)
    }

    /// The commands a person can type in this channel, as Discord keeps them.
    pub fn commands(&self, channel: &str) -> Vec<Value> {
        let state = self.shared.state();
        state.channel(channel).map(|channel| state.commands.in_guild(&channel.spec.guild)).unwrap_or_default()
    }

    async fn reply(&self, id: &str, patience: Duration) -> InteractionResponse {
        reply(&self.shared, id, patience).await
    }
}

/// Waits for the answer to an interaction that was begun.
pub(crate) async fn reply(shared: &Shared, id: &str, patience: Duration) -> InteractionResponse {
    let first = shared.wait_for(FIRST_ANSWER, |state| read(state, id)).await;
    let Some((reply, done)) = first else { return InteractionResponse::NoAnswer };
    if done {
        return reply;
    }
    let later = |state: &State| read(state, id).filter(|(_, done)| *done);
    shared.wait_for(patience, later).await.map_or(reply, |(reply, _)| reply)
}

/// The answer as it stands, and whether it is complete.
fn read(state: &State, id: &str) -> Option<(InteractionResponse, bool)> {
    let interaction = state.interactions.get(id)?;
    Some(match interaction.answered.as_ref()? {
        Answered::Choices(choices) => (InteractionResponse::Choices(choices.clone()), true),
        Answered::Modal(modal) => (InteractionResponse::Modal(modal.clone()), true),
        Answered::Message(message) => match state.find(message)?.clone() {
            message if message.is_loading() => (InteractionResponse::Thinking(message), false),
            message => (InteractionResponse::Message(message), true),
        },
        Answered::Update { done } => {
            (InteractionResponse::Updated(state.find(interaction.source.as_ref()?)?.clone()), *done)
        }
    })
}

/// Sends a command to the bot; answers the interaction's id.
pub(crate) fn begin_command(shared: &Shared, person: &Member, channel: &str, text: &str) -> Result<String, String> {
    let commands = shared.state().commands_in(channel)?;
    let typed = typed::command(&commands, text)?;
    if !person.may(&typed.command) {
        return Err("You do not have permission to use this command".to_owned());
    }
    Ok(begin(shared, person, channel, (COMMAND, typed.data, None)))
}

/// Asks the bot for suggestions; answers the interaction's id.
pub(crate) fn begin_autocomplete(
    shared: &Shared,
    person: &Member,
    channel: &str,
    text: &str,
) -> Result<String, String> {
    let commands = shared.state().commands_in(channel)?;
    let typed = typed::unfinished(&commands, text)?;
    Ok(begin(shared, person, channel, (AUTOCOMPLETE, typed.data, None)))
}

/// Tells the bot of a pressed button; answers the interaction's id.
pub(crate) fn begin_press(shared: &Shared, person: &Member, message: &str, custom_id: &str) -> Result<String, String> {
    let pressed = shared.state().find(message).cloned().ok_or("this message is gone")?;
    if !has_button(&pressed.object["components"], custom_id) {
        return Err("this message has no such button".to_owned());
    }
    let data = json!({ "custom_id": custom_id, "component_type": 2, "id": 1 });
    let channel = pressed.channel.clone();
    Ok(begin(shared, person, &channel, (COMPONENT, data, Some(pressed))))
}

fn has_button(components: &Value, custom_id: &str) -> bool {
    components.as_array().into_iter().flatten().any(|component| {
        let enabled = component["disabled"] != true;
        (enabled && component["custom_id"] == custom_id) || has_button(&component["components"], custom_id)
    })
}

fn begin(shared: &Shared, person: &Member, channel: &str, what: (i64, Value, Option<StoredMessage>)) -> String {
    let (kind, mut data, source) = what;
    let mut state = shared.state();
    let id = state.snowflake();
    let token = format!("{:032x}{:032x}", fastrand::u128(..), fastrand::u128(..));
    let place = state.channel(channel).map(|channel| channel.spec.clone()).unwrap_or_default();
    if kind == COMMAND || kind == AUTOCOMPLETE {
        let user = |id: &str| object::user(id, &format!("user{id}"), false);
        data["resolved"] = typed::resolved(&data, user, |id| state.partial_channel(id));
    }
    let mut event = json!({
        "version": 1, "id": id, "token": token, "type": kind, "application_id": shared.about.application_id,
        "data": data, "guild_id": place.guild,
        "guild": { "id": place.guild, "locale": "en-US", "features": [] },
        "channel": state.partial_channel(channel), "channel_id": channel,
        "member": person.member(), "locale": person.locale, "guild_locale": "en-US",
        "app_permissions": EVERYTHING.to_string(), "entitlements": [], "entitlement_sku_ids": [],
        "authorizing_integration_owners": { "0": place.guild }, "context": 0, "attachment_size_limit": 10_485_760,
    });
    if let Some(source) = &source {
        event["message"] = source.object.clone();
    }
    state.interactions.add(Interaction {
        id: id.clone(),
        token,
        kind,
        channel: channel.to_owned(),
        guild: place.guild,
        person: person.clone(),
        born: Instant::now(),
        command: (kind == COMMAND).then(|| typed::full_name(&event["data"])),
        source: source.map(|source| source.id),
        answered: None,
    });
    drop(state);
    shared.gateway.dispatch("INTERACTION_CREATE", &event);
    id
}
