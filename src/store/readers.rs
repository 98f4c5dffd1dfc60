//! The readers: a few read-only connections, each used by one question at a time off the async threads.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{Error, Result, database, sql, writer::closed};

/// Questions at a time.
const CONNECTIONS: u32 = 3;

/// Connections are opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Arc<Self> {
        Arc::new(Self { path, idle: Mutex::default(), turns: Arc::new(Semaphore::new(CONNECTIONS as usize)) })
    }

    /// Asks within one read transaction: all of the question sees the same state.
    pub(super) async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| closed())?;
        let readers = Arc::clone(self);
        let asked = tokio::task::spawn_blocking(move || {
            // Held to the end of the question, also when its caller has gone away.
            let _turn = turn;
            readers.answer(question)
        });
        asked.await.map_err(|error| Error::Unavailable(format!("a question to the store ended early: {error}")))?
    }

    /// As [`Readers::ask`], on the async thread itself: for a few rows by key, which take less than the way to
    /// another thread and back.
    pub(super) async fn glance<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let _turn = self.turns.acquire().await.map_err(|_| closed())?;
        self.answer(question)
    }

    fn answer<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let unavailable = |error: rusqlite::Error| Error::Unavailable(error.to_string());
        let idle = self.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => database::reader(&self.path).map_err(unavailable)?,
        };
        let asked = within_snapshot(&conn, question);
        // A connection with trouble is not used again.
        if asked.is_ok() {
            self.idle().push(conn);
        }
        asked.map_err(unavailable)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the questions that run and closes all connections.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.turns.acquire_many(CONNECTIONS).await {
            self.turns.close();
            all.forget();
        }
        self.idle().clear();
    }
}

/// The same as rusqlite's transactions, without having their two words parsed each time.
fn within_snapshot<T>(
    conn: &Connection,
    question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    conn.prepare_cached(sql::BEGIN_READING)?.execute([])?;
    let asked = question(conn)?;
    conn.prepare_cached(sql::COMMIT)?.execute([])?;
    Ok(asked)
}
