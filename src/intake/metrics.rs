//! The metrics of the intake.

use std::time::Instant;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::answer::Answer;

/// Requests by source and outcome, and how long answers took.
#[derive(Debug, Clone)]
pub struct Metrics {
    events: Family<Labels, Counter>,
    answer_seconds: Histogram,
    pub(super) limits: LimitCounters,
}

/// Refusals by the limit that was reached.
#[derive(Debug, Clone, Default)]
pub(super) struct LimitCounters(Family<LimitLabels, Counter>);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabels {
    limit: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    source: String,
    outcome: &'static str,
}

/// Runs from the arrival of a request to its answer.
pub(super) struct Timer<'a>(&'a Metrics, Instant);

impl Metrics {
    pub fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            events: Family::default(),
            answer_seconds: Histogram::new(exponential_buckets(0.0005, 2.0, 14)),
            limits: LimitCounters::default(),
        };
        registry.register("hookbell_events", "Requests by source and outcome", metrics.events.clone());
        registry.register("hookbell_answer_seconds", "Time from request to answer", metrics.answer_seconds.clone());
        let help = "Connections and bodies refused because a limit is reached";
        registry.register("hookbell_limited", help, metrics.limits.0.clone());
        metrics
    }

    /// Counts an answer. Requests for unknown sources share the empty name, so that unknown senders cannot
    /// create label values.
    pub(super) fn answered(&self, source: &str, answer: &Answer) {
        self.events.get_or_create(&Labels { source: source.to_owned(), outcome: answer.outcome().as_str() }).inc();
    }

    pub(super) fn timer(&self) -> Timer<'_> {
        Timer(self, Instant::now())
    }
}

impl LimitCounters {
    pub(super) fn count(&self, limit: &'static str) {
        self.0.get_or_create(&LimitLabels { limit }).inc();
    }
}

impl Timer<'_> {
    pub(super) fn stop(self) {
        self.0.answer_seconds.observe(self.1.elapsed().as_secs_f64());
    }
}
