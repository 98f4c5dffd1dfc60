//! The pipeline from an event to its messages without a store or a courier, for `backtest`, `check` and `explain`.

use serde_json::Value;

use crate::compose::{ComposeInputs, MessageTarget, Tags, compose, is_routine};
use crate::config::Config;
use crate::report::explanation::{PlannedDelivery, PlannedWait};
use crate::rules::WhenFailure;
use crate::store::SentMessage;
use hookbell_model::delivery::{Mute, MuteCandidate, NewDelivery, Plan, mute_for};
use hookbell_model::event::{Event, Raw};
use hookbell_model::live::LiveContext;
use hookbell_model::timestamp::Timestamp;
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
        let (composed, is_routine) = compose_for(config, event, raw, &destination, &plan, &context);
        let Rendered { message, template, live, notes, .. } = composed;
        let sent = SentMessage { body: message.to_post(), template, keys: live.keys, context, notes };
        let output = PipelineOutput { destination, plan, sent: Some(sent) };
        (!(is_routine && is_new)).then_some(output)
    };
    (routed.deliveries.into_iter().filter_map(output).collect(), routed.failures)
}

/// The deliveries that the event would have if it came now, as messages of their own, with the mute that would hold each
/// back.
pub(super) fn plan(config: &Config, event: &Event, raw: &Raw, mutes: &[Mute], now: Timestamp) -> Vec<PlannedDelivery> {
    let planned = |NewDelivery { destination, plan }: NewDelivery| {
        let (composed, routine) = compose_for(config, event, raw, &destination, &plan, &LiveContext::default());
        let Rendered { message, template, severity, live, notes, .. } = composed;
        let candidate =
            MuteCandidate { event, destination: &destination, route: plan.route.as_ref(), severity, keys: &live.keys };
        let waits = PlannedWait::all(&plan, severity, !live.keys.is_empty(), now);
        let (muted, message) = (mute_for(mutes, candidate, now), message.to_post());
        PlannedDelivery {
            destination,
            route: plan.route,
            template,
            severity,
            keys: live.keys,
            notes,
            mention: pings(&message),
            routine,
            waits,
            muted,
            message,
        }
    };
    config.rules.route(event, raw).deliveries.into_iter().map(planned).collect()
}

/// Whom a message pings, as a route's `mention` names them: what `allowed_mentions` allows.
fn pings(message: &Value) -> Vec<String> {
    let allowed = &message["allowed_mentions"];
    let ids = |key: &str, kind: &str| -> Vec<String> {
        let ids = allowed[key].as_array().into_iter().flatten().filter_map(Value::as_str);
        ids.map(|id| format!("{kind}:{id}")).collect()
    };
    let everyone = allowed["parse"].as_array().is_some_and(|parse| parse.iter().any(|kind| kind == "everyone"));
    let content = message["content"].as_str().unwrap_or_default();
    let all = ["everyone", "here"].into_iter().filter(|word| everyone && content.contains(&format!("@{word}")));
    ids("roles", "role").into_iter().chain(ids("users", "user")).chain(all.map(str::to_owned)).collect()
}

/// As the courier would make it, and whether it would be posted only as the update of another.
fn compose_for(
    config: &Config,
    event: &Event,
    raw: &Raw,
    destination: &str,
    plan: &Plan,
    context: &LiveContext,
) -> (Rendered, bool) {
    let (none, locale) = (Tags::default(), config.locales.get(destination).copied().unwrap_or_default());
    let target = MessageTarget::new(locale, config.tags.get(destination).unwrap_or(&none));
    let inputs = ComposeInputs::one(event, raw, plan);
    let composed = compose(&config.templates, &inputs, &target, context);
    let routine = is_routine(&inputs.first, &composed);
    (composed, routine)
}
