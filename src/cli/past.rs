//! Past events seen through the rules and templates of a config: what `backtest` compares and `check` looks over.

use crate::compose::{ComposeInputs, Composed, MessageTarget, Tags, compose};
use crate::config::Config;
use crate::store::SentMessage;
use hookbell_model::delivery::{NewDelivery, Plan};
use hookbell_model::event::{Event, Raw};

/// A delivery as it would be made, or was.
pub(super) struct Made {
    pub(super) destination: String,
    pub(super) plan: Plan,
    /// None = not known.
    pub(super) sent: Option<SentMessage>,
}

/// Routed and rendered as the intake and the courier would, and what the rules had to say.
pub(super) fn made(config: &Config, event: &Event, raw: &Raw) -> (Vec<Made>, Vec<String>) {
    let routed = config.rules.route(event, raw);
    let made = |NewDelivery { destination, plan }| {
        let sent = Some(message(config, event, raw, &destination, &plan));
        Made { destination, plan, sent }
    };
    let failures = routed.failures.iter().map(ToString::to_string).collect();
    (routed.deliveries.into_iter().map(made).collect(), failures)
}

/// As the courier would make it.
fn message(config: &Config, event: &Event, raw: &Raw, destination: &str, plan: &Plan) -> SentMessage {
    let (none, locale) = (Tags::default(), config.locales.get(destination).copied().unwrap_or_default());
    let target = MessageTarget { locale, tags: config.tags.get(destination).unwrap_or(&none), is_thread: false };
    let Composed { message, template, key, notes, .. } =
        compose(&config.templates, &ComposeInputs::one(event, raw, plan), &target);
    SentMessage { body: message.to_post(), template, key, notes }
}
