//! What the courier records about a delivery after an attempt: that it has ended, or until when it waits.

use super::keyed_thread::ThreadUpdate;
use super::sent::SentMessage;
use hookbell_model::delivery::{Attempt, MessageRef, Reason, Status};
use hookbell_model::live::LiveUpdate;
use hookbell_model::shared_message::SharedMessage;
use hookbell_model::timestamp::Timestamp;

/// The end of a delivery.
#[derive(Debug, Clone)]
pub struct Settlement {
    pub delivery: i64,
    pub status: Status,
    pub reason: Reason,
    pub message: Option<MessageRef>,
    /// What is recorded about its live message; `message` is the message from now on, where there is one.
    pub live: Option<LiveUpdate>,
    /// `message` is in a thread, which an edit has to name.
    pub in_thread: bool,
    /// Its place in `message`, where that one is shared with others.
    pub slot: Option<usize>,
    /// What `message` is made of from now on, where it is shared.
    pub shared: Option<SharedMessage>,
    /// Remembers the thread of `message` under this title of the destination, for later messages of the title.
    pub post: Option<String>,
    /// What it says of the post that `message` is in, where the destination's posts are per key.
    pub thread: Option<ThreadUpdate>,
    pub attempt: Option<Attempt>,
    /// Stays once it is set, unless the message was found in the channel.
    pub possible_repeat: bool,
    /// The message as it is shown there now; none where nothing was posted.
    pub sent: Option<SentMessage>,
    /// Of the webhook that posted it: it is in the place of that one, also when the destination has another one by now. None:
    /// in the destination's place.
    pub webhook: Option<String>,
}

impl Settlement {
    /// The end of a delivery without a request.
    pub fn new(delivery: i64, status: Status, reason: Reason) -> Self {
        Self {
            delivery,
            status,
            reason,
            message: None,
            live: None,
            in_thread: false,
            slot: None,
            shared: None,
            post: None,
            thread: None,
            attempt: None,
            possible_repeat: false,
            sent: None,
            webhook: None,
        }
    }
}

/// A delivery that has to wait.
#[derive(Debug, Clone)]
pub struct Postponement {
    pub delivery: i64,
    pub not_before: Timestamp,
    pub reason: Reason,
    pub attempt: Option<Attempt>,
    /// False for a 429: waiting costs no attempt.
    pub counts: bool,
    pub possible_repeat: bool,
}
