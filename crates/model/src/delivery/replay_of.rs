//! What a delivery replays.

use serde::{Deserialize, Serialize};

/// What a delivery replays: it was made by a command, not by a route when its event came in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReplayOf {
    /// The delivery that is replayed; none where the event had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<i64>,
    /// The message that is rendered again in its place; none = a message is posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edit: Option<EditedMessage>,
}

/// A posted message that is to be edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditedMessage {
    pub id: String,
    pub channel: String,
    /// Its channel is a thread of the webhook's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_thread: bool,
}
