//! Discord's client for tests: a person in a channel who uses commands, buttons, menus and forms, and what this person sees
//! then.
//!
//! `discord.person("601").in_channel("2222").command("events recent", &[("count", "5")])`

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::client::{self, InteractionError};
use crate::discord::Discord;
use crate::interaction::InteractionResponse;
use crate::member::Member;
use crate::message::StoredMessage;
use crate::permission::{ADMINISTRATOR, USE_APPLICATION_COMMANDS, VIEW_CHANNEL};

/// How long a person waits for what the bot deferred, unless said otherwise.
const PATIENCE: Duration = Duration::from_secs(20);

/// A person who uses Discord.
#[derive(Clone)]
pub struct PersonClient<'d> {
    discord: &'d Arc<Discord>,
    who: Who,
    patience: Duration,
}

#[derive(Debug, Clone)]
enum Who {
    /// Has the permissions that the stand-in computes.
    Known(String),
    /// Has those that are said.
    Said(Member),
}

/// A person in a channel, a thread, or direct messages.
#[derive(Debug, Clone)]
pub struct ChannelClient<'d> {
    person: PersonClient<'d>,
    channel: String,
}

/// What a person sees after an interaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub response: InteractionResponse,
    /// The id of the interaction.
    pub interaction: String,
}

/// What has the id of a message that a person sees.
pub trait Shown {
    /// The message's id; empty when there is none.
    fn message_id(&self) -> &str;
}

impl fmt::Debug for PersonClient<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonClient").field("who", &self.who).finish_non_exhaustive()
    }
}

impl<'d> PersonClient<'d> {
    pub(crate) fn known(discord: &'d Arc<Discord>, id: &str) -> Self {
        Self { discord, who: Who::Known(id.to_owned()), patience: PATIENCE }
    }

    pub(crate) fn member(discord: &'d Arc<Discord>, member: &Member) -> Self {
        Self { discord, who: Who::Said(member.clone()), patience: PATIENCE }
    }

    /// Who waits so long for what the bot deferred.
    #[must_use]
    pub fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// In a channel or thread.
    pub fn in_channel(&self, channel: &str) -> ChannelClient<'d> {
        ChannelClient { person: self.clone(), channel: channel.to_owned() }
    }

    /// In the direct messages with the bot.
    pub fn in_direct_messages(&self) -> ChannelClient<'d> {
        let id = match &self.who {
            Who::Known(id) => id,
            Who::Said(member) => &member.id,
        };
        let channel = self.discord.state().direct_channel(id);
        ChannelClient { person: self.clone(), channel }
    }

    /// The person as a member here.
    fn here(&self, channel: &str) -> Result<Member, InteractionError> {
        let state = self.discord.state();
        if state.channel(channel).is_none() {
            return Err(InteractionError::UnknownChannel);
        }
        match &self.who {
            Who::Said(member) => Ok(member.clone()),
            Who::Known(id) => {
                let member = state.member(id, channel).ok_or(InteractionError::UnknownPerson)?;
                let sees = member.permissions & (VIEW_CHANNEL | ADMINISTRATOR) != 0;
                if sees { Ok(member) } else { Err(InteractionError::HiddenChannel) }
            }
        }
    }
}

impl ChannelClient<'_> {
    /// Uses a slash command: its name with subcommands, and its options by name, each as it would be typed.
    ///
    /// # Errors
    /// What Discord's client says instead of sending it.
    pub async fn command(&self, name: &str, options: &[(&str, &str)]) -> Result<Answer, InteractionError> {
        let member = self.member_with_commands()?;
        let sent = client::send_command(self.person.discord, &member, &self.channel, &line(name, options));
        self.answer(sent).await
    }

    /// The suggestions for the last of the options, as it is typed so far: name and value each.
    ///
    /// # Errors
    /// When there is nothing to complete.
    pub async fn suggest(&self, name: &str, options: &[(&str, &str)]) -> Result<Answer, InteractionError> {
        let member = self.member_with_commands()?;
        let sent = client::send_autocomplete(self.person.discord, &member, &self.channel, &line(name, options));
        self.answer(sent).await
    }

    /// Presses a button, named by its label, emoji or custom id.
    ///
    /// # Errors
    /// When the person sees no such message or button.
    pub async fn press(&self, message: &(impl Shown + ?Sized), button: &str) -> Result<Answer, InteractionError> {
        let member = self.reader(message)?;
        self.answer(client::send_press(self.person.discord, &member, message.message_id(), button)).await
    }

    /// Chooses from a select menu, named by its placeholder or custom id: options by value or label, people, roles and
    /// channels by id.
    ///
    /// # Errors
    /// When the person sees no such message, menu or choice.
    pub async fn choose(
        &self,
        message: &(impl Shown + ?Sized),
        menu: &str,
        chosen: &[&str],
    ) -> Result<Answer, InteractionError> {
        let member = self.reader(message)?;
        let sent = client::send_choice(self.person.discord, &member, message.message_id(), (menu, chosen));
        self.answer(sent).await
    }

    /// Sends the form that an answer opened. Fields are named by label or custom id; what is not named keeps its value.
    ///
    /// # Errors
    /// When no form is open, and when a field is unknown or its value does not fit.
    pub async fn submit(&self, opened: &Answer, fields: &[(&str, &str)]) -> Result<Answer, InteractionError> {
        let member = self.person.here(&self.channel)?;
        self.answer(client::send_form(self.person.discord, &member, &opened.interaction, fields)).await
    }

    /// Uses a command of a message's menu (right click or long press, Apps), by its name, also in the person's language.
    ///
    /// # Errors
    /// When the person sees no such message, or may not use such a command.
    pub async fn apps_menu(&self, message: &(impl Shown + ?Sized), command: &str) -> Result<Answer, InteractionError> {
        self.reader(message)?;
        let member = self.member_with_commands()?;
        let sent = client::send_menu_command(self.person.discord, &member, message.message_id(), command);
        self.answer(sent).await
    }

    /// Sends what Discord's client would not send: any `data` as an interaction of this type (2 command, 3 component,
    /// 4 suggestions, 5 form), as if from this channel. `message` is the one whose component it claims to be of. Neither
    /// permissions nor registered commands nor components are looked at.
    ///
    /// # Errors
    /// When there is no such channel, or the person is no member here.
    pub async fn forge(&self, kind: i64, data: Value, message: Option<&str>) -> Result<Answer, InteractionError> {
        let member = self.person.here(&self.channel)?;
        self.answer(client::send_forged(self.person.discord, &member, &self.channel, (kind, data, message))).await
    }

    /// The messages here that this person sees, the private ones included, oldest first.
    pub fn messages(&self) -> Vec<StoredMessage> {
        let Ok(member) = self.person.here(&self.channel) else { return Vec::new() };
        let state = self.person.discord.state();
        let private = state.ephemeral.iter().filter(|message| message.viewer.as_ref() == Some(&member.id));
        let here = private.filter(|message| message.channel == self.channel);
        let public = state.channel(&self.channel).into_iter().flat_map(|channel| &channel.messages);
        let mut all: Vec<StoredMessage> = public.chain(here).cloned().collect();
        all.sort_by_key(|message| message.id.parse::<u64>().unwrap_or(0));
        all
    }

    /// The channel's id.
    pub fn id(&self) -> &str {
        &self.channel
    }

    /// The person, when the message is in this channel.
    fn reader(&self, message: &(impl Shown + ?Sized)) -> Result<Member, InteractionError> {
        let member = self.person.here(&self.channel)?;
        let state = self.person.discord.state();
        let found = state.message(message.message_id()).filter(|message| message.channel == self.channel);
        found.map(|_| member).ok_or(InteractionError::UnknownMessage)
    }

    fn member_with_commands(&self) -> Result<Member, InteractionError> {
        let member = self.person.here(&self.channel)?;
        let is_direct = self.person.discord.state().channel(&self.channel).is_some_and(|one| one.spec.guild.is_empty());
        let may = member.permissions & (USE_APPLICATION_COMMANDS | ADMINISTRATOR) != 0;
        if is_direct || may { Ok(member) } else { Err(InteractionError::Forbidden) }
    }

    async fn answer(&self, sent: Result<String, InteractionError>) -> Result<Answer, InteractionError> {
        let interaction = sent?;
        let response = client::response(self.person.discord, &interaction, self.person.patience).await;
        Ok(Answer { response, interaction })
    }
}

impl Answer {
    /// The message, if there is one.
    pub fn message(&self) -> Option<&StoredMessage> {
        self.response.message()
    }

    /// Whether only this person sees it.
    pub fn is_ephemeral(&self) -> bool {
        self.message().is_some_and(StoredMessage::is_ephemeral)
    }

    /// All that can be read, top to bottom, a line for each part.
    pub fn text(&self) -> String {
        self.message().map(|message| message.text()).unwrap_or_default()
    }

    /// The suggestions' names.
    pub fn suggestions(&self) -> Vec<&str> {
        let InteractionResponse::Choices(choices) = &self.response else { return Vec::new() };
        choices.iter().filter_map(|choice| choice["name"].as_str()).collect()
    }

    /// The form that it opened.
    pub fn form(&self) -> Option<&Value> {
        if let InteractionResponse::Modal(form) = &self.response { Some(form) } else { None }
    }
}

impl Shown for Answer {
    fn message_id(&self) -> &str {
        self.message().map_or("", |message| message.id.as_str())
    }
}

impl Shown for StoredMessage {
    fn message_id(&self) -> &str {
        &self.id
    }
}

impl Shown for str {
    fn message_id(&self) -> &str {
        self
    }
}

impl Shown for String {
    fn message_id(&self) -> &str {
        self
    }
}

/// What would be typed.
fn line(name: &str, options: &[(&str, &str)]) -> String {
    let name = name.trim_start_matches('/');
    options.iter().fold(format!("/{name}"), |line, (option, value)| format!("{line} {option}:{value}"))
}
