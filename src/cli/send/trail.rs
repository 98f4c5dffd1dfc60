//! What became of events that were sent: looked up in the store, beside the server that writes it.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use tokio::time::Instant;

use super::out;
use crate::store::{self, EventDetails, EventFilter, Store};
use hookbell_model::delivery::{Delivery, Status};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;

/// How long before the first request an event may have been received by the server's clock.
const CLOCKS_DIFFER: i64 = 60_000;
const POLL: Duration = Duration::from_millis(100);

pub(super) struct Trail {
    store: Store,
    source: String,
    since: Timestamp,
}

/// How one event ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Delivered,
    Unrouted,
    /// Given up, by Discord or by hookbell.
    Dead,
    /// Not delivered while somebody waited.
    Pending,
}

impl Trail {
    pub(super) async fn open(config: &store::Config, source: &str, since: Timestamp) -> anyhow::Result<Self> {
        let store = Store::attach(config).await?;
        Ok(Self { store, source: source.to_owned(), since: Timestamp(since.0 - CLOCKS_DIFFER) })
    }

    /// The events of the source that were received since the first request, by their references. A provider
    /// whose file words the answers does not tell hookbell's own id.
    pub(super) async fn received(&self, most: usize) -> anyhow::Result<Vec<(String, EventId)>> {
        let filter =
            EventFilter { source: Some(self.source.clone()), since: Some(self.since), ..EventFilter::default() };
        let found = self.store.recent(filter, None, most).await?;
        Ok(found.into_iter().map(|summary| (summary.event.reference, summary.event.id)).collect())
    }

    /// Waits until every delivery of the event has come to an end.
    pub(super) async fn end(&self, event: EventId, until: Instant) -> anyhow::Result<(End, EventDetails)> {
        loop {
            let details = self.store.details(event).await?.context("the event is not in this config's store")?;
            let end = end(&details);
            if end == End::Pending && Instant::now() < until {
                tokio::time::sleep(POLL).await;
                continue;
            }
            return Ok((end, details));
        }
    }

    /// Tells where the event went.
    pub(super) async fn tell(
        &self,
        told: Option<EventId>,
        reference: &str,
        wait: Duration,
    ) -> anyhow::Result<ExitCode> {
        let event = match told {
            Some(event) => Some(event),
            None => self.received(100).await?.into_iter().find(|(known, _)| known == reference).map(|(_, id)| id),
        };
        let event = event.context("the server took it, but made no event of it in this config's store")?;
        let (end, details) = self.end(event, Instant::now() + wait).await?;
        if end == End::Unrouted {
            out!("unrouted: no route takes this event");
        }
        for (delivery, _) in &details.deliveries {
            let place =
                delivery.message.as_ref().map(|message| format!(" (message {})", message.id)).unwrap_or_default();
            out!("{} → {}: {}{place}", delivery.status, delivery.destination, delivery.reason_text());
        }
        Ok(if end == End::Delivered { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

fn end(details: &EventDetails) -> End {
    let any = |status: Status| details.deliveries.iter().any(|(delivery, _): &(Delivery, _)| delivery.status == status);
    match () {
        () if details.deliveries.is_empty() => End::Unrouted,
        () if details.deliveries.iter().any(|(delivery, _)| !delivery.status.is_final()) => End::Pending,
        () if any(Status::Dead) => End::Dead,
        () => End::Delivered,
    }
}
