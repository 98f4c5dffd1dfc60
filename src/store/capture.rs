//! Secrets that senders brought by themselves, and the windows in which one may. The server keeps them; the
//! command line opens a window beside it, in a short transaction of its own.

use rusqlite::{Connection, params};

use super::rows::Ask;
use super::{Config, Error, Result, Store, database, sql};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// How capturing stands for one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capture {
    /// The last window that was opened, unless it was closed with nothing in it.
    pub window: Option<Window>,
    /// What was captured so far, newest first.
    pub secrets: Vec<Secret>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub opened: Timestamp,
    pub until: Timestamp,
    /// When the secret came; nothing more is taken from then on.
    pub captured: Option<Timestamp>,
}

impl Window {
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.captured.is_none() && self.opened <= now && now < self.until
    }
}

impl Store {
    /// How capturing stands for this source.
    pub async fn capture(&self, source: &str) -> Result<Capture> {
        self.readers.glance(|conn| read(conn, source)).await
    }

    /// Keeps a secret and closes the window that it came through, in one transaction; false when none is open
    /// any more. Of several that come at once, one is kept.
    pub async fn keep_captured(&self, source: &str, secret: Secret, now: Timestamp) -> Result<bool> {
        let source = source.to_owned();
        self.write(move |conn| {
            let taken = conn.change(sql::CLOSE_WINDOW, params![source, now.0])? > 0;
            if taken {
                conn.change(sql::NEW_SECRET, params![source, secret.expose(), now.0])?;
            }
            Ok(taken)
        })
        .await
    }

    /// Opens a window in place of the one before. Of an existing database only, beside the server that serves it.
    ///
    /// # Errors
    /// When the file is not there, of another version, or cannot be written.
    pub async fn open_window(config: &Config, source: &str, now: Timestamp, until: Timestamp) -> Result<()> {
        let source = source.to_owned();
        beside(config, move |conn| conn.change(sql::OPEN_WINDOW, params![source, now.0, until.0]).map(|_| ())).await
    }

    /// Closes the window that was opened then, if nothing came.
    ///
    /// # Errors
    /// As [`Store::open_window`].
    pub async fn close_window(config: &Config, source: &str, opened: Timestamp) -> Result<()> {
        let source = source.to_owned();
        beside(config, move |conn| conn.change(sql::FORGET_WINDOW, params![source, opened.0]).map(|_| ())).await
    }

    /// Forgets what was captured for a source; returns how many secrets that were.
    ///
    /// # Errors
    /// As [`Store::open_window`].
    pub async fn forget_captured(config: &Config, source: &str) -> Result<usize> {
        let source = source.to_owned();
        beside(config, move |conn| conn.change(sql::FORGET_SECRETS, [&source])).await
    }
}

fn read(conn: &Connection, source: &str) -> rusqlite::Result<Capture> {
    let window = conn.one(sql::WINDOW, [source], |row| {
        let captured: Option<i64> = row.get(2)?;
        Ok(Window { opened: Timestamp(row.get(0)?), until: Timestamp(row.get(1)?), captured: captured.map(Timestamp) })
    })?;
    let secrets = conn.all(sql::SECRETS, [source], |row| row.get::<_, String>(0).map(Secret::new))?;
    Ok(Capture { window, secrets })
}

/// A transaction on a connection of its own. It waits for the server's, as that waits for it.
async fn beside<T: Send + 'static>(
    config: &Config,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
) -> Result<T> {
    let path = config.path.clone();
    let done = tokio::task::spawn_blocking(move || {
        database::check(&path)?;
        let write = || {
            let conn = database::writer(&path)?;
            conn.execute_batch(sql::SHRED)?;
            let done = work(&conn)?;
            Ok(done)
        };
        write().map_err(|error: rusqlite::Error| Error::Unavailable(error.to_string()))
    });
    done.await.map_err(|error| Error::Unavailable(error.to_string()))?
}
