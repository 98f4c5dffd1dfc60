//! The pipeline from an event to its messages without a store or a courier, for `backtest` and `check`.

use crate::compose::{ComposeInputs, MessageTarget, Tags, compose, is_routine};
use crate::config::Config;
use crate::rules::WhenFailure;
use crate::store::SentMessage;
use hookbell_model::delivery::{NewDelivery, Plan};
use hookbell_model::event::{Event, Raw};
use hookbell_model::live::LiveContext;
use hookbell_template::render::Rendered;

/// A delivery as the pipeline would make it, or as the store has it.
pub(super) struct PipelineOutput {
    pub(super) destination: String,
    pub(super) plan: Plan,
    /// None = not known.
    pub(super) sent: Option<SentMessage>,
}

/// Routes and renders as the intake and the courier would; with the conditions of routes that failed. `context` is what a
/// destination knew of the event's thing.
pub(super) fn run(
    config: &Config,
    event: &Event,
    raw: &Raw,
    context: impl Fn(&str) -> LiveContext,
) -> (Vec<PipelineOutput>, Vec<WhenFailure>) {
    let routed = config.rules.route(event, raw);
    // A routine event is none of the messages that are compared: it updates one, if it is there.
    let output = |NewDelivery { destination, plan }| {
        let context = context(&destination);
        let is_new = context.is_empty();
        let (sent, is_routine) = message(config, event, raw, &destination, &plan, context);
        let output = PipelineOutput { destination, plan, sent: Some(sent) };
        (!(is_routine && is_new)).then_some(output)
    };
    (routed.deliveries.into_iter().filter_map(output).collect(), routed.failures)
}

/// As the courier would make it, and whether it would be posted only as the update of another.
fn message(
    config: &Config,
    event: &Event,
    raw: &Raw,
    destination: &str,
    plan: &Plan,
    context: LiveContext,
) -> (SentMessage, bool) {
    let (none, locale) = (Tags::default(), config.locales.get(destination).copied().unwrap_or_default());
    let target = MessageTarget { locale, tags: config.tags.get(destination).unwrap_or(&none), is_thread: false };
    let inputs = ComposeInputs::one(event, raw, plan);
    let composed = compose(&config.templates, &inputs, &target, &context);
    let routine = is_routine(&inputs.first, &composed);
    let Rendered { message, template, live, notes, .. } = composed;
    (SentMessage { body: message.to_post(), template, keys: live.keys, context, notes }, routine)
}
