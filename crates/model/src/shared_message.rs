//! Several messages in one, as they are kept: each has a slot, so that it can be edited later without the others.

use serde::{Deserialize, Serialize};

use crate::delivery::Mention;
use crate::message::Embed;

/// The slots of a message that was made of several, in their order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SharedMessage {
    pub slots: Vec<MessageSlot>,
}

/// What one of the messages has in the shared one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageSlot {
    /// The delivery whose message it is; 0 = it leads to a newer message.
    pub delivery: i64,
    /// Its text, which a phone shows; the only text of a message without embeds.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub content: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub embeds: Vec<Embed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mention: Vec<Mention>,
}

impl SharedMessage {
    /// The place of this delivery's message.
    pub fn slot_of(&self, delivery: i64) -> Option<usize> {
        self.slots.iter().position(|slot| slot.delivery == delivery)
    }

    /// With another content of one slot; one that is not there is added.
    #[must_use]
    pub fn with(mut self, slot: usize, content: MessageSlot) -> Self {
        match self.slots.get_mut(slot) {
            Some(known) => *known = content,
            None => self.slots.push(content),
        }
        self
    }
}
