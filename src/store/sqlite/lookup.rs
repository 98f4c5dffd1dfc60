//! Queries for a single item: a lane's head, an event, an id prefix, a live message; and the counts.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::super::lane::QueuedDelivery;
use super::super::query::{Column, EventDetails, PrefixMatch, Repetitions};
use super::rows::{self, QueryExt};
use super::sql;
use hookbell_model::delivery::Delivery;
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::timestamp::Timestamp;

/// Events named when a prefix fits several.
const NAMED: usize = 10;

pub(super) fn heads(conn: &Connection, destination: &str, limit: usize) -> rusqlite::Result<Vec<QueuedDelivery>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let deliveries = conn.all(sql::HEADS, params![destination, limit], rows::delivery)?;
    deliveries.into_iter().map(|delivery| queued(conn, delivery)).collect()
}

fn queued(conn: &Connection, delivery: Delivery) -> rusqlite::Result<QueuedDelivery> {
    let (event, raw) = event(conn, delivery.event)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok(QueuedDelivery { delivery, event, raw })
}

pub(super) fn posts_since(conn: &Connection, destination: &str, since: Timestamp) -> rusqlite::Result<Vec<Timestamp>> {
    conn.all(sql::POSTS, params![destination, since.0], |row| row.get(0).map(Timestamp))
}

pub(super) fn last_message(conn: &Connection, destination: &str) -> rusqlite::Result<Option<u64>> {
    let found = conn.one(sql::LAST_MESSAGE, [destination], |row| row.get::<_, Option<i64>>(0))?;
    Ok(found.flatten().and_then(|id| u64::try_from(id).ok()))
}

pub(super) fn details(conn: &Connection, id: EventId) -> rusqlite::Result<Option<EventDetails>> {
    let Some((event, raw)) = event(conn, id)? else { return Ok(None) };
    let deliveries = conn.all(sql::DELIVERIES, [id.0], rows::delivery)?;
    let with_attempts = |delivery: Delivery| {
        let attempts = conn.all(sql::ATTEMPTS, [delivery.id], rows::attempt)?;
        Ok((delivery, attempts))
    };
    let deliveries = deliveries.into_iter().map(with_attempts).collect::<rusqlite::Result<_>>()?;
    let repetitions = conn.one(sql::REPETITIONS, [id.0], |row| {
        let (first, last) = (Timestamp(row.get(1)?), Timestamp(row.get(2)?));
        Ok(Repetitions { count: rows::natural(row, 0)?, first, last })
    })?;
    Ok(Some(EventDetails { event, raw, deliveries, repetitions }))
}

pub(super) fn find(conn: &Connection, prefix: &str) -> rusqlite::Result<PrefixMatch> {
    let span = conn.one(sql::OLDEST_AND_NEWEST, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((Some(oldest), Some(newest))) = span else { return Ok(PrefixMatch::None) };
    let Some(candidates) = EventId::candidates(prefix, newest) else { return Ok(PrefixMatch::None) };
    let mut found = Vec::new();
    for id in candidates.take_while(|id| id.0 >= oldest) {
        if conn.one(sql::EXISTS, [id.0], |row| row.get(0))?.unwrap_or(false) {
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
    let event = conn.one(sql::EVENT, [id.0], rows::event)?;
    Ok(event.zip(conn.one(sql::RAW, [id.0], rows::raw)?))
}

pub(super) fn post(conn: &Connection, destination: &str, title: &str) -> rusqlite::Result<Option<String>> {
    conn.one(sql::POST, [destination, title], |row| row.get(0))
}

pub(super) fn count_since(conn: &Connection, since: Timestamp) -> rusqlite::Result<Vec<(String, u64)>> {
    let mut by_class: BTreeMap<i64, u64> = BTreeMap::new();
    let mut statement = conn.prepare_cached(sql::CLASSES_SINCE)?;
    let mut rows = statement.query([since.0])?;
    while let Some(row) = rows.next()? {
        *by_class.entry(row.get(0)?).or_default() += 1;
    }
    let mut by_source: BTreeMap<String, u64> = BTreeMap::new();
    for (class, count) in by_class {
        if let Some(source) = conn.one(sql::SOURCE_OF_CLASS, [class], |row| row.get(0))? {
            *by_source.entry(source).or_default() += count;
        }
    }
    Ok(by_source.into_iter().collect())
}

pub(super) fn distinct(conn: &Connection, column: Column, limit: usize) -> rusqlite::Result<Vec<String>> {
    let text = match column {
        Column::Source => sql::SOURCES,
        Column::EventType => sql::EVENT_TYPES,
        Column::Topic => sql::TOPICS,
    };
    conn.all(text, [i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get(0))
}
