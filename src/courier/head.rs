//! The state that a lane keeps from attempt to attempt about the deliveries at its head. In memory only; the store
//! keeps what must survive the process.

use std::time::Instant;

use super::batch::Batch;
use crate::compose::ForumState;
use crate::store::{QueuedDelivery, Settlement};
use hookbell_model::delivery::Delivery;
use hookbell_model::timestamp::Timestamp;
use hookbell_model::webhook_error::WebhookError;

/// The state that a lane keeps from attempt to attempt about the deliveries at its head.
#[derive(Debug, Default)]
pub(super) struct HeadState {
    /// The id of the first delivery.
    delivery: i64,
    /// Answers that did not come back.
    pub(super) losses: u32,
    /// Look-ups without an answer since then.
    pub(super) unanswered: u32,
    /// Why Discord refused the rendered message; the plain one is tried instead.
    pub(super) refusal: Option<WebhookError>,
    /// The message to edit is gone.
    pub(super) gone: bool,
    /// Deliveries that may have been under way when an earlier process ended; kept when another delivery comes to the head.
    pub(super) left_open: Vec<i64>,
    /// Learned about the channel; kept when another delivery comes to the head.
    pub(super) forum: ForumState,
    /// Answers with 403 in a row, over all deliveries.
    pub(super) forbidden: u32,
    /// Since when Discord was not there, over all deliveries; none after any other answer.
    pub(super) outage_since: Option<Timestamp>,
    /// Until then the channel is not searched: the bot could not read it. Kept when another delivery comes.
    pub(super) unreadable_until: Option<Instant>,
    /// Why the bot may not archive, and until when it is not tried. Kept when another delivery comes.
    not_archived: Option<(Instant, WebhookError)>,
    /// An archived post was opened for the edit that is at the head.
    pub(super) opened_post: bool,
    due: Option<Due>,
}

/// When the first delivery may be attempted, by a clock that nobody sets.
#[derive(Debug, Clone, Copy)]
struct Due {
    delivery: i64,
    /// As it was stored when this was made of it; another one makes another.
    not_before: Timestamp,
    at: Instant,
}

impl HeadState {
    /// Resets the state when another delivery has come to the head. Of the heads those remain that are sent together: what
    /// may have been posted is repeated as it was, with nothing else, so that no more than one request can be a repetition.
    pub(super) fn turn_to(&mut self, heads: &mut Vec<QueuedDelivery>) {
        let may_be_posted =
            |queued: &QueuedDelivery| queued.delivery.possible_repeat || self.left_open.contains(&queued.delivery.id);
        let Some(first) = heads.first() else { return };
        let (id, is_repeat) = (first.delivery.id, may_be_posted(first));
        if is_repeat {
            // Also those behind others that were not in it: a later event of a thing goes with its first.
            heads.retain(may_be_posted);
        } else {
            let together = heads.iter().take_while(|queued| !may_be_posted(queued)).count();
            heads.truncate(together);
        }
        if self.delivery != id {
            let losses = u32::from(heads.iter().any(|queued| queued.delivery.possible_repeat));
            let (forum, forbidden) = (self.forum.for_next_message(), self.forbidden);
            let left_open = std::mem::take(&mut self.left_open);
            let Self { outage_since, unreadable_until, .. } = *self;
            let not_archived = self.not_archived.take();
            *self = Self {
                delivery: id,
                losses,
                forum,
                forbidden,
                left_open,
                outage_since,
                unreadable_until,
                not_archived,
                ..Self::default()
            };
        }
    }

    /// When the first delivery may be attempted. What is stored is read once, by the time of day `now`; from then on the
    /// clock may be set without any effect on the wait.
    pub(super) fn due(&mut self, first: &Delivery, now: Timestamp) -> Instant {
        let known = self.due.filter(|due| due.delivery == first.id && due.not_before == first.not_before);
        let here = Instant::now();
        let due = known.unwrap_or_else(|| Due {
            delivery: first.id,
            not_before: first.not_before,
            at: here.checked_add(first.remaining_wait(now)).unwrap_or(here),
        });
        self.due = Some(due);
        due.at
    }

    /// Nothing is left to wait for.
    pub(super) fn due_at_once(&mut self) {
        if let Some(due) = &mut self.due {
            due.at = Instant::now();
        }
    }

    /// The deliveries of the next request, and those that may have been posted before.
    pub(super) fn open_with(&self, batch: &Batch) -> Vec<i64> {
        let next: Vec<i64> = batch.deliveries().map(|delivery| delivery.id).collect();
        self.left_open.iter().copied().filter(|id| !next.contains(id)).chain(next.iter().copied()).collect()
    }

    /// These are over, and so is the question whether they were posted.
    pub(super) fn settled(&mut self, settlements: &[Settlement]) {
        self.left_open.retain(|id| settlements.iter().all(|settlement| settlement.delivery != *id));
    }

    /// Another webhook is used from now on; the answers of the old one say nothing about it.
    pub(super) fn turn_to_webhook(&mut self) {
        (self.forbidden, self.gone, self.unreadable_until, self.not_archived) = (0, false, None, None);
    }

    /// Discord refused to archive a post.
    pub(super) fn refuse_archive(&mut self, error: WebhookError, until: Instant) {
        self.not_archived = Some((until, error));
    }

    /// Why posts are not archived for now.
    pub(super) fn archive_refusal(&self) -> Option<&WebhookError> {
        self.not_archived.as_ref().filter(|(until, _)| *until > Instant::now()).map(|(_, error)| error)
    }

    /// Whether an earlier request may have posted the message.
    pub(super) fn may_be_posted(&self) -> bool {
        self.losses > 0 || self.left_open.contains(&self.delivery)
    }

    /// Whether a look-up must succeed before the message is sent again.
    pub(super) fn must_ask(&self) -> bool {
        self.losses >= 2
    }
}
