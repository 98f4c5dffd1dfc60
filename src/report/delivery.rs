//! A delivery with its attempts.

use std::time::Duration;

use serde::Serialize;

use super::serialize::{display, display_option, millis};
use hookbell_model::delivery::{Attempt, AttemptOutcome, Delivery, MessageRef, Reason, RouteName, Status};
use hookbell_model::snowflake::is_snowflake;
use hookbell_model::timestamp::Timestamp;

/// A delivery as every interface reports it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeliveryView {
    /// The delivery's number.
    pub id: i64,
    /// The delivery that it replays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replay_of: Option<i64>,
    pub destination: String,
    pub status: Status,
    /// Why it has this status; empty while nothing has happened yet.
    pub reason: String,
    /// The reason for programs.
    pub reason_data: Option<Reason>,
    /// Attempts that count; a 429 does not.
    pub attempts: u32,
    /// The route that made it; none where the delivery is older than the names of routes.
    pub route: Option<RouteName>,
    /// The message of a template that the route names.
    pub template: Option<String>,
    /// It waits until then, or did so last.
    #[serde(serialize_with = "display_option")]
    pub not_before: Option<Timestamp>,
    /// The Discord message it became or edited.
    pub message: Option<MessageView>,
    /// An answer of Discord's was lost, so the message may have been posted twice.
    pub possible_repeat: bool,
    /// The latest attempts, oldest first.
    pub log: Vec<AttemptView>,
}

/// The address of a posted message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageView {
    pub id: String,
    pub channel: String,
}

/// One attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttemptView {
    #[serde(serialize_with = "display")]
    pub at: Timestamp,
    #[serde(rename = "took_ms", serialize_with = "millis")]
    pub took: Duration,
    pub outcome: AttemptOutcome,
    /// A line for people; never a URL or a token.
    pub detail: String,
}

impl DeliveryView {
    pub fn new(delivery: Delivery, attempts: Vec<Attempt>) -> Self {
        Self {
            id: delivery.id,
            replay_of: delivery.plan.replay.as_ref().and_then(|replay| replay.delivery),
            reason: delivery.reason_text(),
            reason_data: delivery.reason,
            destination: delivery.destination,
            status: delivery.status,
            attempts: delivery.attempts,
            route: delivery.plan.route,
            template: delivery.plan.template,
            not_before: Some(delivery.not_before).filter(|at| *at > Timestamp::default()),
            message: delivery.message.map(MessageView::from),
            possible_repeat: delivery.possible_repeat,
            log: attempts.into_iter().map(AttemptView::from).collect(),
        }
    }

    /// When the next attempt is due; `None` when it is over or was not attempted yet.
    pub fn next_attempt(&self) -> Option<Timestamp> {
        self.not_before.filter(|_| self.status == Status::Pending)
    }
}

impl MessageView {
    /// The message's address in Discord's clients. `None` where one of the ids is not Discord's.
    pub fn link(&self, guild: &str) -> Option<String> {
        let ids = [guild, &self.channel, &self.id];
        ids.iter().all(|id| is_snowflake(id)).then(|| format!("https://discord.com/channels/{}", ids.join("/")))
    }
}

impl From<MessageRef> for MessageView {
    fn from(message: MessageRef) -> Self {
        Self { id: message.id, channel: message.channel }
    }
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        Self { at: attempt.at, took: attempt.took, outcome: attempt.outcome, detail: attempt.detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_discord_become_a_link() {
        let message = MessageView { id: "777".into(), channel: "2222".into() };
        assert_eq!(message.link("1111").as_deref(), Some("https://discord.com/channels/1111/2222/777"));
        for guild in ["", "@me", "0111", "1111/../9", "99999999999999999999999"] {
            assert_eq!(message.link(guild), None, "{guild}");
        }
    }
}
