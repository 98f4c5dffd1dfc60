//! Looks at the file itself: whether it is sound, its size, its disk, and who serves it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::super::error::{Error, Result};
use super::super::inspection::{Inspection, Served};
use super::rows::natural;
use super::{Sqlite, connection, off_the_runtime, sql};
use hookbell_model::timestamp::Timestamp;

const DAY: Duration = Duration::from_secs(86_400);

impl Sqlite {
    pub(in super::super) async fn inspect(file: &Path, is_full: bool, now: Timestamp) -> Result<Inspection> {
        let file = file.to_owned();
        off_the_runtime(move || {
            let conn = connection::check_any_version(&file)?;
            inspect(&conn, &file, is_full, now)
                .map_err(|error| Error::Unavailable(format!("cannot read `{}`: {error}", file.display())))
        })
        .await
    }

    pub(in super::super) fn served(file: &Path) -> Served {
        connection::holder(file)
    }
}

fn inspect(conn: &Connection, file: &Path, is_full: bool, now: Timestamp) -> rusqlite::Result<Inspection> {
    let number = |text: &str| conn.query_row(text, [], |row| natural(row, 0));
    let since = now.before(DAY).0;
    let check = if is_full { sql::inspect::FULL_CHECK } else { sql::inspect::QUICK_CHECK };
    let damage: String = conn.query_row(check, [], |row| row.get(0))?;
    let page = number(sql::inspect::PAGE_SIZE)?;
    let mut dead = conn.prepare(sql::inspect::DEAD_SINCE)?;
    let dead_last_day =
        dead.query_map([since], |row| Ok((row.get(0)?, natural(row, 1)?)))?.collect::<std::result::Result<_, _>>()?;
    Ok(Inspection {
        schema: conn.query_row(sql::VERSION, [], |row| row.get(0))?,
        known_schema: u32::try_from(sql::MIGRATIONS.len()).unwrap_or(u32::MAX),
        damage: (damage != sql::inspect::SOUND).then_some(damage),
        bytes: page * number(sql::inspect::PAGES)?,
        unused_bytes: page * number(sql::inspect::UNUSED_PAGES)?,
        log_bytes: std::fs::metadata(beside(file, "-wal")).map_or(0, |log| log.len()),
        can_shrink: conn.query_row(sql::inspect::AUTO_VACUUM, [], |row| row.get::<_, i64>(0))?
            == sql::inspect::INCREMENTAL,
        free_disk: free_disk(file),
        events: number(sql::inspect::EVENTS)?,
        events_last_day: conn.query_row(sql::inspect::EVENTS_SINCE, [since], |row| natural(row, 0))?,
        dead_last_day,
    })
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// For somebody who is not root.
#[cfg(unix)]
fn free_disk(file: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(file).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn free_disk(_file: &Path) -> Option<u64> {
    None
}
