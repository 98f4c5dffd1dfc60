//! Past events seen through the rules and templates of a config: what `backtest` compares and `check` looks over.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::config::Config;
use crate::store::SentMessage;
use hookbell_model::delivery::{NewDelivery, Plan};
use hookbell_model::event::{Event, Raw};
use hookbell_model::note::Note;

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
        let sent = Some(dress(config, event, raw, &destination, &plan));
        Made { destination, plan, sent }
    };
    let failures = routed.failures.iter().map(ToString::to_string).collect();
    (routed.deliveries.into_iter().map(made).collect(), failures)
}

/// The one place that renders.
fn dress(config: &Config, event: &Event, raw: &Raw, destination: &str, plan: &Plan) -> SentMessage {
    let locale = config.locales.get(destination).copied().unwrap_or_default();
    // As in the courier, a panic costs one message its looks and no more.
    match catch_unwind(AssertUnwindSafe(|| config.templates.render(event, raw, plan, locale))) {
        Ok(mut rendered) => {
            let tags = config.tags.get(destination).map(|tags| tags.apply(&mut rendered.message));
            rendered.notes.extend(tags.into_iter().flatten());
            let body = rendered.message.to_post();
            SentMessage { body, template: rendered.template, key: rendered.key, notes: rendered.notes }
        }
        Err(_) => {
            SentMessage { template: "plain".to_owned(), notes: vec![Note::TemplatePanicked], ..SentMessage::default() }
        }
    }
}
