//! What became of events that were sent: read from the store while the server writes it.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use tokio::time::Instant;

use crate::cli::out::out;
use crate::store::{self, EventDetails, EventFilter, Store};
use hookbell_model::delivery::{Delivery, Status};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;

/// How far the server's clock may be behind: an event may be dated so long before the first request.
const MAX_CLOCK_SKEW: i64 = 60_000;
const POLL: Duration = Duration::from_millis(100);

pub(super) struct DeliveryTracker {
    store: Store,
    source: String,
    since: Timestamp,
}

/// How one event ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EventOutcome {
    Delivered,
    Unrouted,
    /// Given up, by Discord or by hookbell.
    Dead,
    /// Held back by its route: a digest, its rate, a storm, `hold`.
    Collecting,
    /// Not delivered before the wait ended.
    Pending,
}

impl DeliveryTracker {
    pub(super) async fn open(config: &store::Config, source: &str, since: Timestamp) -> anyhow::Result<Self> {
        let store = Store::attach(config).await?;
        Ok(Self { store, source: source.to_owned(), since: Timestamp(since.0 - MAX_CLOCK_SKEW) })
    }

    /// The events of the source that were received since the first request, by their references. A response in the
    /// provider's own form has no id.
    pub(super) async fn received(&self, most: usize) -> anyhow::Result<Vec<(String, EventId)>> {
        let filter =
            EventFilter { source: Some(self.source.clone()), since: Some(self.since), ..EventFilter::default() };
        let found = self.store.recent(filter, None, most).await?;
        Ok(found.into_iter().map(|summary| (summary.event.reference, summary.event.id)).collect())
    }

    /// Waits until every delivery of the event has come to an end.
    pub(super) async fn outcome(&self, event: EventId, until: Instant) -> anyhow::Result<(EventOutcome, EventDetails)> {
        loop {
            let details = self.store.details(event).await?.context("the event is not in this config's store")?;
            let outcome = outcome(&details);
            let is_open = matches!(outcome, EventOutcome::Pending | EventOutcome::Collecting);
            if is_open && Instant::now() < until {
                tokio::time::sleep(POLL).await;
                continue;
            }
            return Ok((outcome, details));
        }
    }

    /// Prints where the event went.
    pub(super) async fn print_result(
        &self,
        event: Option<EventId>,
        reference: &str,
        wait: Duration,
    ) -> anyhow::Result<ExitCode> {
        let event = match event {
            Some(event) => Some(event),
            None => self.received(100).await?.into_iter().find(|(known, _)| known == reference).map(|(_, id)| id),
        };
        let event = event.context("the server took it, but made no event of it in this config's store")?;
        let (outcome, details) = self.outcome(event, Instant::now() + wait).await?;
        if details.deliveries.is_empty() {
            out!("unrouted: no route takes this event");
        }
        for (delivery, _) in &details.deliveries {
            let place =
                delivery.message.as_ref().map(|message| format!(" (message {})", message.id)).unwrap_or_default();
            out!("{} → {}: {}{place}", delivery.status, delivery.destination, delivery.reason_text());
        }
        Ok(if outcome == EventOutcome::Delivered { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

fn outcome(details: &EventDetails) -> EventOutcome {
    let any = |status: Status| details.deliveries.iter().any(|(delivery, _): &(Delivery, _)| delivery.status == status);
    match () {
        () if details.deliveries.is_empty() => EventOutcome::Unrouted,
        () if any(Status::Pending) => EventOutcome::Pending,
        () if any(Status::Collecting) => EventOutcome::Collecting,
        () if any(Status::Dead) => EventOutcome::Dead,
        () if details.deliveries.iter().all(|(delivery, _)| delivery.status == Status::Unrouted) => {
            EventOutcome::Unrouted
        }
        () => EventOutcome::Delivered,
    }
}
