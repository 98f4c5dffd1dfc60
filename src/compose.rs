//! Makes the message for deliveries of one destination: the template's text in the readers' language, the ids of forum
//! tags, and notes on what differs from what the template says. The one place that renders: the courier, `preview`,
//! `try` and `backtest` call it, so what they show is what is sent.

mod input;
mod forum;
mod tags;
mod target;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use self::forum::{ForumState, PlacedMessage, ThreadTarget};
pub use self::input::{ComposeInput, ComposeInputs};
pub use self::tags::Tags;
pub use self::target::MessageTarget;
use hookbell_model::event::Severity;
use hookbell_model::message::Message;
use hookbell_model::note::Note;
use hookbell_template::render::{Fallback, Rendered, Templates};

/// The template name of a message that no template made.
const PLAIN: &str = "plain";

/// A message that fits every limit, before it is placed in a thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    pub message: Message,
    /// The template's name (`stripe.payment`), `generic` or `plain`.
    pub template: String,
    /// Same key, same destination = the same Discord message, edited in place.
    pub key: Option<String>,
    pub severity: Severity,
    /// What went wrong, was cut or was left out.
    pub notes: Vec<Note>,
    /// The most that was replaced; none = the template made the whole message.
    pub fallback: Option<Fallback>,
}

/// Makes the message. Never fails: a part of a template that fails is left out, and a template that panics is replaced
/// by a plain text.
pub fn compose(templates: &Templates, inputs: &ComposeInputs<'_>, target: &MessageTarget<'_>) -> Composed {
    let ComposeInput { event, raw, plan } = inputs.first;
    let rendering = || templates.render(event, raw, plan, target.locale);
    let mut composed = match catch_unwind(AssertUnwindSafe(rendering)) {
        Ok(Rendered { message, template, key, severity, notes, fallback }) => {
            Composed { message, template, key, severity, notes, fallback }
        }
        Err(_) => Composed {
            message: templates.plain(event, plan, "its template failed unexpectedly"),
            template: PLAIN.to_owned(),
            key: None,
            severity: event.facts.severity.unwrap_or(Severity::Info),
            notes: vec![Note::TemplatePanicked],
            fallback: Some(Fallback::Plain),
        },
    };
    composed.notes.extend(target.tags.apply(&mut composed.message));
    composed
}

/// As [`compose`], but with a plain text that says why, for a message that Discord refused. Its thread, tags and key
/// stay.
pub fn compose_plain(
    templates: &Templates,
    inputs: &ComposeInputs<'_>,
    target: &MessageTarget<'_>,
    why: &str,
) -> Composed {
    let composed = compose(templates, inputs, target);
    let Message { thread, tags, .. } = composed.message;
    let plain = templates.plain(inputs.first.event, inputs.first.plan, why);
    Composed { message: Message { thread, tags, ..plain }, fallback: Some(Fallback::Plain), ..composed }
}

#[cfg(test)]
mod tests;
