//! What a replay did, or would do: a line each, and the counts.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::cli::out::out;
use crate::cli::usage::count;
use crate::store::EventStatus;
use hookbell_model::delivery::{RouteName, Status};
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

/// Why something is not replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub(super) enum SkipReason {
    /// The event or its bytes were removed.
    Gone,
    Already {
        delivery: i64,
        status: Status,
    },
    /// The event has no delivery with the status.
    NothingWithStatus {
        #[serde(serialize_with = "text")]
        wanted: EventStatus,
        #[serde(serialize_with = "text")]
        found: EventStatus,
    },
    /// No route of today leads the event there.
    NotRouted,
    /// The config of today does not have the destination.
    NoDestination,
    /// Nothing was posted that could be rendered again.
    NotPosted,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("what came in is no longer kept (`[store] keep`), so it cannot be rendered"),
            Self::Already { delivery, status } => {
                write!(f, "already replayed as delivery {delivery}, which is {status}; `--again` replays it once more")
            }
            Self::NothingWithStatus { wanted, found: EventStatus::Has(found) } if !found.is_final() => {
                write!(f, "nothing of it is {wanted}; it is {found}, and so still on its way")
            }
            Self::NothingWithStatus { wanted, found } => {
                write!(f, "nothing of it is {wanted}; it is {found}: `--status {found}` replays that")
            }
            Self::NotRouted => f.write_str("no route leads it there now; `--to DESTINATION` sends it in any case"),
            Self::NoDestination => f.write_str("the config has no such destination now; `--to DESTINATION` names one"),
            Self::NotPosted => f.write_str("no message of it was posted, so there is none to edit"),
        }
    }
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
