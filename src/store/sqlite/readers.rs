//! A few read-only connections, each used by one query at a time.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::super::error::{Error, Result};
use super::{connection, sql, writer::closed};

/// Concurrent queries.
const CONNECTIONS: u32 = 3;

/// Connections are opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Arc<Self> {
        Arc::new(Self { path, idle: Mutex::default(), permits: Arc::new(Semaphore::new(CONNECTIONS as usize)) })
    }

    /// Runs a query within one read transaction: all its statements read the same state.
    pub(super) async fn query<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let readers = Arc::clone(self);
        let result = tokio::task::spawn_blocking(move || {
            // Held to the end of the query, also when its caller has gone away.
            let _permit = permit;
            readers.answer(query)
        });
        result.await.map_err(|error| Error::Unavailable(format!("a query to the store ended early: {error}")))?
    }

    /// As [`Readers::query`], on the async thread itself: for a few rows by key, which take less than the way to
    /// another thread and back.
    pub(super) async fn query_here<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let _permit = self.permits.acquire().await.map_err(|_| closed())?;
        self.answer(query)
    }

    fn answer<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let unavailable = |error: rusqlite::Error| Error::Unavailable(error.to_string());
        let idle = self.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => connection::reader(&self.path).map_err(unavailable)?,
        };
        let result = within_snapshot(&conn, query);
        // A connection that failed is not used again.
        if result.is_ok() {
            self.idle().push(conn);
        }
        result.map_err(unavailable)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for running queries and closes all connections.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.permits.acquire_many(CONNECTIONS).await {
            self.permits.close();
            all.forget();
        }
        self.idle().clear();
    }
}

/// The same as rusqlite's transactions, without having their two words parsed each time.
fn within_snapshot<T>(
    conn: &Connection,
    query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    conn.prepare_cached(sql::BEGIN_READING)?.execute([])?;
    let result = query(conn)?;
    conn.prepare_cached(sql::COMMIT)?.execute([])?;
    Ok(result)
}
