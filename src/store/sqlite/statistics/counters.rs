//! The counters: events by quarters of an hour and by days of UTC.

use rusqlite::{Connection, params};

use super::bucket::{day, quarter};
use crate::store::sqlite::rows::QueryExt;
use crate::store::sqlite::sql;
use hookbell_model::event::{Event, Severity};
use hookbell_model::timestamp::Timestamp;

/// The number of what an event is counted by.
pub(super) fn series(conn: &Connection, event: &Event, severity: Severity) -> rusqlite::Result<i64> {
    let Event { source, topic, event_type, received, .. } = event;
    let (topic, severity, today) = (topic.as_str(), severity.as_str(), day(*received));
    let row = params![source, topic, event_type, severity];
    let known = conn.one(sql::statistics::SERIES, row, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    match known {
        Some((series, newest)) => {
            if newest < today {
                conn.change(sql::statistics::SERIES_IS_NEW, [series, today])?;
            }
            Ok(series)
        }
        None => {
            conn.change(sql::statistics::NEW_SERIES, params![source, topic, event_type, severity, today])?;
            Ok(conn.last_insert_rowid())
        }
    }
}

pub(super) fn add(
    conn: &Connection,
    audience: i64,
    series: i64,
    received: Timestamp,
    more: i64,
) -> rusqlite::Result<()> {
    for (count, bucket) in sql::statistics::COUNT.into_iter().zip([quarter(received), day(received)]) {
        conn.change(count, [audience, bucket, series, more])?;
    }
    Ok(())
}
