//! A member at the message box, by what is typed. [`StandIn::person`] does the same in fewer words.

use std::time::Duration;

use serde_json::Value;

use super::StandIn;
use crate::client::{self, InteractionError};
use crate::interaction::InteractionResponse;
use crate::member::Member;

/// A member at the message box.
impl StandIn {
    /// The commands that can be typed in this channel, as Discord keeps them.
    pub fn commands(&self, channel: &str) -> Vec<Value> {
        self.discord.state().commands_in(channel).unwrap_or_default()
    }

    /// Types a command into a channel and waits for the response: 3 s for the first unless
    /// [`StandIn::limit_first_response`] set another time, `patience` more when it was deferred.
    ///
    /// # Errors
    /// What Discord's client says instead of sending it.
    pub async fn type_command(
        &self,
        member: &Member,
        channel: &str,
        text: &str,
        patience: Duration,
    ) -> Result<InteractionResponse, InteractionError> {
        let id = client::send_command(&self.discord, member, channel, text)?;
        Ok(client::response(&self.discord, &id, patience).await)
    }

    /// Requests suggestions while a command is being typed; its last option is completed.
    ///
    /// # Errors
    /// When there is nothing to complete.
    pub async fn autocomplete(
        &self,
        member: &Member,
        channel: &str,
        text: &str,
    ) -> Result<InteractionResponse, InteractionError> {
        let id = client::send_autocomplete(&self.discord, member, channel, text)?;
        Ok(client::response(&self.discord, &id, Duration::ZERO).await)
    }

    /// Presses the button with this custom id under a message.
    ///
    /// # Errors
    /// When there is no such message or button.
    pub async fn press_button(
        &self,
        member: &Member,
        message: &str,
        custom_id: &str,
        patience: Duration,
    ) -> Result<InteractionResponse, InteractionError> {
        let id = client::send_press(&self.discord, member, message, custom_id)?;
        Ok(client::response(&self.discord, &id, patience).await)
    }
}
