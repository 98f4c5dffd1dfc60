//! Dresses an event as a message: picks the template, evaluates it, escapes what came from outside, and
//! fits the result into Discord's limits.

use crate::delivery::Plan;
use crate::document::Document;
use crate::event::{Event, Raw};
use crate::message::Message;
use crate::mistake::Mistakes;

/// All message templates, in the order they are tried: the user's own files, then the shipped ones.
#[derive(Debug, Clone, Default)]
pub struct Templates {}

/// A message ready to be sent, and what is to be told about its making.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// Fitted into every limit.
    pub message: Message,
    /// The template's name (`stripe.payment`), or `generic` for the generic card.
    pub template: String,
    /// Same key, same destination = the same Discord message, edited in place.
    pub key: Option<String>,
    /// What went wrong or was cut, a line each: missing values, a template that failed, limits hit.
    pub notes: Vec<String>,
}

#[expect(clippy::todo, unused_variables, reason = "the contract, before its rooms are built")]
impl Templates {
    /// The templates embedded in the binary.
    pub fn shipped() -> Self {
        todo!()
    }

    /// The user's own files (in order), tried before the shipped ones. Mistakes are added; a file with
    /// mistakes contributes the messages that are right.
    pub fn with_own(own: &[Document], mistakes: &mut Mistakes) -> Self {
        todo!()
    }

    /// Whether a message of this name (`stripe.payment`) exists.
    pub fn has(&self, name: &str) -> bool {
        todo!()
    }

    /// Every message's name.
    pub fn names(&self) -> Vec<String> {
        todo!()
    }

    /// Renders every message strictly against an event: what would be missing or fail live, a line each. For
    /// `check` and tests.
    pub fn judge(&self, event: &Event, raw: &Raw, plan: &Plan) -> Vec<String> {
        todo!()
    }

    /// Makes the message for an event. Never fails: a template that does gives the generic card, which says so.
    pub fn render(&self, event: &Event, raw: &Raw, plan: &Plan) -> Rendered {
        todo!()
    }

    /// The plainest message that can be made of an event: text only, no data that a filter could refuse. The
    /// last resort after Discord refused the rendered one.
    pub fn plain(&self, event: &Event, plan: &Plan, why: &str) -> Message {
        todo!()
    }
}
