//! When a lane looks for edits of earlier messages.

use hookbell_model::timestamp::Timestamp;

/// Deliveries between two follow-ups while the lane is never idle.
const EVERY: u32 = 5;

/// When the lane has to look for follow-ups.
#[derive(Debug)]
pub(super) struct FollowUps {
    /// None = there are none.
    pub(super) at: Option<Timestamp>,
    pub(super) deliveries: u32,
}

impl Default for FollowUps {
    /// There may be some of an earlier process.
    fn default() -> Self {
        Self { at: Some(Timestamp::default()), deliveries: 0 }
    }
}

impl FollowUps {
    /// A delivery was settled; `follow`: it leaves earlier messages to be edited.
    pub(super) fn settled(&mut self, follow: bool) {
        self.deliveries = self.deliveries.saturating_add(1);
        if follow {
            self.at = Some(Timestamp::default());
        }
    }

    /// Whether it is the turn of one although a delivery is due.
    pub(super) fn have_a_turn(&self) -> bool {
        self.at.is_some() && self.deliveries >= EVERY
    }
}
