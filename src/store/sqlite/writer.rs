//! The writer: one thread with the only connection that writes. It takes every request that waits, runs them
//! in one transaction, and answers all of them after one commit. It does not interpret the requests.

use std::any::Any;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot, watch};

use super::super::error::{Error, Result};
use super::checkpoint::Checkpointer;
use super::{connection, sql};

/// Requests that may wait before callers have to.
const QUEUE: usize = 1024;
/// Requests in one transaction.
const BATCH: usize = 256;

/// The handle of the writer thread.
#[derive(Debug)]
pub(super) struct WriterHandle {
    requests: mpsc::Sender<WriteRequest>,
    ended: watch::Receiver<()>,
}

enum WriteRequest {
    Run(Box<dyn Job>),
    Stop,
}

impl WriterHandle {
    /// `lock` is held until the thread has ended.
    pub(super) fn start(path: PathBuf, conn: Connection, lock: File) -> Result<Self> {
        let (requests, waiting) = mpsc::channel(QUEUE);
        let (end, ended) = watch::channel(());
        let no_thread = |error| Error::Unavailable(format!("cannot start the writer: {error}"));
        let checkpointer = Checkpointer::start(path.clone()).map_err(no_thread)?;
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                WriterThread { path, conn: Some(conn), full: false }.serve(waiting, checkpointer);
                drop(lock);
                drop(end);
            })
            .map_err(no_thread)?;
        Ok(Self { requests, ended })
    }

    /// Runs `work` in a transaction and returns its result after the commit. It may run more than once: what it
    /// does to the database counts once. `on_commit` is called after the commit even when the caller is gone.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
        on_commit: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let request = WriteRequest::Run(Box::new(Task { work, on_commit, answer, result: None }));
        self.requests.send(request).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Returns when everything that was queued is done and the file is closed.
    pub(super) async fn close(&self) {
        // An error means the thread has ended already, which is what is wanted.
        self.requests.send(WriteRequest::Stop).await.ok();
        self.ended.clone().changed().await.ok();
    }
}

pub(super) fn closed() -> Error {
    Error::Unavailable("it is closed".to_owned())
}

/// A request with its types erased.
trait Job: Send {
    fn run(&mut self, conn: &Connection) -> rusqlite::Result<()>;
    fn answer(self: Box<Self>, committed: Result<()>);
}

struct Task<T, W, K> {
    work: W,
    on_commit: K,
    answer: oneshot::Sender<Result<T>>,
    result: Option<T>,
}

impl<T, W, K> Job for Task<T, W, K>
where
    T: Send,
    W: FnMut(&Connection) -> rusqlite::Result<T> + Send,
    K: FnOnce(&T) + Send,
{
    fn run(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        self.result = Some((self.work)(conn)?);
        Ok(())
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let Self { on_commit, answer, result, .. } = *self;
        let result = committed.and_then(|()| result.ok_or_else(closed));
        if let Ok(value) = &result {
            on_commit(value);
        }
        // A caller that has gone away gets no answer; what was committed stays.
        answer.send(result).ok();
    }
}

/// Why a transaction failed: that decides which requests are run again.
enum Failure {
    /// One of the requests: the others are run again, each in a transaction of its own.
    Request(String),
    /// The disk or the file: no request can succeed now.
    Database(String),
}

struct WriterThread {
    path: PathBuf,
    /// None after an error that a fresh connection may end.
    conn: Option<Connection>,
    /// The disk was full, and the log has not been moved since.
    full: bool,
}

impl WriterThread {
    fn serve(&mut self, mut waiting: mpsc::Receiver<WriteRequest>, mut checkpointer: Checkpointer) {
        let mut requests = Vec::with_capacity(BATCH);
        while waiting.blocking_recv_many(&mut requests, BATCH) > 0 {
            let mut batch = Vec::with_capacity(requests.len());
            for request in requests.drain(..) {
                match request {
                    WriteRequest::Run(work) => batch.push(work),
                    WriteRequest::Stop => waiting.close(),
                }
            }
            self.run_batch(batch);
            // After the answers are out, so that no caller waits for it.
            match &self.conn {
                Some(conn) if self.full => self.full = !checkpointer.relieve(conn),
                Some(conn) => checkpointer.after_batch(conn),
                None => {}
            }
        }
        drop(checkpointer);
        if let Some(conn) = self.conn.take() {
            conn.query_row(sql::CHECKPOINT_AND_EMPTY, [], |_| Ok(())).ok();
        }
    }

    fn run_batch(&mut self, mut batch: Vec<Box<dyn Job>>) {
        let failure = match self.commit(&mut batch) {
            Ok(()) => return batch.into_iter().for_each(|work| work.answer(Ok(()))),
            Err(failure) => failure,
        };
        match failure {
            Failure::Request(_) if batch.len() > 1 => batch.into_iter().for_each(|work| self.run_batch(vec![work])),
            Failure::Request(words) | Failure::Database(words) => {
                batch.into_iter().for_each(|work| work.answer(Err(Error::Unavailable(words.clone()))));
            }
        }
    }

    fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> std::result::Result<(), Failure> {
        if batch.is_empty() {
            return Ok(());
        }
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => connection::writer(&self.path).map_err(|error| Failure::Database(error.to_string()))?,
        };
        let done = transaction(&conn, batch);
        let sound = match &done {
            Ok(()) => true,
            // A full disk leaves the connection as it was; other errors of the file may be left in it.
            Err((failure, code)) => {
                self.full |= matches!(code, Some(ErrorCode::DiskFull));
                (conn.is_autocommit() || conn.execute_batch(sql::ROLLBACK).is_ok())
                    && (matches!(failure, Failure::Request(_)) || matches!(code, Some(ErrorCode::DiskFull)))
            }
        };
        self.conn = sound.then_some(conn);
        done.map_err(|(failure, _)| failure)
    }
}

fn transaction(conn: &Connection, batch: &mut [Box<dyn Job>]) -> std::result::Result<(), (Failure, Option<ErrorCode>)> {
    let database = |error: rusqlite::Error| (Failure::Database(error.to_string()), error.sqlite_error_code());
    conn.prepare_cached(sql::BEGIN).and_then(|mut begin| begin.execute([])).map_err(database)?;
    for work in batch {
        match catch_unwind(AssertUnwindSafe(|| work.run(conn))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) if is_file_error(&error) => return Err(database(error)),
            Ok(Err(error)) => return Err((Failure::Request(error.to_string()), None)),
            Err(panic) => return Err((Failure::Request(panic_message(panic.as_ref())), None)),
        }
    }
    conn.prepare_cached(sql::COMMIT).and_then(|mut commit| commit.execute([])).map_err(database)?;
    Ok(())
}

fn is_file_error(error: &rusqlite::Error) -> bool {
    use ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseCorrupt, DiskFull, NotADatabase, OutOfMemory, PermissionDenied, ReadOnly,
        SystemIoFailure,
    };
    matches!(
        error.sqlite_error_code(),
        Some(
            CannotOpen
                | DatabaseBusy
                | DatabaseCorrupt
                | DiskFull
                | NotADatabase
                | OutOfMemory
                | PermissionDenied
                | ReadOnly
                | SystemIoFailure
        )
    )
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a request to the store panicked: {}", text.unwrap_or("without words"))
}
