//! The state that a lane keeps from attempt to attempt about the deliveries at its head. In memory only; the store
//! keeps what must survive the process.

use crate::compose::ForumState;
use crate::store::QueuedDelivery;
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
}

impl HeadState {
    /// Resets the state when another delivery has come to the head. Of the heads those remain that are sent together: what
    /// may have been posted is repeated as it was, with nothing else, so that no more than one request can be a repetition.
    pub(super) fn turn_to(&mut self, heads: &mut Vec<QueuedDelivery>) {
        let may_be_posted =
            |queued: &QueuedDelivery| queued.delivery.possible_repeat || self.left_open.contains(&queued.delivery.id);
        let Some(first) = heads.first() else { return };
        let (id, is_repeat) = (first.delivery.id, may_be_posted(first));
        let together = heads.iter().take_while(|queued| may_be_posted(queued) == is_repeat).count();
        heads.truncate(together);
        if self.delivery != id {
            let losses = u32::from(heads.iter().any(|queued| queued.delivery.possible_repeat));
            let (forum, forbidden) = (self.forum.for_next_message(), self.forbidden);
            let left_open = std::mem::take(&mut self.left_open);
            *self = Self { delivery: id, losses, forum, forbidden, left_open, ..Self::default() };
        }
    }

    /// Another webhook is used from now on; the answers of the old one say nothing about it.
    pub(super) fn turn_to_webhook(&mut self) {
        (self.forbidden, self.gone) = (0, false);
    }

    /// Whether a look-up must succeed before the message is sent again.
    pub(super) fn must_ask(&self) -> bool {
        self.losses >= 2
    }
}
