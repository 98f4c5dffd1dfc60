//! The bot's metrics: interactions, the time to their answers, the bot's state.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// How an interaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InteractionOutcome {
    /// Answered at once.
    Answered,
    /// Answered later, after "thinking…".
    Deferred,
    /// The store could not answer; the reply said so.
    Failed,
    /// A bug in hookbell; the reply said so.
    Panicked,
    /// The gate or a limit refused it; the reply said so.
    Refused,
    /// Another session had answered it.
    Repeated,
    /// The answer did not reach Discord.
    Unsent,
}

impl InteractionOutcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Panicked => "panicked",
            Self::Refused => "refused",
            Self::Repeated => "repeated",
            Self::Unsent => "unsent",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    command: &'static str,
    outcome: &'static str,
}

/// Handles that may be cloned; to be registered once.
#[derive(Debug, Clone)]
pub struct Metrics {
    interactions: Family<Labels, Counter>,
    answer_seconds: Histogram,
    /// Requests with interactions whose signature was wrong.
    forged: Counter,
    pub(super) state: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        // Discord gives up after three seconds.
        let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0];
        Self {
            interactions: Family::default(),
            answer_seconds: Histogram::new(bounds),
            forged: Counter::default(),
            state: Gauge::default(),
        }
    }
}

impl Metrics {
    /// Adds the bot's metrics under `hookbell_bot_…`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "hookbell_bot_interactions",
            "Interactions by command and outcome",
            self.interactions.clone(),
        );
        registry.register(
            "hookbell_bot_answer_seconds",
            "Time from an interaction's arrival to its first answer being accepted",
            self.answer_seconds.clone(),
        );
        registry.register(
            "hookbell_bot_forged",
            "Requests to /discord/interactions with a wrong signature; Discord sends some to see that they are refused",
            self.forged.clone(),
        );
        registry.register(
            "hookbell_bot_state",
            "The bot: 0 off, 1 starting, 2 ready, 3 reconnecting, 4 failed, 5 registering",
            self.state.clone(),
        );
    }

    pub(super) fn ended(&self, command: &'static str, outcome: InteractionOutcome) {
        self.interactions.get_or_create(&Labels { command, outcome: outcome.as_str() }).inc();
    }

    pub(super) fn forged(&self) {
        self.forged.inc();
    }

    pub(super) fn answered_after(&self, span: Duration) {
        self.answer_seconds.observe(span.as_secs_f64());
    }
}
