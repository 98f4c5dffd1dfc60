//! A thing of which it is to be reported that it is still open.

use hookbell_model::delivery::MessageRef;
use hookbell_model::live::LiveState;
use hookbell_model::timestamp::Timestamp;

/// A reminder that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct DueReminder {
    /// Of its live message.
    pub record: i64,
    pub destination: String,
    /// None while nothing of it was posted.
    pub message: Option<MessageRef>,
    pub state: LiveState,
    /// Of the webhook, as far as it is known.
    pub guild: Option<String>,
    pub at: Timestamp,
    /// The names of the thing.
    pub keys: Vec<String>,
}
