//! The store in one SQLite file. One writer thread commits many waiting requests together; readers have connections
//! of their own. An advisory lock beside the file lets one process at a time serve it.

mod accept;
mod attempts;
mod audit;
mod backlog;
mod backup;
mod bot;
mod capture;
mod change;
mod checkpoint;
mod connection;
mod digest;
mod escalation;
mod feeds;
mod history;
mod import;
mod inspect;
mod lane;
mod lane_commands;
mod live;
mod lookup;
mod mutes;
mod operator;
mod progress;
mod prune;
mod queue;
mod readers;
mod recent;
mod reminder;
mod replay;
mod rows;
mod scoped;
mod sent;
mod shrink;
mod sql;
mod statistics;
#[cfg(test)]
mod tests;
mod things;
mod threads;
mod watches;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::error::{Error, Result};
use super::keep::Expiry;
use super::wakeup::{Changes, Wakeup, Wakeups};

/// The handle of an SQLite store. The contract of its methods is documented at [`super::Store`].
#[derive(Debug, Clone)]
pub(super) struct Sqlite {
    file: Arc<Path>,
    /// None when attached to a database that another process may serve.
    writer: Option<Arc<writer::WriterHandle>>,
    readers: Arc<readers::Readers>,
    /// The readers of handles for questions, to be closed with this one.
    questions: Arc<Mutex<Vec<Arc<readers::Readers>>>>,
    wakeups: Wakeups,
    changes: Changes,
    pruning: Arc<prune::PruneProgress>,
    /// Who changes something through this handle.
    operator: Option<Arc<operator::Operator>>,
}

impl Sqlite {
    pub(super) async fn open(file: &Path) -> Result<Self> {
        let path = file.to_owned();
        let writer = off_the_runtime(move || {
            let lock = connection::lock(&path)?;
            let conn = connection::create(&path)?;
            // Earlier owners of a lane are gone: this process holds the lock.
            conn.execute(sql::lane::LEASES_ARE_VOID, []).map_err(|error| Error::Unavailable(error.to_string()))?;
            writer::WriterHandle::start(path, conn, lock)
        });
        let writer = Some(Arc::new(writer.await?));
        Ok(Self { writer, ..Self::without_writer(file) })
    }

    pub(super) async fn attach(file: &Path) -> Result<Self> {
        let path = file.to_owned();
        off_the_runtime(move || connection::check(&path)).await?;
        Ok(Self::without_writer(file))
    }

    fn without_writer(file: &Path) -> Self {
        Self {
            file: file.into(),
            writer: None,
            readers: readers::Readers::new(file.to_owned(), readers::CONNECTIONS),
            questions: Arc::default(),
            wakeups: Wakeups::default(),
            changes: Changes::default(),
            pruning: Arc::default(),
            operator: None,
        }
    }

    pub(super) fn for_questions(&self, connections: u32) -> Self {
        let readers = readers::Readers::new(self.file.to_path_buf(), connections);
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&readers));
        Self { readers, ..self.clone() }
    }

    pub(super) fn wakeup(&self, destination: &str) -> Wakeup {
        self.wakeups.listen(destination)
    }

    pub(super) fn changes(&self) -> Wakeup {
        self.changes.listen()
    }

    pub(super) async fn prune(&self, expiry: Expiry, limit: usize) -> Result<usize> {
        prune::prune(&self.readers, self.writer()?, &self.pruning, expiry, limit).await
    }

    pub(super) async fn shrink(&self) -> Result<bool> {
        shrink::shrink(&self.readers, self.writer()?).await
    }

    pub(super) async fn check_writable(&self) -> Result<()> {
        self.write(|conn| conn.execute(sql::PROBE, []).map(|_| ())).await
    }

    pub(super) async fn close(&self) {
        let questions = std::mem::take(&mut *self.questions.lock().unwrap_or_else(PoisonError::into_inner));
        for readers in questions {
            readers.abort().await;
        }
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer()?.run(work, |_| ()).await
    }

    fn writer(&self) -> Result<&writer::WriterHandle> {
        self.writer.as_deref().ok_or_else(|| Error::Unavailable("it was opened for questions only".to_owned()))
    }

    /// A transaction on a short-lived connection, also while another process serves the file: SQLite lets the two
    /// writers wait for each other. It is counted, so that the server notices. What it deletes is overwritten.
    async fn write_beside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = PathBuf::from(&*self.file);
        off_the_runtime(move || {
            connection::check(&path)?;
            let written = || {
                let conn = connection::writer(&path)?;
                conn.execute_batch(sql::SHRED)?;
                let transaction = Transaction::new_unchecked(&conn, TransactionBehavior::Immediate)?;
                let done = work(&transaction)?;
                transaction.execute(sql::lane_commands::COUNT_COMMAND, [])?;
                transaction.commit()?;
                Ok(done)
            };
            written().map_err(|error: rusqlite::Error| Error::Unavailable(error.to_string()))
        })
        .await
    }
}

/// Runs blocking work on a blocking thread.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Unavailable(error.to_string()))?
}
