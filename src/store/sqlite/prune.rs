//! Removes old events in small steps. Readers find what may go, class by class, because topics are kept for different spans and
//! the events of a class expire in their order; the writer removes a few at a time. How far a pass has come is kept in memory,
//! so that events that must stay are not examined again and again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Row, params};

use super::super::error::Result;
use super::super::keep::Expiry;
use super::readers::Readers;
use super::rows::{QueryExt, word};
use super::sql;
use super::writer::WriterHandle;
use hookbell_model::event::Topic;
use hookbell_model::timestamp::Timestamp;

/// Events examined in one query.
const PAGE: i64 = 1000;
/// Events removed in one transaction: a few milliseconds.
const STEP: usize = 25;
/// Live messages, and as many posts, removed in one transaction.
const MESSAGES: i64 = 500;
/// A new pass from the oldest event on begins when `before` has moved on this far.
const PASS_MS: i64 = 3_600_000;

/// How far the current pass over each class has come.
#[derive(Debug, Default)]
pub(super) struct PruneProgress(Mutex<BTreeMap<i64, Pass>>);

#[derive(Debug, Clone, Copy)]
struct Pass {
    /// All events of the class up to this number were examined.
    examined: i64,
    began: Timestamp,
}

/// What was found in a class.
struct OldEvents {
    class: i64,
    pass: Pass,
    old: Vec<i64>,
}

pub(super) async fn prune(
    readers: &Arc<Readers>,
    writer: &WriterHandle,
    progress: &PruneProgress,
    expiry: Expiry,
    limit: usize,
) -> Result<usize> {
    let mut removed = 0;
    while removed < limit {
        let (passes, expired, wanted) = (progress.passes(), expiry.clone(), limit - removed);
        let found = readers.query(move |conn| old_events(conn, &passes, &expired, wanted)).await?;
        if found.is_empty() {
            break;
        }
        for OldEvents { class, pass, old } in found {
            for step in old.chunks(STEP).map(<[i64]>::to_vec) {
                removed += writer.run(move |conn| forget(conn, &step), |_| ()).await?;
            }
            progress.set(class, pass);
        }
    }
    if removed < limit {
        if let Some(before) = expiry.of_all() {
            writer.run(move |conn| forget_live(conn, before, MESSAGES), |_| ()).await?;
            writer.run(move |conn| conn.change(sql::prune::FORGET_POSTS, [before.0, MESSAGES]), |_| ()).await?;
            writer.run(move |conn| forget_threads(conn, before, MESSAGES), |_| ()).await?;
            writer.run(move |conn| conn.change(sql::prune::FORGET_SHARED, [before.0, MESSAGES]), |_| ()).await?;
        }
        writer.run(move |conn| conn.change(sql::prune::FORGET_CLASSES, []), |_| ()).await?;
    }
    Ok(removed)
}

impl PruneProgress {
    fn passes(&self) -> BTreeMap<i64, Pass> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, class: i64, pass: Pass) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(class, pass);
    }
}

impl Pass {
    /// The current one of a class, or a new one.
    fn of(passes: &BTreeMap<i64, Self>, class: i64, before: Timestamp) -> Self {
        let goes_on = |pass: &&Self| before >= pass.began && before.0.saturating_sub(pass.began.0) < PASS_MS;
        passes.get(&class).filter(goes_on).copied().unwrap_or(Self { examined: 0, began: before })
    }
}

/// The next old events of each class, of which at most `wanted` may go. Empty = nothing is left to examine.
fn old_events(
    conn: &Connection,
    passes: &BTreeMap<i64, Pass>,
    expiry: &Expiry,
    wanted: usize,
) -> rusqlite::Result<Vec<OldEvents>> {
    let classes = conn.all(sql::prune::CLASSES, [], |row| Ok((row.get::<_, i64>(0)?, word::<Topic>(row, 1)?)))?;
    let (mut found, mut number) = (Vec::new(), 0);
    for (class, topic) in classes {
        let Some(before) = expiry.of(topic) else { continue };
        let Some(last) = conn.one(sql::prune::LAST_BEFORE, [before.0], |row| row.get::<_, i64>(0))? else { continue };
        let mut pass = Pass::of(passes, class, before);
        let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?));
        let next = conn.all(sql::prune::NEXT_OLD, params![pass.examined, last, before.0, PAGE, class], read)?;
        let Some((end, _)) = next.last().copied() else { continue };
        let mut old: Vec<i64> = next.into_iter().filter_map(|(seq, may_go)| may_go.then_some(seq)).collect();
        let is_cut = old.len() > wanted - number;
        old.truncate(wanted - number);
        pass.examined = if is_cut { old.last().copied().unwrap_or(pass.examined) } else { end };
        number += old.len();
        found.push(OldEvents { class, pass, old });
        if number >= wanted {
            break;
        }
    }
    Ok(found)
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
