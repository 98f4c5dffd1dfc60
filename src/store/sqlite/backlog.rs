//! The condition of a lane, what waits in it, what its fallback was told; and sources that send nothing.

use rusqlite::{Connection, params};

use super::super::backlog::{Backlog, LaneHealth, ToldCondition};
use super::super::error::Result;
use super::super::query::EventFilter;
use super::rows::{self, QueryExt, natural};
use super::{Sqlite, lane, recent, sql};
use hookbell_model::delivery::{Delivery, Plan};
use hookbell_model::event::{Event, Severity};
use hookbell_model::own_event::WorstEvent;
use hookbell_model::timestamp::Timestamp;

/// Pending deliveries of which the worst is found.
const MOST_COMPARED: i64 = 2000;

impl Sqlite {
    pub(in super::super) async fn lane_health(&self, destination: &str) -> Result<LaneHealth> {
        self.readers.query_here(|conn| health(conn, destination)).await
    }

    pub(in super::super) async fn backlog(&self, destination: &str) -> Result<Backlog> {
        let destination = destination.to_owned();
        self.readers.query(move |conn| backlog(conn, &destination)).await
    }

    pub(in super::super) async fn tell_fallback(&self, destination: &str, told: Option<ToldCondition>) -> Result<()> {
        let (destination, told) = (destination.to_owned(), told_json(told)?);
        self.write(move |conn| tell(conn, &destination, told.as_deref())).await
    }

    pub(in super::super) async fn last_received(&self, source: &str) -> Result<Option<Timestamp>> {
        self.readers.query_here(|conn| last_received(conn, source)).await
    }

    pub(in super::super) async fn count_between(
        &self,
        source: &str,
        from: Timestamp,
        to: Timestamp,
        limit: u64,
    ) -> Result<u64> {
        self.readers.query_here(|conn| count_between(conn, source, from, to, limit)).await
    }

    pub(in super::super) async fn silence(&self, source: &str) -> Result<Option<Timestamp>> {
        self.readers.query_here(|conn| silence(conn, source)).await
    }

    pub(in super::super) async fn set_silence(&self, source: &str, since: Option<Timestamp>) -> Result<()> {
        let source = source.to_owned();
        self.write(move |conn| set_silence(conn, &source, since)).await
    }
}

fn health(conn: &Connection, destination: &str) -> rusqlite::Result<LaneHealth> {
    let head = oldest(conn, destination)?;
    let (parked, paused) = lane::obstacles(conn, destination)?;
    let told = conn.one(sql::backlog::TOLD, [destination], |row| row.get::<_, Option<String>>(0))?.flatten();
    let told = told.map(|json| rows::read_json(json.as_bytes(), 0)).transpose()?;
    let (oldest, reason) = head.map(|head| (head.created, head.reason)).unzip();
    Ok(LaneHealth { parked, paused, oldest, reason: reason.flatten(), told })
}

/// What is urgent may have overtaken it.
fn oldest(conn: &Connection, destination: &str) -> rusqlite::Result<Option<Delivery>> {
    let (mut oldest, mut above) = (None::<Delivery>, i64::MAX);
    let next = |above: i64| {
        conn.one(sql::backlog::NEXT_PRIORITY, params![destination, above], |row| row.get::<_, Option<i64>>(0))
            .map(Option::flatten)
    };
    while let Some(priority) = next(above)? {
        let first = conn.one(sql::backlog::OLDEST_OF_PRIORITY, params![destination, priority], rows::delivery)?;
        let is_older = |first: &Delivery| oldest.as_ref().is_none_or(|known| first.event < known.event);
        if let Some(first) = first.filter(is_older) {
            oldest = Some(first);
        }
        above = priority;
    }
    Ok(oldest)
}

fn backlog(conn: &Connection, destination: &str) -> rusqlite::Result<Backlog> {
    let count = conn.one(sql::backlog::DEPTH, [destination], |row| natural(row, 0))?.unwrap_or_default();
    let mut worst: Option<(Severity, Event, Plan)> = None;
    let pending = conn.all(sql::backlog::PENDING_EVENTS, params![destination, MOST_COMPARED], |row| {
        Ok((rows::event(row)?, rows::from_json::<Plan>(row, 9)?))
    })?;
    for (event, plan) in pending {
        let severity = event.facts.severity.unwrap_or(Severity::Info);
        if worst.as_ref().is_none_or(|(known, ..)| severity.is_worse_than(*known)) {
            worst = Some((severity, event, plan));
        }
    }
    let worst = worst.map(|(severity, event, plan)| {
        let event = plan.masks().event(&event);
        let title = event.facts.subject.unwrap_or(event.event_type);
        WorstEvent { event: event.id.to_string(), severity, title }
    });
    Ok(Backlog { count, worst })
}

fn tell(conn: &Connection, destination: &str, told: Option<&str>) -> rusqlite::Result<()> {
    conn.change(sql::backlog::TELL, params![destination, told]).map(|_| ())
}

fn told_json(told: Option<ToldCondition>) -> Result<Option<String>> {
    told.map(rows::to_json).transpose()
}

/// When the newest event of a source was received.
fn last_received(conn: &Connection, source: &str) -> rusqlite::Result<Option<Timestamp>> {
    let mut last = None;
    for class in classes(conn, source)? {
        let newest = conn.one(sql::backlog::NEWEST_OF_CLASS, [class], |row| row.get::<_, Option<i64>>(0))?.flatten();
        let received = conn.one(sql::lookup::RECEIVED, [newest], |row| row.get(0).map(Timestamp))?;
        last = last.max(received);
    }
    Ok(last)
}

/// How many events of a source were received from `from` to `to`, at most `limit`.
fn count_between(conn: &Connection, source: &str, from: Timestamp, to: Timestamp, limit: u64) -> rusqlite::Result<u64> {
    let first_since = |at: Timestamp| conn.one(sql::recent::FIRST_SINCE, [at.0], |row| row.get::<_, i64>(0));
    let Some(first) = first_since(from)? else { return Ok(0) };
    let end = first_since(to)?.unwrap_or(i64::MAX);
    let mut count = 0;
    for class in classes(conn, source)? {
        let left = i64::try_from(limit.saturating_sub(count)).unwrap_or(i64::MAX);
        count += conn
            .one(sql::backlog::COUNT_OF_CLASS, [class, first, end, left], |row| natural(row, 0))?
            .unwrap_or_default();
    }
    Ok(count)
}

fn silence(conn: &Connection, source: &str) -> rusqlite::Result<Option<Timestamp>> {
    conn.one(sql::backlog::SILENCE, [source], |row| row.get(0).map(Timestamp))
}

fn set_silence(conn: &Connection, source: &str, since: Option<Timestamp>) -> rusqlite::Result<()> {
    match since {
        Some(since) => conn.change(sql::backlog::NEW_SILENCE, params![source, since.0]).map(|_| ()),
        None => conn.change(sql::backlog::END_SILENCE, [source]).map(|_| ()),
    }
}

fn classes(conn: &Connection, source: &str) -> rusqlite::Result<Vec<i64>> {
    recent::classes(conn, &EventFilter { source: Some(source.to_owned()), ..EventFilter::default() })
}
