//! The app's own metrics: reloads of the config.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Reloads by outcome, and whether the last one was refused.
#[derive(Debug, Clone)]
pub(super) struct Metrics {
    reloads: Family<Labels, Counter>,
    stale: Gauge,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    outcome: &'static str,
}

impl Metrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self { reloads: Family::default(), stale: Gauge::default() };
        registry.register("hookbell_config_reloads", "Times the changed files were read", metrics.reloads.clone());
        let help = "1 while the files hold mistakes and the last good ones are used";
        registry.register("hookbell_config_stale", help, metrics.stale.clone());
        for outcome in ["taken", "refused"] {
            drop(metrics.reloads.get_or_create(&Labels { outcome }));
        }
        metrics
    }

    pub(super) fn reloaded(&self, taken: bool) {
        let outcome = if taken { "taken" } else { "refused" };
        self.reloads.get_or_create(&Labels { outcome }).inc();
        self.stale.set(i64::from(!taken));
    }
}
