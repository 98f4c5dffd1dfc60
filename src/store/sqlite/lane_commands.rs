//! What operators do to lanes beside the running server: pause, resume, retry, purge.

use rusqlite::{Connection, params};

use super::super::error::Result;
use super::super::lane::{Paused, Purge, PurgeFilter};
use super::change::Changed;
use super::rows::{self, QueryExt};
use super::{Sqlite, sql};
use hookbell_model::audit::AuditAction;
use hookbell_model::delivery::Reason;
use hookbell_model::timestamp::Timestamp;

/// Deliveries looked at in one transaction, so that the server's writer never waits for long.
const STEP: usize = 500;
/// Before the first delivery of a lane.
const FIRST: Position = Position { priority: i64::MAX, event: i64::MAX, delivery: i64::MAX };

/// The place of a delivery in its lane.
#[derive(Debug, Clone, Copy)]
struct Position {
    priority: i64,
    event: i64,
    delivery: i64,
}

impl Sqlite {
    pub(in super::super) async fn pause_lane(&self, destination: &str, paused: Paused) -> Result<()> {
        let (destination, since) = (destination.to_owned(), paused.since);
        let paused = rows::to_json(paused)?;
        self.change(since, move |conn| {
            pause(conn, &destination, &paused)?;
            Ok(Changed::new((), AuditAction::LanePaused { destination: destination.clone() }))
        })
        .await
    }

    pub(in super::super) async fn resume_lane(&self, destination: &str, now: Timestamp) -> Result<bool> {
        let destination = destination.to_owned();
        self.change(now, move |conn| {
            let resumed = resume(conn, &destination)?;
            Ok(Changed::when(resumed, resumed, || AuditAction::LaneResumed { destination: destination.clone() }))
        })
        .await
    }

    pub(in super::super) async fn retry_lane(&self, destination: &str, now: Timestamp) -> Result<()> {
        let destination = destination.to_owned();
        self.change(now, move |conn| {
            retry(conn, &destination, now)?;
            Ok(Changed::new((), AuditAction::LaneRetried { destination: destination.clone() }))
        })
        .await
    }

    pub(in super::super) async fn count_purge(&self, destination: &str, filter: PurgeFilter) -> Result<Purge> {
        let destination = destination.to_owned();
        self.readers.query(move |conn| count(conn, &destination, &filter)).await
    }

    pub(in super::super) async fn purge_lane(
        &self,
        destination: &str,
        filter: PurgeFilter,
        now: Timestamp,
    ) -> Result<Purge> {
        let mut purged = PurgeProgress::new(destination, filter, now);
        while !purged.is_done() {
            // Each step says how much it took, so that no crash leaves one unrecorded.
            let (before, destination) = (purged.total().count, destination.to_owned());
            let step = move |conn: &Connection| {
                let purged = purged.clone().step(conn)?;
                let count = purged.total().count - before;
                let action = || AuditAction::LanePurged { destination: destination.clone(), count };
                Ok(Changed::when(count > 0, purged, action))
            };
            purged = self.change(now, step).await?;
        }
        Ok(purged.total())
    }

    pub(in super::super) async fn command_count(&self) -> Result<i64> {
        self.readers.query_here(count_commands).await
    }
}

fn pause(conn: &Connection, destination: &str, paused: &str) -> rusqlite::Result<()> {
    conn.change(sql::lane_commands::PAUSE, [destination, paused]).map(|_| ())
}

fn resume(conn: &Connection, destination: &str) -> rusqlite::Result<bool> {
    conn.change(sql::lane_commands::RESUME, [destination]).map(|changed| changed > 0)
}

fn retry(conn: &Connection, destination: &str, now: Timestamp) -> rusqlite::Result<()> {
    conn.change(sql::lane_commands::ASK, params![destination, now.0])?;
    conn.change(sql::lane_commands::DUE_NOW, params![destination, now.0]).map(|_| ())
}

fn count_commands(conn: &Connection) -> rusqlite::Result<i64> {
    conn.one(sql::lane_commands::COMMAND_COUNT, [], |row| row.get(0)).map(Option::unwrap_or_default)
}

fn count(conn: &Connection, destination: &str, filter: &PurgeFilter) -> rusqlite::Result<Purge> {
    let (mut found, mut after) = (Purge::default(), Some(FIRST));
    while let Some(position) = after {
        let page = page(conn, destination, filter, position)?;
        page.selected.iter().for_each(|(_, received)| found.add(*received));
        after = page.next;
    }
    Ok(found)
}

/// A purge, one small transaction after the other.
#[derive(Clone)]
struct PurgeProgress {
    destination: String,
    filter: PurgeFilter,
    now: Timestamp,
    /// None when it is done.
    after: Option<Position>,
    total: Purge,
}

impl PurgeProgress {
    fn new(destination: &str, filter: PurgeFilter, now: Timestamp) -> Self {
        let (destination, total) = (destination.to_owned(), Purge::default());
        Self { destination, filter, now, after: Some(FIRST), total }
    }

    fn is_done(&self) -> bool {
        self.after.is_none()
    }

    fn total(&self) -> Purge {
        self.total
    }

    fn step(mut self, conn: &Connection) -> rusqlite::Result<Self> {
        let Some(position) = self.after else { return Ok(self) };
        let page = page(conn, &self.destination, &self.filter, position)?;
        let (text, json) = (Reason::Purged.to_string(), rows::to_json(Reason::Purged).ok());
        for (delivery, received) in page.selected {
            if conn.change(sql::lane_commands::PURGE, params![delivery, text, json, self.now.0])? > 0 {
                self.total.add(received);
            }
        }
        self.after = page.next;
        Ok(self)
    }
}

struct Page {
    /// Each with the time of its event's receipt.
    selected: Vec<(i64, Timestamp)>,
    /// Where the next page begins; none after the last one.
    next: Option<Position>,
}

fn page(conn: &Connection, destination: &str, filter: &PurgeFilter, after: Position) -> rusqlite::Result<Page> {
    let Position { priority, event, delivery } = after;
    let row = params![destination, priority, event, delivery, i64::try_from(STEP).unwrap_or(i64::MAX)];
    let found = conn.all(sql::lane_commands::PENDING_AFTER, row, |row| {
        let position = Position { priority, event: row.get(0)?, delivery: row.get(1)? };
        Ok((position, row.get::<_, String>(2)?, Timestamp(row.get(3)?)))
    })?;
    let next = if found.len() == STEP {
        found.last().map(|(position, ..)| *position)
    } else {
        let lower =
            conn.one(sql::backlog::NEXT_PRIORITY, params![destination, priority], |row| row.get::<_, Option<i64>>(0))?;
        lower.flatten().map(|priority| Position { priority, event: i64::MIN, delivery: i64::MIN })
    };
    let wanted = |source: &str, received: Timestamp| {
        filter.source.as_deref().is_none_or(|wanted| wanted == source)
            && filter.before.is_none_or(|before| received < before)
    };
    let selected = found.into_iter().filter(|(_, source, received)| wanted(source, *received));
    Ok(Page { selected: selected.map(|(position, _, received)| (position.delivery, received)).collect(), next })
}
