//! Makes the message of one event.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::input::{ComposeInput, ComposeInputs};
use super::target::MessageTarget;
use hookbell_model::event::Severity;
use hookbell_model::live::LiveContext;
use hookbell_model::message::Message;
use hookbell_model::note::Note;
use hookbell_template::render::{Fallback, LiveValues, Rendered, Templates};

/// The template name of a message that no template made.
const PLAIN: &str = "plain";

/// A message that fits every limit, before it is placed in a thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    pub message: Message,
    /// The template's name (`stripe.payment`), `generic` or `plain`.
    pub template: String,
    pub severity: Severity,
    /// Same key, same destination = the same Discord message, as long as its thing is not over.
    pub live: LiveValues,
    /// What went wrong, was cut or was left out.
    pub notes: Vec<Note>,
    /// The most that was replaced; none = the template made the whole message.
    pub fallback: Option<Fallback>,
}

/// Makes the message. Never fails: a part of a template that fails is left out, and a template that panics is replaced
/// by a plain text. `context` is what is known of the event's thing.
pub fn compose(
    templates: &Templates,
    inputs: &ComposeInputs<'_>,
    target: &MessageTarget<'_>,
    context: &LiveContext,
) -> Composed {
    let ComposeInput { event, raw, plan } = inputs.first;
    let rendering = || templates.render_live(event, raw, plan, target.locale, context);
    let mut composed = match catch_unwind(AssertUnwindSafe(rendering)) {
        Ok(Rendered { message, template, live, severity, notes, fallback }) => {
            Composed { message, template, severity, live, notes, fallback }
        }
        Err(_) => Composed {
            message: templates.plain(event, plan, "its template failed unexpectedly"),
            template: PLAIN.to_owned(),
            severity: event.facts.severity.unwrap_or(Severity::Info),
            live: LiveValues::default(),
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
    context: &LiveContext,
    why: &str,
) -> Composed {
    let composed = compose(templates, inputs, target, context);
    let Message { thread, tags, .. } = composed.message;
    let plain = templates.plain(inputs.first.event, inputs.first.plan, why);
    Composed { message: Message { thread, tags, ..plain }, fallback: Some(Fallback::Plain), ..composed }
}
