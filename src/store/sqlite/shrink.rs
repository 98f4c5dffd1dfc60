//! Gives back what is unused at the end of the file, a little at a time. Some of it stays: what comes in next needs it.

use std::sync::Arc;

use rusqlite::Connection;

use super::super::error::Result;
use super::readers::Readers;
use super::sql;
use super::writer::WriterHandle;

/// Unused pages (4 kB) that stay, and the part of the file that stays as well.
const STAYS: i64 = 1000;
const PART_THAT_STAYS: i64 = 20;

/// One step; returns whether there is more to give back.
pub(super) async fn shrink(readers: &Arc<Readers>, writer: &WriterHandle) -> Result<bool> {
    if readers.query(surplus).await? <= 0 {
        return Ok(false);
    }
    writer.run(give_back, |()| ()).await?;
    Ok(readers.query(surplus).await? > 0)
}

/// Unused pages beyond those that stay; none in a file that cannot give any back.
fn surplus(conn: &Connection) -> rusqlite::Result<i64> {
    let number = |text: &str| conn.query_row(text, [], |row| row.get::<_, i64>(0));
    if number(sql::inspect::AUTO_VACUUM)? != sql::inspect::INCREMENTAL {
        return Ok(0);
    }
    Ok(number(sql::inspect::UNUSED_PAGES)? - STAYS.max(number(sql::inspect::PAGES)? / PART_THAT_STAYS))
}

fn give_back(conn: &Connection) -> rusqlite::Result<()> {
    // Each row that is read is a page that was given back.
    let mut steps = conn.prepare_cached(sql::prune::GIVE_BACK)?;
    let mut rows = steps.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}
