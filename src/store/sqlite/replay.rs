//! Makes deliveries again: each is a row of its own, and remembers what it replays.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::super::accepted::Accepted;
use super::super::error::Result;
use super::super::new_event::NewEvent;
use super::super::replay::{NewReplay, ReplayResult};
use super::change::Changed;
use super::rows::{self, QueryExt, to_json};
use super::{Sqlite, accept, sql, statistics};
use hookbell_model::audit::AuditAction;
use hookbell_model::delivery::{Reason, Status};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;

/// A replay ready to be written.
struct PreparedReplay {
    replay: NewReplay,
    plan: String,
}

impl Sqlite {
    pub(in super::super) async fn replay(&self, replays: Vec<NewReplay>, now: Timestamp) -> Result<Vec<ReplayResult>> {
        let destinations: BTreeSet<String> = replays.iter().map(|replay| replay.destination.clone()).collect();
        let prepared: Vec<_> = replays.into_iter().map(PreparedReplay::new).collect::<Result<_>>()?;
        let to: Vec<String> = destinations.iter().cloned().collect();
        let write = move |conn: &Connection| {
            let results: Vec<ReplayResult> =
                prepared.iter().map(|replay| replay.write(conn, now)).collect::<rusqlite::Result<_>>()?;
            let made = results.iter().filter(|result| matches!(result, ReplayResult::New(_))).count();
            let count = u64::try_from(made).unwrap_or(u64::MAX);
            Ok(Changed::when(made > 0, results, || AuditAction::Replayed { destinations: to.clone(), count }))
        };
        let results = self.change(now, write).await?;
        destinations.iter().for_each(|destination| self.wakeups.wake(destination));
        Ok(results)
    }

    pub(in super::super) async fn accept_test(&self, event: NewEvent, now: Timestamp) -> Result<EventId> {
        let destinations: Vec<String> = event.deliveries.iter().map(|new| new.destination.clone()).collect();
        let (event, to) = (accept::PreparedEvent::new(event)?.uncounted(), destinations.clone());
        let write = move |conn: &Connection| {
            let (Accepted::New(id) | Accepted::Duplicate(id)) = event.insert(conn)?;
            Ok(Changed::new(id, AuditAction::Tested { destinations: to.clone() }))
        };
        let id = self.change(now, write).await?;
        destinations.iter().for_each(|destination| self.wakeups.wake(destination));
        Ok(id)
    }

    pub(in super::super) async fn replay_obstacles(
        &self,
        replays: Vec<NewReplay>,
    ) -> Result<Vec<Option<ReplayResult>>> {
        self.readers.query(move |conn| replays.iter().map(|one| obstacle(conn, one)).collect()).await
    }
}

impl PreparedReplay {
    fn new(replay: NewReplay) -> Result<Self> {
        Ok(Self { plan: to_json(&replay.plan)?, replay })
    }

    fn write(&self, conn: &Connection, now: Timestamp) -> rusqlite::Result<ReplayResult> {
        if let Some(obstacle) = obstacle(conn, &self.replay)? {
            return Ok(obstacle);
        }
        let NewReplay { event, destination, replayed, .. } = &self.replay;
        conn.change(sql::replay::NEW_REPLAY, params![event.0, destination, self.plan, now.0])?;
        let delivery = conn.last_insert_rowid();
        conn.change(sql::replay::NOW_ROUTED, [event.0])?;
        statistics::move_event(conn, event.0)?;
        let edits = edits(&self.replay);
        for earlier in replayed {
            conn.change(sql::replay::REPLAYED, params![earlier, delivery, edits])?;
            if !edits {
                take_over(conn, *earlier, delivery, now)?;
            }
        }
        Ok(ReplayResult::New(delivery))
    }
}

/// Why it would not be made.
fn obstacle(conn: &Connection, replay: &NewReplay) -> rusqlite::Result<Option<ReplayResult>> {
    if !conn.one(sql::replay::IS_WHOLE, [replay.event.0], |row| row.get(0))?.unwrap_or(false) {
        return Ok(Some(ReplayResult::Gone));
    }
    if replay.again {
        return Ok(None);
    }
    let (destination, edits) = (&replay.destination, edits(replay));
    let read =
        |row: &rusqlite::Row<'_>| Ok(ReplayResult::Already { delivery: row.get(0)?, status: rows::word(row, 1)? });
    for earlier in &replay.replayed {
        let known = conn.one(sql::replay::REPLAY_OF, params![earlier, destination, edits], read)?;
        if known.is_some() {
            return Ok(known);
        }
    }
    if replay.replayed.is_empty() {
        return conn.one(sql::replay::DELIVERY_TO, params![replay.event.0, destination], read);
    }
    Ok(None)
}

fn edits(replay: &NewReplay) -> bool {
    replay.plan.replay.as_ref().is_some_and(|replay| replay.edit.is_some())
}

/// A dead delivery is one no more when another one brings its content; why it was dead is kept.
fn take_over(conn: &Connection, earlier: i64, by: i64, now: Timestamp) -> rusqlite::Result<()> {
    let Some(dead) = conn.one(sql::replay::DELIVERY, [earlier], rows::delivery)? else { return Ok(()) };
    if dead.status != Status::Dead {
        return Ok(());
    }
    let reason = Reason::Replayed { delivery: by, earlier: dead.reason.map(Box::new) };
    let row = params![earlier, Status::Merged.as_str(), reason.to_string(), to_json(&reason).ok(), now.0];
    conn.change(sql::replay::TAKE_OVER, row).map(|_| ())
}
