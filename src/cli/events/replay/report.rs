//! What a replay did, or would do: a line each, and the counts.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::cli::out::out;
use crate::cli::usage::count;
use crate::replay::SkipReason;
use hookbell_model::delivery::RouteName;
use hookbell_model::event::EventId;

/// Everything that was looked at, in order.
#[derive(Debug, Serialize)]
pub(super) struct ReplayReport {
    dry_run: bool,
    replayed: Vec<ReplayedView>,
    skipped: Vec<SkippedView>,
}

#[derive(Debug, Serialize)]
struct ReplayedView {
    #[serde(serialize_with = "text")]
    event: EventId,
    destination: String,
    /// None in a dry run.
    delivery: Option<i64>,
    route: Option<RouteName>,
}

#[derive(Debug, Serialize)]
struct SkippedView {
    #[serde(serialize_with = "text")]
    event: EventId,
    destination: Option<String>,
    #[serde(flatten)]
    why: SkipReason,
    /// The reason as text.
    reason: String,
}

impl ReplayReport {
    pub(super) fn new(dry_run: bool) -> Self {
        Self { dry_run, replayed: Vec::new(), skipped: Vec::new() }
    }

    pub(super) fn replayed(
        &mut self,
        event: EventId,
        destination: String,
        route: Option<RouteName>,
        delivery: Option<i64>,
    ) {
        self.replayed.push(ReplayedView { event, destination, delivery, route });
    }

    pub(super) fn skip(&mut self, event: EventId, destination: Option<String>, why: SkipReason) {
        let reason = why.to_string();
        self.skipped.push(SkippedView { event, destination, why, reason });
    }

    /// Nothing was replayed although something was to be.
    pub(super) fn has_failed(&self) -> bool {
        let failed = |skipped: &SkippedView| !matches!(skipped.why, SkipReason::Already { .. });
        self.replayed.is_empty() && self.skipped.iter().any(failed)
    }

    pub(super) fn print(&self, json: bool) -> anyhow::Result<()> {
        if json {
            out!("{}", serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        for ReplayedView { event, destination, delivery, route } in &self.replayed {
            let delivery = delivery.map(|delivery| format!(": delivery {delivery}")).unwrap_or_default();
            let route = route.as_ref().map(|route| format!(" by {route}")).unwrap_or_default();
            out!("{event} → {destination}{delivery}{route}");
        }
        for SkippedView { event, destination, reason, .. } in &self.skipped {
            let to = destination.as_ref().map(|destination| format!(" → {destination}")).unwrap_or_default();
            out!("{event}{to}: skipped: {reason}");
        }
        let (done, skipped) = (count(self.replayed.len(), "delivery"), self.skipped.len());
        let done = done.replace("deliverys", "deliveries");
        let verb = if self.dry_run { "would be replayed" } else { "replayed" };
        out!("{done} {verb}, {skipped} skipped");
        Ok(())
    }
}

fn text<T: fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
