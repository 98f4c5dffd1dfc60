//! Live messages, shared ones, forum posts, and reminders of what is still open.

use super::super::{DueReminder, NewEvent, Result, Store};
use hookbell_model::live::{FollowUp, LiveMessage};
use hookbell_model::shared_message::SharedMessage;
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// The live messages of a destination that are known by these keys, each once.
    pub async fn live_messages(&self, destination: &str, keys: Vec<String>) -> Result<Vec<LiveMessage>> {
        call!(self.live_messages(destination, keys)).await
    }

    /// The next edit of an earlier message that may be made now.
    pub async fn follow_up(&self, destination: &str, now: Timestamp) -> Result<Option<FollowUp>> {
        call!(self.follow_up(destination, now)).await
    }

    /// Ends an edit of an earlier message, or puts it off until `again`. One that has changed meanwhile stays. `shared`:
    /// what the message is made of from now on, where it is shared with others.
    pub async fn settle_follow_up(
        &self,
        destination: &str,
        follow_up: FollowUp,
        shared: Option<SharedMessage>,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        call!(self.settle_follow_up(destination, follow_up, shared, again, now)).await
    }

    /// What a message is made of that several deliveries share.
    pub async fn shared_message(&self, destination: &str, message: &str) -> Result<Option<SharedMessage>> {
        call!(self.shared_message(destination, message)).await
    }

    /// The thread that a message of this title began at this destination.
    pub async fn post(&self, destination: &str, title: &str) -> Result<Option<String>> {
        call!(self.post(destination, title)).await
    }

    /// The name and the title of a thing of this name that is in the channel and still open. A name that ends with `*`
    /// stands for all that begin so.
    pub async fn open_thing(&self, destination: &str, name: &str) -> Result<Option<(String, String)>> {
        call!(self.open_thing(destination, name)).await
    }

    /// The reminders that are due, at most `limit`.
    pub async fn due_reminders(&self, now: Timestamp, limit: usize) -> Result<Vec<DueReminder>> {
        call!(self.due_reminders(now, limit)).await
    }

    /// Keeps an event that reminds of a thing, if there is one, and when the next one is due, in one transaction.
    pub async fn remind(&self, reminder: Option<NewEvent>, record: i64, next: Option<Timestamp>) -> Result<()> {
        call!(self.remind(reminder, record, next)).await
    }
}
