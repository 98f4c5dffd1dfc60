//! Makes the message of one event.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::chart;
use super::input::{ComposeInput, ComposeInputs};
use super::target::MessageTarget;
use hookbell_model::event::Severity;
use hookbell_model::live::LiveContext;
use hookbell_model::message::Message;
use hookbell_model::note::Note;
use hookbell_template::render::{Fallback, LiveValues, Rendered, Templates};

/// The template name of a message that no template made.
const PLAIN: &str = "plain";

/// Makes the message. Never fails: a part of a template that fails is left out, and a template that panics is replaced
/// by a plain text. `context` is what is known of the event's thing.
pub fn compose(
    templates: &Templates,
    inputs: &ComposeInputs<'_>,
    target: &MessageTarget<'_>,
    context: &LiveContext,
) -> Rendered {
    let ComposeInput { event, raw, plan } = inputs.first;
    let rendering = || {
        let rendered = templates.render_live(event, raw, plan, target.locale, context);
        match target.own {
            Some(own) => own.over(rendered, event, plan, target.locale),
            None => rendered,
        }
    };
    let mut composed = catch_unwind(AssertUnwindSafe(rendering)).unwrap_or_else(|_| Rendered {
        message: templates.plain(event, plan, "its template failed unexpectedly"),
        template: PLAIN.to_owned(),
        severity: event.facts.severity.unwrap_or(Severity::Info),
        live: LiveValues::default(),
        notes: vec![Note::TemplatePanicked],
        fallback: Some(Fallback::Plain),
    });
    composed.notes.extend(target.tags.apply(&mut composed.message));
    composed.notes.extend(plan.notes.iter().cloned());
    chart::attach(event, raw, &mut composed.message);
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
) -> Rendered {
    let composed = compose(templates, inputs, target, context);
    let Message { thread, tags, .. } = composed.message;
    let plain = templates.plain(inputs.first.event, inputs.first.plan, why);
    Rendered { message: Message { thread, tags, ..plain }, fallback: Some(Fallback::Plain), ..composed }
}
