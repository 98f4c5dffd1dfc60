//! A few read-only connections, each used by one query at a time. A query that nobody waits for any more is interrupted.

mod running;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use self::running::{Interrupter, Running};
use super::super::error::{Error, Result};
use super::{connection, sql, writer::closed};

/// Concurrent queries of the services.
pub(super) const CONNECTIONS: u32 = 3;

/// Connections are opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    connections: u32,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    running: Running,
}

impl Readers {
    /// `connections`: as many queries run at a time.
    pub(super) fn new(path: PathBuf, connections: u32) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(connections as usize));
        Arc::new(Self { path, connections, idle: Mutex::default(), permits, running: Running::default() })
    }

    /// Runs a query within one read transaction: all its statements read the same state. It is interrupted when the caller
    /// goes away.
    pub(super) async fn query<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let readers = Arc::clone(self);
        let interrupter = Interrupter::default();
        let _interrupt_when_dropped = interrupter.guard();
        let result = tokio::task::spawn_blocking(move || {
            // Held to the end of the query, also when its caller has gone away.
            let _permit = permit;
            readers.answer(&interrupter, query)
        });
        result.await.map_err(|error| Error::Unavailable(format!("a query to the store ended early: {error}")))?
    }

    /// As [`Readers::query`], on the async thread itself: for a few rows by key, which take less than the way to
    /// another thread and back.
    pub(super) async fn query_here<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        let _permit = self.permits.acquire().await.map_err(|_| closed())?;
        self.answer(&Interrupter::default(), query)
    }

    fn answer<T>(
        &self,
        interrupter: &Interrupter,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let unavailable = |error: rusqlite::Error| Error::Unavailable(error.to_string());
        let idle = self.idle().pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => connection::reader(&self.path).map_err(unavailable)?,
        };
        // Known before it is asked whether it may begin: a close interrupts all that are known.
        let number = self.running.add(interrupter);
        let may_begin = !self.permits.is_closed() && !interrupter.is_interrupted();
        let result = may_begin.then(|| interrupter.watch(&mut conn).and_then(|()| within_snapshot(&conn, query)));
        self.running.remove(number);
        let Some(result) = result else { return Err(closed()) };
        // A connection that failed is not used again.
        if result.is_ok() {
            self.idle().push(conn);
        }
        result.map_err(unavailable)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether no query runs.
    #[cfg(test)]
    pub(super) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// Waits for running queries and closes all connections.
    pub(super) async fn close(&self) {
        if let Ok(all) = self.permits.acquire_many(self.connections).await {
            self.permits.close();
            all.forget();
        }
        self.idle().clear();
    }

    /// As [`Readers::close`], but running queries are interrupted.
    pub(super) async fn abort(&self) {
        self.permits.close();
        self.running.interrupt_all();
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
