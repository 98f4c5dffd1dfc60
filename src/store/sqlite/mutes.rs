//! Mutes, and how much each holds back. What is held back is counted where a delivery ends, in the same transaction.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row, params};

use super::super::error::Result;
use super::super::new_event::NewEvent;
use super::change::Changed;
use super::rows::{QueryExt, from_json, natural, to_json, word};
use super::{Sqlite, accept, sql};
use hookbell_model::audit::AuditAction;
use hookbell_model::delivery::{HeldBack, Mute, MuteId, MuteMatcher};
use hookbell_model::timestamp::Timestamp;

/// How long a mute is kept after its end was reported: deliveries that it held back may still be under way.
const KEPT_MS: i64 = 24 * 3600 * 1000;

impl Sqlite {
    pub(in super::super) async fn add_mute(
        &self,
        matcher: MuteMatcher,
        reason: String,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<MuteId> {
        let json = to_json(&matcher)?;
        self.change(now, move |conn| {
            conn.change(sql::mutes::NEW_MUTE, params![now.0, until.0, json, reason])?;
            let mute = MuteId(conn.last_insert_rowid());
            let (matcher, reason) = (matcher.clone(), reason.clone());
            Ok(Changed::new(mute, AuditAction::Muted { mute, matcher, reason, until }))
        })
        .await
    }

    pub(in super::super) async fn end_mutes(&self, id: Option<MuteId>, now: Timestamp) -> Result<Vec<MuteId>> {
        let id = id.map(|id| id.0);
        self.change(now, move |conn| {
            let mutes = conn.all(sql::mutes::END_MUTES, params![now.0, id], |row| row.get(0).map(MuteId))?;
            let action = AuditAction::Unmuted { mutes: mutes.clone() };
            Ok(Changed::when(!mutes.is_empty(), mutes, || action))
        })
        .await
    }

    pub(in super::super) async fn active_mutes(&self, now: Timestamp) -> Result<Vec<Mute>> {
        self.readers.query(move |conn| conn.all(sql::mutes::ACTIVE_MUTES, [now.0], mute)).await
    }

    pub(in super::super) async fn ended_mutes(&self, before: Timestamp) -> Result<Vec<Mute>> {
        self.readers.query(move |conn| conn.all(sql::mutes::ENDED_MUTES, [before.0], mute)).await
    }

    pub(in super::super) async fn held_back(&self, id: MuteId) -> Result<Vec<HeldBack>> {
        self.readers.query(move |conn| read_held_back(conn, id)).await
    }

    pub(in super::super) async fn report_mute(
        &self,
        id: MuteId,
        reported: Vec<HeldBack>,
        events: Vec<NewEvent>,
        now: Timestamp,
    ) -> Result<bool> {
        let to: BTreeSet<String> =
            events.iter().flat_map(|new| &new.deliveries).map(|new| new.destination.clone()).collect();
        let events: Vec<_> = events.into_iter().map(accept::PreparedEvent::new).collect::<Result<_>>()?;
        let wakeups = self.wakeups.clone();
        let write = move |conn: &Connection| {
            // More may have been held back since it was read; and only the first of two reports counts.
            if read_held_back(conn, id)? != reported || conn.change(sql::mutes::MUTE_REPORTED, [id.0, now.0])? == 0 {
                return Ok(false);
            }
            conn.change(sql::mutes::FORGET_HELD_BACK, [id.0])?;
            conn.change(sql::mutes::FORGET_MUTES, [now.0.saturating_sub(KEPT_MS)])?;
            for event in &events {
                event.insert(conn)?;
            }
            Ok(true)
        };
        let committed = move |written: &bool| {
            if *written {
                to.iter().for_each(|destination| wakeups.wake(destination));
            }
        };
        self.writer()?.run(write, committed).await
    }
}

fn read_held_back(conn: &Connection, id: MuteId) -> rusqlite::Result<Vec<HeldBack>> {
    conn.all(sql::mutes::HELD_BACK, [id.0], |row| {
        Ok(HeldBack {
            destination: row.get(0)?,
            event_type: row.get(1)?,
            severity: word(row, 2)?,
            count: natural(row, 3)?,
        })
    })
}

fn mute(row: &Row<'_>) -> rusqlite::Result<Mute> {
    Ok(Mute {
        id: MuteId(row.get(0)?),
        matcher: from_json(row, 1)?,
        reason: row.get(2)?,
        created: Timestamp(row.get(3)?),
        until: Timestamp(row.get(4)?),
    })
}
