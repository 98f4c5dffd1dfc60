//! What a lane remembers of the deliveries at its head from attempt to attempt. Ends with the process; the store
//! keeps what must outlive it.

use super::batch::Batch;
use crate::compose::ForumState;
use hookbell_model::webhook_error::WebhookError;

/// What a lane remembers of the deliveries at its head from attempt to attempt.
#[derive(Debug, Default)]
pub(super) struct HeadState {
    /// The id of the first delivery.
    delivery: i64,
    /// Answers that did not come back.
    pub(super) losses: u32,
    /// Times Discord was asked in vain whether it answers again.
    pub(super) unanswered: u32,
    /// Why Discord refused the rendered message; the plain one is tried instead.
    pub(super) refusal: Option<WebhookError>,
    /// The message to edit is gone.
    pub(super) gone: bool,
    /// An earlier process ended while this may have been under way.
    pub(super) left_open: bool,
    /// What is known of the channel outlives the message.
    pub(super) forum: ForumState,
    /// Answers with 403 in a row, over all deliveries.
    pub(super) forbidden: u32,
}

impl HeadState {
    /// Starts anew when another delivery has come to the head.
    pub(super) fn turn_to(&mut self, batch: &Batch) {
        let first = &batch.first().delivery;
        if self.delivery != first.id {
            let losses = u32::from(batch.deliveries().any(|delivery| delivery.possible_repeat));
            let (forum, forbidden) = (self.forum.for_next_message(), self.forbidden);
            *self = Self { delivery: first.id, losses, forum, forbidden, ..Self::default() };
        }
    }

    /// Another webhook is used from now on; the answers of the old one say nothing about it.
    pub(super) fn turn_to_webhook(&mut self) {
        (self.forbidden, self.gone) = (0, false);
    }

    /// Whether Discord must be seen to answer before the message is sent once more.
    pub(super) fn must_ask(&self) -> bool {
        self.losses >= 2
    }
}
