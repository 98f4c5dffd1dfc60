//! Removes old events in small steps. Readers find what may go, the writer removes a few at a time. How far a pass
//! has come is kept in memory, so that events that must stay are not examined again and again.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, params};

use super::super::error::Result;
use super::readers::Readers;
use super::rows::QueryExt;
use super::sql;
use super::writer::WriterHandle;
use hookbell_model::timestamp::Timestamp;

/// Events examined in one query.
const PAGE: i64 = 1000;
/// Events removed in one transaction: a few milliseconds.
const STEP: usize = 25;
/// Live messages, and as many posts, removed in one transaction.
const MESSAGES: i64 = 500;
/// A new pass from the oldest event on begins when `before` has moved on this far.
const PASS_MS: i64 = 3_600_000;

/// How far the current pass has come.
#[derive(Debug, Default)]
pub(super) struct PruneProgress(Mutex<Pass>);

#[derive(Debug, Default, Clone, Copy)]
struct Pass {
    /// All events up to this number were examined.
    examined: i64,
    began: Option<Timestamp>,
}

pub(super) async fn prune(
    readers: &Arc<Readers>,
    writer: &WriterHandle,
    progress: &PruneProgress,
    before: Timestamp,
    limit: usize,
) -> Result<usize> {
    let mut pass = progress.at(before);
    let mut removed = 0;
    while removed < limit {
        let from = pass.examined;
        let found = readers.query(move |conn| old_events(conn, from, before)).await?;
        let Some((last, _)) = found.last().copied() else { break };
        let mut old: Vec<i64> = found.into_iter().filter_map(|(seq, may_go)| may_go.then_some(seq)).collect();
        let cut = old.len() > limit - removed;
        old.truncate(limit - removed);
        let examined = if cut { old.last().copied().unwrap_or(from) } else { last };
        for step in old.chunks(STEP).map(<[i64]>::to_vec) {
            removed += writer.run(move |conn| forget(conn, &step), |_| ()).await?;
        }
        pass.examined = examined;
        progress.set(pass);
    }
    if removed < limit {
        writer.run(move |conn| forget_live(conn, before, MESSAGES), |_| ()).await?;
        writer.run(move |conn| conn.change(sql::prune::FORGET_POSTS, [before.0, MESSAGES]), |_| ()).await?;
        writer.run(move |conn| forget_threads(conn, before, MESSAGES), |_| ()).await?;
        writer.run(move |conn| conn.change(sql::prune::FORGET_SHARED, [before.0, MESSAGES]), |_| ()).await?;
        writer.run(move |conn| conn.change(sql::prune::FORGET_CLASSES, []), |_| ()).await?;
    }
    Ok(removed)
}

impl PruneProgress {
    fn at(&self, before: Timestamp) -> Pass {
        let mut pass = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pass.began.is_none_or(|began| before.0.saturating_sub(began.0) >= PASS_MS || before < began) {
            *pass = Pass { examined: 0, began: Some(before) };
        }
        *pass
    }

    fn set(&self, pass: Pass) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = pass;
    }
}

/// The next old events, each with whether it may go.
fn old_events(conn: &Connection, from: i64, before: Timestamp) -> rusqlite::Result<Vec<(i64, bool)>> {
    let Some(last) = conn.one(sql::prune::LAST_BEFORE, [before.0], |row| row.get::<_, i64>(0))? else {
        return Ok(Vec::new());
    };
    conn.all(sql::prune::NEXT_OLD, params![from, last, before.0, PAGE], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn forget(conn: &Connection, events: &[i64]) -> rusqlite::Result<usize> {
    let mut removed = 0;
    for seq in events {
        // Checked again: a delivery may have been added since the reader found it.
        if conn.one(sql::prune::UNFINISHED, [seq], |row| row.get(0))?.unwrap_or(true) {
            continue;
        }
        for text in sql::prune::FORGET {
            conn.change(text, [seq])?;
        }
        removed += 1;
    }
    Ok(removed)
}

/// Forgets the posts of things that were not touched since `before`, with their names.
fn forget_threads(conn: &Connection, before: Timestamp, limit: i64) -> rusqlite::Result<()> {
    let row = |row: &rusqlite::Row<'_>| Ok([row.get::<_, String>(0)?, row.get(1)?]);
    for thread in conn.all(sql::prune::OLD_THREADS, [before.0, limit], row)? {
        conn.change(sql::prune::FORGET_THREAD_KEYS, thread.clone())?;
        conn.change(sql::prune::FORGET_THREAD, thread)?;
    }
    Ok(())
}

/// Forgets messages that were not touched since `before`, with their keys.
fn forget_live(conn: &Connection, before: Timestamp, limit: i64) -> rusqlite::Result<()> {
    for record in conn.all(sql::prune::OLD_LIVE, [before.0, limit], |row| row.get::<_, i64>(0))? {
        conn.change(sql::prune::FORGET_KEYS, [record])?;
        conn.change(sql::live::FORGET_LIVE, [record])?;
    }
    Ok(())
}
