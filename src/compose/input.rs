//! The input of a message.

use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, Raw};

/// A delivery as far as its message depends on it: its event, the bytes that came in, and what its route says.
#[derive(Debug, Clone, Copy)]
pub struct ComposeInput<'e> {
    pub event: &'e Event,
    pub raw: &'e Raw,
    pub plan: &'e Plan,
}

/// The deliveries of one message, oldest first. Never empty.
#[derive(Debug, Clone, Copy)]
pub struct ComposeInputs<'e> {
    pub first: ComposeInput<'e>,
    /// Empty for now: templates make a message of one event.
    pub rest: &'e [ComposeInput<'e>],
}

impl<'e> ComposeInputs<'e> {
    pub fn one(event: &'e Event, raw: &'e Raw, plan: &'e Plan) -> Self {
        Self { first: ComposeInput { event, raw, plan }, rest: &[] }
    }
}
