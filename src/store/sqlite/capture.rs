//! Captured secrets and the windows in which one is accepted.

use rusqlite::{Connection, params};

use super::super::capture::{Capture, CaptureWindow};
use super::rows::QueryExt;
use super::sql;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

pub(super) fn read(conn: &Connection, source: &str) -> rusqlite::Result<Capture> {
    let window = conn.one(sql::WINDOW, [source], |row| {
        let captured: Option<i64> = row.get(2)?;
        Ok(CaptureWindow {
            opened: Timestamp(row.get(0)?),
            until: Timestamp(row.get(1)?),
            captured: captured.map(Timestamp),
        })
    })?;
    let secrets = conn.all(sql::SECRETS, [source], |row| row.get::<_, String>(0).map(Secret::new))?;
    Ok(Capture { window, secrets })
}

/// False when no window is open.
pub(super) fn keep(conn: &Connection, source: &str, secret: &Secret, now: Timestamp) -> rusqlite::Result<bool> {
    let open = conn.change(sql::CLOSE_WINDOW, params![source, now.0])? > 0;
    if open {
        conn.change(sql::NEW_SECRET, params![source, secret.expose(), now.0])?;
    }
    Ok(open)
}

pub(super) fn open_window(conn: &Connection, source: &str, now: Timestamp, until: Timestamp) -> rusqlite::Result<()> {
    conn.change(sql::OPEN_WINDOW, params![source, now.0, until.0]).map(|_| ())
}

pub(super) fn close_window(conn: &Connection, source: &str, opened: Timestamp) -> rusqlite::Result<()> {
    conn.change(sql::FORGET_WINDOW, params![source, opened.0]).map(|_| ())
}

pub(super) fn forget(conn: &Connection, source: &str) -> rusqlite::Result<usize> {
    conn.change(sql::FORGET_SECRETS, [source])
}
