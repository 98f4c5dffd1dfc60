//! Statistics: counters of events and the ledger of sales. Both are written in the transaction that accepts an event, and
//! corrected where an event turns out to be in another place than where it was counted.

mod audience;
mod bucket;
mod counters;
mod forget;
mod ledger;
mod totals;

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::super::error::Result;
use super::super::scope::Scope;
use super::super::statistics::{Period, Statistics, StatisticsFilter};
use super::rows::{QueryExt, to_json};
use super::{Sqlite, sql};
use hookbell_model::event::{Event, Severity};
use hookbell_model::live::EventPosition;
use hookbell_model::own_event::OWN;
use hookbell_model::sale::SaleClaim;
use hookbell_model::timestamp::Timestamp;

/// What an event adds to the statistics, made before the writer's turn.
pub(super) struct PreparedCount {
    sales: Vec<SaleClaim>,
    position: String,
}

/// Where an event was counted: its series and its audience.
pub(super) struct Counted {
    pub(super) series: i64,
    pub(super) audience: i64,
}

impl Sqlite {
    pub(in super::super) async fn statistics(
        &self,
        scope: Scope,
        filter: StatisticsFilter,
        periods: Vec<Period>,
    ) -> Result<Vec<Statistics>> {
        self.readers.query(move |conn| totals::of_periods(conn, &scope, &filter, &periods)).await
    }

    pub(in super::super) async fn prune_statistics(&self, before: Timestamp) -> Result<()> {
        forget::forget(&self.readers, self.writer()?, before).await
    }
}

impl PreparedCount {
    /// None for hookbell's own events.
    pub(super) fn new(event: &Event, sales: Vec<SaleClaim>) -> Result<Option<Self>> {
        if event.source == OWN {
            return Ok(None);
        }
        Ok(Some(Self { sales, position: to_json(EventPosition::of(event))? }))
    }

    /// Counts a new event, whose row is written next with what this returns.
    pub(super) fn count<'d>(
        &self,
        conn: &Connection,
        event: &Event,
        destinations: impl Iterator<Item = &'d str>,
    ) -> rusqlite::Result<Counted> {
        let severity = event.facts.severity.unwrap_or(Severity::Info);
        let series = counters::series(conn, event, severity)?;
        let audience = audience::of_destinations(conn, destinations)?;
        counters::add(conn, audience, series, event.received, 1)?;
        Ok(Counted { series, audience })
    }

    /// Records what the event says of sales; `seq` is its number.
    pub(super) fn record_sales(
        &self,
        conn: &Connection,
        event: &Event,
        seq: i64,
        counted: &Counted,
    ) -> rusqlite::Result<()> {
        if self.sales.is_empty() {
            return Ok(());
        }
        let origin = ledger::Origin { event, seq, audience: counted.audience, position: &self.position };
        ledger::record(conn, &origin, &self.sales)
    }
}

/// A delivery has ended: where its event was counted elsewhere, that is corrected.
pub(super) fn settled(conn: &Connection, delivery: i64) -> rusqlite::Result<()> {
    match conn.one(sql::statistics::MISPLACED, [delivery], |row| row.get(0))? {
        Some(seq) => move_event(conn, seq),
        None => Ok(()),
    }
}

/// The place of a destination is another one now, or unknown: what waits follows it.
pub(super) fn destination_moved(conn: &Connection, destination: &str) -> rusqlite::Result<()> {
    let events = conn.all(sql::statistics::WAITING_EVENTS, [destination], |row| row.get::<_, i64>(0))?;
    // One that waits twice is moved once.
    events.into_iter().collect::<BTreeSet<_>>().into_iter().try_for_each(|seq| move_event(conn, seq))
}

/// The place of a webhook is learnt: what was counted without one is counted there from now on.
pub(super) fn place_found(
    conn: &Connection,
    destination: &str,
    fingerprint: &str,
    place: (&str, &str),
) -> rusqlite::Result<()> {
    let audiences = conn.all(sql::statistics::UNPLACED, (destination, fingerprint), |row| row.get::<_, i64>(0))?;
    for audience in audiences.into_iter().collect::<BTreeSet<_>>() {
        ledger::while_changed(conn, sql::statistics::SALES_OF_AUDIENCE, audience, || {
            audience::place(conn, audience, destination, fingerprint, place)
        })?;
    }
    Ok(())
}

/// Counts an event where its deliveries are: one was added, or is elsewhere than it was.
pub(super) fn move_event(conn: &Connection, seq: i64) -> rusqlite::Result<()> {
    let read =
        |row: &rusqlite::Row<'_>| Ok((Counted { series: row.get(0)?, audience: row.get(1)? }, Timestamp(row.get(2)?)));
    let Some((counted, received)) = conn.one(sql::statistics::COUNTED, [seq], read)? else { return Ok(()) };
    let audience = audience::of_event(conn, seq)?;
    if audience == counted.audience {
        return Ok(());
    }
    counters::add(conn, counted.audience, counted.series, received, -1)?;
    counters::add(conn, audience, counted.series, received, 1)?;
    conn.change(sql::statistics::COUNTED_IN, [seq, audience])?;
    ledger::while_changed(conn, sql::statistics::SALES_OF_EVENT, seq, || {
        conn.change(sql::statistics::LINES_SEEN_IN, [seq, audience]).map(|_| ())
    })
}
