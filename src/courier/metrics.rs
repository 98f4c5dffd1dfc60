//! The metrics of the courier.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::discord::Response;
use hookbell_model::delivery::AttemptOutcome;
use hookbell_model::timestamp::Timestamp;
use hookbell_template::render::Fallback;

/// The courier's counters. Cheap to clone; clones count together.
#[derive(Debug, Clone)]
pub struct Metrics {
    sends: Family<SendLabels, Counter>,
    limited: Family<DestinationLabels, Counter>,
    retries: Family<DestinationLabels, Counter>,
    repeats: Family<DestinationLabels, Counter>,
    found: Family<DestinationLabels, Counter>,
    fallbacks: Family<FallbackLabels, Counter>,
    seconds: Histogram,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SendLabels {
    destination: String,
    /// `2xx`, `429`, …; `none` when no answer came.
    status: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FallbackLabels {
    destination: String,
    /// `part`, `extended`, `generic` or `plain`.
    step: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DestinationLabels {
    destination: String,
}

impl Metrics {
    pub fn register(registry: &mut Registry) -> Self {
        // From 1 ms to a bit over four hours.
        let seconds = Histogram::new(exponential_buckets(0.001, 4.0, 13));
        let metrics = Self {
            sends: Family::default(),
            limited: Family::default(),
            retries: Family::default(),
            repeats: Family::default(),
            found: Family::default(),
            fallbacks: Family::default(),
            seconds,
        };
        let mut add = |name: &str, help: &str, family: &Family<DestinationLabels, Counter>| {
            registry.register(name, help, family.clone());
        };
        add("hookbell_rate_limited", "Answers with status 429", &metrics.limited);
        add("hookbell_retries", "Attempts that failed and are repeated", &metrics.retries);
        add("hookbell_possible_repeats", "Deliveries that may be in the channel twice", &metrics.repeats);
        let found = "Deliveries whose answer was lost and whose message was found in the channel";
        add("hookbell_found_messages", found, &metrics.found);
        registry.register("hookbell_sends", "Requests by destination, status and outcome", metrics.sends.clone());
        registry.register(
            "hookbell_template_fallbacks",
            "Messages where something replaced a template that failed, by step",
            metrics.fallbacks.clone(),
        );
        registry.register(
            "hookbell_delivery_seconds",
            "From the acceptance of an event to Discord's answer that it is posted",
            metrics.seconds.clone(),
        );
        metrics
    }

    /// Exports the counters of a destination from the start, at zero: a rate over a counter that appears later misses
    /// its first step.
    pub(super) fn begin(&self, destination: &str) {
        for family in [&self.limited, &self.retries, &self.repeats, &self.found] {
            drop(family.get_or_create(&labels(destination)));
        }
    }

    pub(super) fn sent(&self, destination: &str, answer: &Response, outcome: AttemptOutcome) {
        let status = match answer.status {
            None => "none".to_owned(),
            Some(429) => "429".to_owned(),
            Some(status) => format!("{}xx", status / 100),
        };
        if answer.status == Some(429) {
            self.limited.get_or_create(&labels(destination)).inc();
        }
        let labels = SendLabels { destination: destination.to_owned(), status, outcome: outcome.as_str() };
        self.sends.get_or_create(&labels).inc();
    }

    pub(super) fn found(&self, destination: &str) {
        self.found.get_or_create(&labels(destination)).inc();
    }

    pub(super) fn retried(&self, destination: &str) {
        self.retries.get_or_create(&labels(destination)).inc();
    }

    pub(super) fn fell_back(&self, destination: &str, step: Fallback) {
        let labels = FallbackLabels { destination: destination.to_owned(), step: step.to_string() };
        self.fallbacks.get_or_create(&labels).inc();
    }

    pub(super) fn delivered(&self, destination: &str, accepted: Timestamp, now: Timestamp, possible_repeat: bool) {
        self.seconds.observe(now.since(accepted).as_secs_f64());
        if possible_repeat {
            self.repeats.get_or_create(&labels(destination)).inc();
        }
    }
}

fn labels(destination: &str) -> DestinationLabels {
    DestinationLabels { destination: destination.to_owned() }
}
