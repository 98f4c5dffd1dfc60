//! The forum posts of things: which thread a thing has, and those that are to be archived.

use rusqlite::{Connection, params};

use super::super::error::Result;
use super::super::keyed_thread::{ArchiveEnd, KeyedThread, ThreadToArchive, ThreadUpdate};
use super::attempts::record_attempt;
use super::rows::QueryExt;
use super::{Sqlite, sql};
use hookbell_model::timestamp::Timestamp;

impl Sqlite {
    pub(in super::super) async fn keyed_thread(
        &self,
        destination: &str,
        keys: &[String],
    ) -> Result<Option<KeyedThread>> {
        self.readers.query_here(|conn| keyed_thread(conn, destination, keys)).await
    }

    pub(in super::super) async fn thread_to_archive(
        &self,
        destination: &str,
        now: Timestamp,
    ) -> Result<Option<ThreadToArchive>> {
        self.readers
            .query_here(|conn| {
                conn.one(sql::threads::TO_ARCHIVE, params![destination, now.0], |row| {
                    Ok(ThreadToArchive { thread: row.get(0)?, delivery: row.get(1)?, attempts: row.get(2)? })
                })
            })
            .await
    }

    pub(in super::super) async fn settle_archive(
        &self,
        destination: &str,
        done: ThreadToArchive,
        end: ArchiveEnd,
    ) -> Result<()> {
        let destination = destination.to_owned();
        self.write(move |conn| settle_archive(conn, &destination, &done, &end)).await
    }

    pub(in super::super) async fn thread_opened(&self, destination: &str, thread: &str, now: Timestamp) -> Result<()> {
        let (destination, thread) = (destination.to_owned(), thread.to_owned());
        self.write(move |conn| conn.change(sql::threads::OPENED, params![destination, thread, now.0]).map(|_| ())).await
    }
}

fn keyed_thread(conn: &Connection, destination: &str, keys: &[String]) -> rusqlite::Result<Option<KeyedThread>> {
    for key in keys {
        let found = conn.one(sql::threads::KEYED_THREAD, [destination, key], |row| {
            Ok(KeyedThread { thread: row.get(0)?, title: row.get(1)?, is_over: row.get(2)? })
        })?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn settle_archive(
    conn: &Connection,
    destination: &str,
    done: &ThreadToArchive,
    end: &ArchiveEnd,
) -> rusqlite::Result<()> {
    // Another delivery since then means that there is more to do.
    let ThreadToArchive { thread, delivery, .. } = done;
    if let ArchiveEnd::Again(at) = end {
        return conn.change(sql::threads::ARCHIVE_AGAIN, params![destination, thread, delivery, at.0]).map(|_| ());
    }
    if let ArchiveEnd::LeftOpen(attempt) = end {
        record_attempt(conn, *delivery, attempt)?;
    }
    conn.change(sql::threads::ARCHIVED, params![destination, thread, delivery]).map(|_| ())
}

/// Keeps what a delivery says of the thread that its message is in.
pub(super) fn keep(
    conn: &Connection,
    destination: &str,
    thread: &str,
    (update, delivery): (&ThreadUpdate, i64),
    now: Timestamp,
) -> rusqlite::Result<()> {
    let ThreadUpdate { keys, title, is_over, archives } = update;
    conn.change(sql::threads::KEEP_THREAD, params![destination, thread, title, is_over, archives, delivery, now.0])?;
    for key in keys {
        conn.change(sql::threads::LEARN_THREAD_KEY, [destination, key, thread])?;
    }
    Ok(())
}
