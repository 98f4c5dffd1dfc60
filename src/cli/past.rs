//! Past events seen through the rules and templates of a config: what `backtest` compares and `check` looks over.

use std::panic::{AssertUnwindSafe, catch_unwind};

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
        let sent = Some(dress(config, event, raw, &destination, &plan));
        Made { destination, plan, sent }
    };
    (routed.deliveries.into_iter().map(made).collect(), routed.notes)
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
        Err(_) => SentMessage {
            template: "plain".to_owned(),
            notes: vec!["the template failed unexpectedly".to_owned()],
            ..SentMessage::default()
        },
    }
}

/// Whether a note of the rendering tells of a limit, not of a failure. Notes are words; this is the one place that
/// reads them.
pub(super) fn is_limit(note: &str) -> bool {
    let over = [" cut", "too long", "longer than", "more than", "over "];
    let failed = ["failed", "missing", "was left out:", "passed over", "ignored", "link left out"];
    let has = |words: &[&str]| words.iter().any(|word| note.contains(word));
    (has(&over) || note.contains("left out")) && (note.contains("longer than") || !has(&failed))
}

/// `description: 1,204 characters cut` is the same limit as `description: 7 characters cut`.
pub(super) fn without_numbers(note: &str) -> String {
    let mut text = String::with_capacity(note.len());
    for c in note.chars() {
        match c {
            '0'..='9' if text.ends_with('…') => {}
            '0'..='9' => text.push('…'),
            ',' if text.ends_with('…') => {}
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_failures_are_told_apart() {
        for note in [
            "fields: 3 left out",
            "button 1: link left out, longer than 512 characters",
            "`title` came out too long: its last 9 characters were left out",
        ] {
            assert!(is_limit(note), "{note}");
        }
        for note in [
            "template `a.b` failed: x",
            "embed 1: link left out, no host in it",
            "`title` was left out: unknown filter",
            "the template failed unexpectedly",
        ] {
            assert!(!is_limit(note), "{note}");
        }
    }
}
