//! A finished attempt, with what the decision needs of it.

use std::time::Duration;

use super::batch::Batch;
use super::head::HeadState;
use crate::compose::ThreadTarget;
use hookbell_model::delivery::{Attempt, AttemptOutcome, Delivery, MessageRef};
use hookbell_model::note::Note;
use hookbell_model::shared_message::SharedMessage;
use hookbell_model::timestamp::Timestamp;

/// How the message was to get there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SendMode {
    Post,
    Edit(MessageRef),
    /// The message to edit is gone.
    PostAnew,
}

/// A finished attempt.
#[derive(Debug)]
pub(super) struct Attempted<'t> {
    pub(super) batch: &'t Batch,
    pub(super) mode: &'t SendMode,
    pub(super) target: &'t ThreadTarget,
    /// What the message is made of, where it is shared.
    pub(super) shared: Option<&'t SharedMessage>,
    /// The place of an edit in a shared message.
    pub(super) slot: Option<usize>,
    /// What was done differently from what the template says.
    pub(super) notes: &'t [Note],
    /// The destination has a tag for forums that require one.
    pub(super) has_spare_tag: bool,
    /// Whether the post of a thing that is over can be archived.
    pub(super) can_archive: bool,
    pub(super) at: Timestamp,
    pub(super) took: Duration,
    pub(super) status: Option<u16>,
}

impl Attempted<'_> {
    /// The oldest delivery: its age and its attempts decide for the batch.
    pub(super) fn first(&self) -> &Delivery {
        self.batch.first()
    }

    /// This one included.
    pub(super) fn attempts(&self) -> u32 {
        self.first().attempts.saturating_add(1)
    }

    pub(super) fn attempt(&self, outcome: AttemptOutcome, detail: String) -> Attempt {
        Attempt { at: self.at, took: self.took, outcome, detail }
    }

    pub(super) fn possible_repeat(&self, delivery: &Delivery, state: &HeadState) -> bool {
        let open = state.left_open.contains(&delivery.id) && !matches!(self.mode, SendMode::Edit(_));
        delivery.possible_repeat || state.losses > 0 || open
    }
}
