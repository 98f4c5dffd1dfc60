//! When a lane looks for edits of earlier messages.

use std::time::{Duration, Instant};

use hookbell_model::timestamp::Timestamp;

/// Deliveries between two follow-ups while the lane is never idle.
const EVERY: u32 = 5;

/// When the lane has to look for follow-ups.
#[derive(Debug)]
pub(super) struct FollowUps {
    /// There may be new ones.
    pub(super) new: bool,
    /// One was put off.
    pub(super) put_off: Option<PutOff>,
    pub(super) deliveries: u32,
}

/// When one that was put off is due.
#[derive(Debug, Clone, Copy)]
pub(super) struct PutOff {
    pub(super) at: Instant,
    /// The same as it is stored, by the time of day, which may be set meanwhile.
    pub(super) stored: Timestamp,
}

impl Default for FollowUps {
    /// There may be some of an earlier process, whatever the clock was then.
    fn default() -> Self {
        let put_off = PutOff { at: Instant::now(), stored: Timestamp(i64::MAX) };
        Self { new: false, put_off: Some(put_off), deliveries: 0 }
    }
}

impl FollowUps {
    /// A delivery was settled; `follow`: it leaves earlier messages to be edited.
    pub(super) fn settled(&mut self, follow: bool) {
        self.deliveries = self.deliveries.saturating_add(1);
        self.new |= follow;
    }

    /// Whether it is the turn of one although a delivery is due.
    pub(super) fn have_a_turn(&self) -> bool {
        self.due().is_some() && self.deliveries >= EVERY
    }

    /// When to look; none = there are none.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.new { Some(Instant::now()) } else { self.put_off.map(|put_off| put_off.at) }
    }

    /// What is due now: all that are stored with a time up to this one.
    pub(super) fn stored_until(&self, now: Timestamp) -> Option<Timestamp> {
        match self.put_off.filter(|put_off| put_off.at <= Instant::now()) {
            Some(put_off) => Some(put_off.stored.max(now)),
            None => self.new.then_some(now),
        }
    }

    /// There was none that is due.
    pub(super) fn none_found(&mut self) {
        self.new = false;
        self.put_off.take_if(|put_off| put_off.at <= Instant::now());
    }

    pub(super) fn put_off(&mut self, stored: Timestamp, wait: Duration) {
        let at = Instant::now() + wait;
        // Of several the first; the others are found then.
        if self.put_off.is_none_or(|known| known.at <= Instant::now() || at < known.at) {
            self.put_off = Some(PutOff { at, stored });
        }
    }
}
