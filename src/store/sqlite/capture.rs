//! Captured secrets and the windows in which one is accepted.

use rusqlite::{Connection, params};

use super::super::capture::{Capture, CaptureWindow};
use super::super::error::Result;
use super::rows::QueryExt;
use super::{Sqlite, sql};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

impl Sqlite {
    pub(in super::super) async fn capture(&self, source: &str) -> Result<Capture> {
        self.readers.query_here(|conn| read(conn, source)).await
    }

    pub(in super::super) async fn keep_captured(&self, source: &str, secret: Secret, now: Timestamp) -> Result<bool> {
        let source = source.to_owned();
        self.write(move |conn| keep(conn, &source, &secret, now)).await
    }

    pub(in super::super) async fn open_window(&self, source: &str, now: Timestamp, until: Timestamp) -> Result<()> {
        let source = source.to_owned();
        self.write_beside(move |conn| open_window(conn, &source, now, until)).await
    }

    pub(in super::super) async fn close_window(&self, source: &str, opened: Timestamp) -> Result<()> {
        let source = source.to_owned();
        self.write_beside(move |conn| close_window(conn, &source, opened)).await
    }

    pub(in super::super) async fn forget_captured(&self, source: &str) -> Result<usize> {
        let source = source.to_owned();
        self.write_beside(move |conn| forget(conn, &source)).await
    }
}

fn read(conn: &Connection, source: &str) -> rusqlite::Result<Capture> {
    let window = conn.one(sql::capture::WINDOW, [source], |row| {
        let captured: Option<i64> = row.get(2)?;
        Ok(CaptureWindow {
            opened: Timestamp(row.get(0)?),
            until: Timestamp(row.get(1)?),
            captured: captured.map(Timestamp),
        })
    })?;
    let secrets = conn.all(sql::capture::SECRETS, [source], |row| row.get::<_, String>(0).map(Secret::new))?;
    Ok(Capture { window, secrets })
}

/// False when no window is open.
fn keep(conn: &Connection, source: &str, secret: &Secret, now: Timestamp) -> rusqlite::Result<bool> {
    let open = conn.change(sql::capture::CLOSE_WINDOW, params![source, now.0])? > 0;
    if open {
        conn.change(sql::capture::NEW_SECRET, params![source, secret.expose(), now.0])?;
    }
    Ok(open)
}

fn open_window(conn: &Connection, source: &str, now: Timestamp, until: Timestamp) -> rusqlite::Result<()> {
    conn.change(sql::capture::OPEN_WINDOW, params![source, now.0, until.0]).map(|_| ())
}

fn close_window(conn: &Connection, source: &str, opened: Timestamp) -> rusqlite::Result<()> {
    conn.change(sql::capture::FORGET_WINDOW, params![source, opened.0]).map(|_| ())
}

fn forget(conn: &Connection, source: &str) -> rusqlite::Result<usize> {
    conn.change(sql::capture::FORGET_SECRETS, [source])
}
