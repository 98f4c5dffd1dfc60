//! Queries for a single item: an event, an id prefix, a forum post; and distinct values.

use rusqlite::Connection;

use super::super::error::Result;
use super::super::query::{Column, EventDetails, PrefixMatch, Repetitions};
use super::rows::{self, QueryExt};
use super::{Sqlite, sql};
use hookbell_model::delivery::Delivery;
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::timestamp::Timestamp;

/// Events named when a prefix fits several.
const NAMED: usize = 10;

impl Sqlite {
    pub(in super::super) async fn event(&self, id: EventId) -> Result<Option<(Event, Raw)>> {
        self.readers.query_here(|conn| event(conn, id)).await
    }

    pub(in super::super) async fn post(&self, destination: &str, title: &str) -> Result<Option<String>> {
        self.readers.query_here(|conn| post(conn, destination, title)).await
    }

    pub(in super::super) async fn find(&self, prefix: &str) -> Result<PrefixMatch> {
        let prefix = prefix.to_owned();
        self.readers.query(move |conn| find(conn, &prefix)).await
    }

    pub(in super::super) async fn details(&self, id: EventId) -> Result<Option<EventDetails>> {
        self.readers.query(move |conn| details(conn, id)).await
    }

    pub(in super::super) async fn distinct(&self, column: Column, limit: usize) -> Result<Vec<String>> {
        self.readers.query(move |conn| distinct(conn, column, limit)).await
    }
}

pub(super) fn details(conn: &Connection, id: EventId) -> rusqlite::Result<Option<EventDetails>> {
    let Some((event, raw)) = event(conn, id)? else { return Ok(None) };
    let deliveries = conn.all(sql::lookup::DELIVERIES, [id.0], rows::delivery)?;
    let with_attempts = |delivery: Delivery| {
        let attempts = conn.all(sql::lookup::ATTEMPTS, [delivery.id], rows::attempt)?;
        Ok((delivery, attempts))
    };
    let deliveries = deliveries.into_iter().map(with_attempts).collect::<rusqlite::Result<_>>()?;
    let repetitions = conn.one(sql::lookup::REPETITIONS, [id.0], |row| {
        let (first, last) = (Timestamp(row.get(1)?), Timestamp(row.get(2)?));
        Ok(Repetitions { count: rows::natural(row, 0)?, first, last })
    })?;
    let receipt = conn.one(sql::lookup::RAW, [id.0], rows::receipt)?.flatten();
    Ok(Some(EventDetails { event, raw, receipt, deliveries, repetitions, title: String::new() }))
}

fn find(conn: &Connection, prefix: &str) -> rusqlite::Result<PrefixMatch> {
    let span = conn.one(sql::lookup::OLDEST_AND_NEWEST, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((Some(oldest), Some(newest))) = span else { return Ok(PrefixMatch::None) };
    let Some(candidates) = EventId::candidates(prefix, newest) else { return Ok(PrefixMatch::None) };
    let mut found = Vec::new();
    for id in candidates.take_while(|id| id.0 >= oldest) {
        if conn.one(sql::lookup::EXISTS, [id.0], |row| row.get(0))?.unwrap_or(false) {
            found.push(id);
        }
        if found.len() == NAMED {
            break;
        }
    }
    Ok(match found.as_slice() {
        [] => PrefixMatch::None,
        [one] => PrefixMatch::One(*one),
        _ => PrefixMatch::Many(found),
    })
}

pub(super) fn event(conn: &Connection, id: EventId) -> rusqlite::Result<Option<(Event, Raw)>> {
    let event = conn.one(sql::lookup::EVENT, [id.0], rows::event)?;
    Ok(event.zip(conn.one(sql::lookup::RAW, [id.0], rows::raw)?))
}

fn post(conn: &Connection, destination: &str, title: &str) -> rusqlite::Result<Option<String>> {
    conn.one(sql::lookup::POST, [destination, title], |row| row.get(0))
}

fn distinct(conn: &Connection, column: Column, limit: usize) -> rusqlite::Result<Vec<String>> {
    let text = match column {
        Column::Source => sql::lookup::SOURCES,
        Column::EventType => sql::lookup::EVENT_TYPES,
        Column::Topic => sql::lookup::TOPICS,
    };
    conn.all(text, [i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get(0))
}
