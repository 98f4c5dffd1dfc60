//! The state that a lane keeps from attempt to attempt about the deliveries at its head. In memory only; the store
//! keeps what must survive the process.

use super::batch::Batch;
use crate::compose::ForumState;
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
    /// An earlier process ended while this may have been under way.
    pub(super) left_open: bool,
    /// Learned about the channel; kept when another delivery comes to the head.
    pub(super) forum: ForumState,
    /// Answers with 403 in a row, over all deliveries.
    pub(super) forbidden: u32,
    /// Until then the channel is not searched: the bot could not read it. Kept when another delivery comes.
    pub(super) unreadable_until: Timestamp,
}

impl HeadState {
    /// Resets the state when another delivery has come to the head.
    pub(super) fn turn_to(&mut self, batch: &Batch) {
        let first = &batch.first().delivery;
        if self.delivery != first.id {
            let losses = u32::from(batch.deliveries().any(|delivery| delivery.possible_repeat));
            let Self { forbidden, unreadable_until, .. } = *self;
            let forum = self.forum.for_next_message();
            *self = Self { delivery: first.id, losses, forum, forbidden, unreadable_until, ..Self::default() };
        }
    }

    /// Another webhook is used from now on; the answers of the old one say nothing about it.
    pub(super) fn turn_to_webhook(&mut self) {
        (self.forbidden, self.gone, self.unreadable_until) = (0, false, Timestamp::default());
    }

    /// Whether an earlier request may have posted the message.
    pub(super) fn may_be_posted(&self) -> bool {
        self.losses > 0 || self.left_open
    }

    /// Whether a look-up must succeed before the message is sent again.
    pub(super) fn must_ask(&self) -> bool {
        self.losses >= 2
    }
}
