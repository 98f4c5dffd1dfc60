//! The result of rendering: the message, and the fallback where a template failed.

use super::live::LiveValues;
use hookbell_model::event::Severity;
use hookbell_model::message::Message;
use hookbell_model::note::Note;

/// The name of the generic card, in the place of a template's.
pub(super) const GENERIC: &str = "generic";

hookbell_model::string_enum! {
    /// The fallback for a template, or a part of one, that failed; from the smallest to the largest.
    Fallback { Part = "part", Extended = "extended", Generic = "generic", Plain = "plain" }
}

/// A message ready to be sent, and the notes about its making.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Fitted into every limit.
    pub message: Message,
    /// The template's name (`stripe.payment`), or `generic` for the generic card.
    pub template: String,
    /// Same key, same destination = the same Discord message, as long as its thing is not over.
    pub live: LiveValues,
    pub severity: Severity,
    /// What went wrong or was cut: missing values, a template that failed, limits hit.
    pub notes: Vec<Note>,
    /// The largest fallback that was needed; none = the template alone made the message.
    pub fallback: Option<Fallback>,
}
