//! A verified copy of the file. `VACUUM INTO` reads one state of it, so that a server beside it goes on: its writes go into the
//! log, which is moved when the copy is made.

use std::fs::File;
use std::path::Path;

use rusqlite::Connection;
use tokio_util::sync::CancellationToken;

use super::super::backup::BackupSummary;
use super::super::error::{Error, Result};
use super::rows::natural;
use super::{Sqlite, connection, off_the_runtime, sql};

/// Steps of SQLite's machine between two looks whether to end.
const STEPS: i32 = 10_000;

impl Sqlite {
    pub(in super::super) async fn back_up(from: &Path, to: &Path, stop: CancellationToken) -> Result<BackupSummary> {
        let (from, to) = (from.to_owned(), to.to_owned());
        off_the_runtime(move || back_up(&from, &to, &stop)).await
    }
}

fn back_up(from: &Path, to: &Path, stop: &CancellationToken) -> Result<BackupSummary> {
    let newest = connection::check_any_version(from).and_then(|conn| copy(conn, from, to, stop))?;
    let unusable = |error: &dyn std::fmt::Display| Error::Unavailable(format!("the copy cannot be read: {error}"));
    File::open(to).and_then(|file| file.sync_all()).map_err(|error| unusable(&error))?;
    let bytes = std::fs::metadata(to).map_err(|error| unusable(&error))?.len();
    let copied = connection::reader(to).and_then(|mut conn| {
        end_with(&mut conn, stop)?;
        verify(&conn)
    });
    let copied = copied.map_err(|error| unusable(&error))?;
    if let Some(damage) = copied.damage {
        return Err(Error::Unavailable(format!("the copy is damaged, as the database may be: {damage}")));
    }
    if copied.newest < newest || copied.without_body > 0 {
        return Err(Error::Unavailable("the copy lacks events that the database has".to_owned()));
    }
    Ok(BackupSummary { bytes, events: copied.events, deliveries: copied.deliveries, schema: copied.schema })
}

/// Returns the number of the newest event that was kept before the copy began.
fn copy(mut conn: Connection, from: &Path, to: &Path, stop: &CancellationToken) -> Result<i64> {
    let failed = |error: rusqlite::Error| Error::Unavailable(format!("`{}` cannot be copied: {error}", from.display()));
    let copied = |conn: &mut Connection| {
        end_with(conn, stop)?;
        let newest = newest(conn)?;
        conn.execute_batch(sql::backup::MAY_WRITE)?;
        // The copy can be made smaller step by step, also where the file is older than that. Said of a file that can be it would
        // be a change of its header.
        if conn.query_row(sql::inspect::AUTO_VACUUM, [], |row| row.get::<_, i64>(0))? != sql::inspect::INCREMENTAL {
            conn.execute_batch(sql::NEW_FILE)?;
        }
        conn.execute(sql::backup::COPY, [to.to_string_lossy()])?;
        Ok(newest)
    };
    copied(&mut conn).map_err(failed)
}

struct Copied {
    /// What the check of integrity reports first; none = the copy is sound.
    damage: Option<String>,
    newest: i64,
    events: u64,
    without_body: u64,
    deliveries: u64,
    schema: u32,
}

fn verify(conn: &Connection) -> rusqlite::Result<Copied> {
    let damage: String = conn.query_row(sql::inspect::FULL_CHECK, [], |row| row.get(0))?;
    let (events, without_body, deliveries) =
        conn.query_row(sql::backup::COUNTS, [], |row| Ok((natural(row, 0)?, natural(row, 1)?, natural(row, 2)?)))?;
    let damage = (damage != sql::inspect::SOUND).then_some(damage);
    let schema = conn.query_row(sql::VERSION, [], |row| row.get(0))?;
    Ok(Copied { damage, newest: newest(conn)?, events, without_body, deliveries, schema })
}

/// The newest number that an event was given; it never goes down, whatever is removed.
fn newest(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row(sql::backup::NEWEST, [], |row| row.get(0))
}

fn end_with(conn: &mut Connection, stop: &CancellationToken) -> rusqlite::Result<()> {
    let stop = stop.clone();
    conn.progress_handler(STEPS, Some(move || stop.is_cancelled()))
}
