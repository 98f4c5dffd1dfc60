//! Lists events newest first. Whatever the filter says, the answer is a union of streams, each a range of an
//! index that holds exactly what is wanted in the right order; their newest few are merged here. So nothing
//! is read in vain, however many events there are.

use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::super::error::Result;
use super::super::event_status::EventStatus;
use super::super::query::{EventFilter, EventSummary};
use super::rows::{self, QueryExt};
use super::{Sqlite, sql};
use hookbell_model::delivery::{Plan, Status};
use hookbell_model::event::EventId;
use hookbell_model::privacy::Masks;
use hookbell_model::timestamp::Timestamp;

/// How far consecutive events in the order of acceptance may be apart in time: `received` is read before the
/// queue, and clocks get set.
const DISORDER_MS: i64 = 3_600_000;

/// A range of an index: the text and its parameters from ?5 on.
struct Stream {
    sql: &'static str,
    rest: Vec<Value>,
}

/// The newest event numbers seen so far.
struct Newest {
    below: i64,
    above: i64,
    since: i64,
    limit: usize,
    found: BTreeSet<i64>,
}

impl Sqlite {
    pub(in super::super) async fn recent(
        &self,
        filter: EventFilter,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<EventSummary>> {
        self.readers.query(move |conn| recent(conn, &filter, before, limit)).await
    }
}

fn recent(
    conn: &Connection,
    filter: &EventFilter,
    before: Option<EventId>,
    limit: usize,
) -> rusqlite::Result<Vec<EventSummary>> {
    let visible = filter.destinations.as_deref();
    let numbers = numbers(conn, filter, before, limit)?;
    numbers.into_iter().filter_map(|seq| summary(conn, seq, visible).transpose()).collect()
}

/// The row numbers of those events, newest first.
pub(super) fn numbers(
    conn: &Connection,
    filter: &EventFilter,
    before: Option<EventId>,
    limit: usize,
) -> rusqlite::Result<Vec<i64>> {
    let Some(mut newest) = Newest::new(conn, filter.since, before, limit)? else { return Ok(Vec::new()) };
    for stream in streams(conn, filter)? {
        newest.take(conn, stream)?;
    }
    Ok(newest.found.into_iter().rev().collect())
}

impl Newest {
    /// None when nothing can match.
    fn new(
        conn: &Connection,
        since: Option<Timestamp>,
        before: Option<EventId>,
        limit: usize,
    ) -> rusqlite::Result<Option<Self>> {
        let mut above = 0;
        if let Some(since) = since {
            let earlier = since.0.saturating_sub(DISORDER_MS);
            match conn.one(sql::recent::FIRST_SINCE, [earlier], |row| row.get::<_, i64>(0))? {
                Some(first) => above = first - 1,
                None => return Ok(None),
            }
        }
        let since = since.map_or(i64::MIN, |since| since.0);
        let below = before.map_or(i64::MAX, |before| before.0);
        Ok((limit > 0).then(|| Self { below, above, since, limit, found: BTreeSet::new() }))
    }

    fn take(&mut self, conn: &Connection, stream: Stream) -> rusqlite::Result<()> {
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        let mut values: Vec<Value> = [self.below, self.above, self.since, limit].map(Value::from).into();
        values.extend(stream.rest);
        self.found.extend(conn.all(stream.sql, params_from_iter(values), |row| row.get::<_, i64>(0))?);
        while self.found.len() > self.limit {
            self.found.pop_first();
        }
        // Once full, only newer ones than the oldest found are of use to the streams that follow.
        if let (true, Some(oldest)) = (self.found.len() == self.limit, self.found.first()) {
            self.above = self.above.max(*oldest);
        }
        Ok(())
    }
}

fn streams(conn: &Connection, filter: &EventFilter) -> rusqlite::Result<Vec<Stream>> {
    let of_class = |sql, classes: Vec<i64>| {
        classes.into_iter().map(|class| Stream { sql, rest: vec![class.into()] }).collect::<Vec<_>>()
    };
    let any_class = takes_any_class(filter);
    let classes = || classes(conn, filter);
    match (filter.status, &filter.destinations) {
        (None, None) if any_class => Ok(vec![Stream { sql: sql::recent::STREAM_OF_ALL, rest: Vec::new() }]),
        (None, None) => Ok(of_class(sql::recent::STREAM_OF_CLASS, classes()?)),
        (status, destinations) => {
            let statuses = match status {
                Some(EventStatus::Has(status)) => vec![status],
                Some(EventStatus::Unrouted) => vec![Status::Unrouted],
                None => Status::ALL.to_vec(),
            };
            let destinations = match destinations {
                Some(named) => named.clone(),
                None => all_destinations(conn)?,
            };
            let wanted = if any_class { None } else { Some(classes()?) };
            let mut streams = streams_of_deliveries(conn, &destinations, &statuses, wanted.as_deref())?;
            // What no route took belongs to no destination.
            if status == Some(EventStatus::Unrouted) && filter.destinations.is_none() {
                streams.extend(of_class(sql::recent::STREAM_OF_UNROUTED, classes()?));
            }
            Ok(streams)
        }
    }
}

/// Whether the filter says nothing of source, topic and type.
pub(super) fn takes_any_class(filter: &EventFilter) -> bool {
    filter.source.is_none() && filter.event_type.is_none() && filter.topic.is_none() && filter.types.is_everything()
}

/// The classes that the filter takes. There are few, so that globs are compared here.
pub(super) fn classes(conn: &Connection, filter: &EventFilter) -> rusqlite::Result<Vec<i64>> {
    let row = (&filter.source, filter.topic.map(|topic| topic.as_str()), &filter.event_type);
    let found = conn.all(sql::recent::CLASSES, row, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let taken = found.into_iter().filter(|(_, event_type)| filter.types.matches(event_type));
    Ok(taken.map(|(class, _)| class).collect())
}

fn streams_of_deliveries(
    conn: &Connection,
    destinations: &[String],
    statuses: &[Status],
    wanted: Option<&[i64]>,
) -> rusqlite::Result<Vec<Stream>> {
    let mut streams = Vec::new();
    for destination in destinations {
        for status in statuses {
            let classes = match wanted {
                Some(wanted) => wanted.to_vec(),
                None => classes_of(conn, destination, *status)?,
            };
            streams.extend(classes.into_iter().map(|class| Stream {
                sql: sql::recent::STREAM_OF_DELIVERIES,
                rest: vec![class.into(), destination.clone().into(), status.as_str().to_owned().into()],
            }));
        }
    }
    Ok(streams)
}

pub(super) fn all_destinations(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut all: Vec<String> = Vec::new();
    let next = |after: &str| conn.one(sql::recent::NEXT_DESTINATION, [after], |row| row.get::<_, Option<String>>(0));
    while let Some(destination) = next(all.last().map_or("", String::as_str))?.flatten() {
        all.push(destination);
    }
    Ok(all)
}

pub(super) fn classes_of(conn: &Connection, destination: &str, status: Status) -> rusqlite::Result<Vec<i64>> {
    let mut all = Vec::new();
    let mut after = 0;
    let next = |after: i64| conn.one(sql::recent::NEXT_CLASS, (destination, status.as_str(), after), |row| row.get(0));
    while let Some(class) = next(after)?.flatten() {
        all.push(class);
        after = class;
    }
    Ok(all)
}

fn summary(conn: &Connection, seq: i64, visible: Option<&[String]>) -> rusqlite::Result<Option<EventSummary>> {
    let Some(event) = conn.one(sql::lookup::EVENT, [seq], rows::event)? else { return Ok(None) };
    let mut deliveries = conn.all(sql::recent::STATUSES, [seq], |row| {
        let plan: Plan = rows::from_json(row, 2)?;
        Ok((row.get::<_, String>(0)?, rows::word(row, 1)?, plan.masks()))
    })?;
    deliveries.retain(|(destination, ..)| visible.is_none_or(|visible| visible.contains(destination)));
    let masks = deliveries.iter().map(|(_, _, masks)| *masks).reduce(Masks::union).unwrap_or_else(Masks::all);
    let status = EventStatus::of(deliveries.into_iter().map(|(_, status, _)| status));
    Ok(Some(EventSummary { event, status, masks, title: String::new(), message: None }))
}
