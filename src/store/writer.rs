//! The writer: one thread with the only connection that writes. It takes every request that waits, runs them
//! in one transaction, and answers all of them after one commit. What a request does is its own matter.

use std::any::Any;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot, watch};

use super::checkpoint::Checkpointer;
use super::{Error, Result, database, sql};

/// Requests that may wait before callers have to.
const QUEUE: usize = 1024;
/// Requests in one transaction.
const BATCH: usize = 256;

/// The way to the writer thread.
#[derive(Debug)]
pub(super) struct Writer {
    requests: mpsc::Sender<Request>,
    ended: watch::Receiver<()>,
}

enum Request {
    Work(Box<dyn Work>),
    Stop,
}

impl Writer {
    /// `lock` is held until the thread has ended.
    pub(super) fn start(path: PathBuf, conn: Connection, lock: File) -> Result<Self> {
        let (requests, waiting) = mpsc::channel(QUEUE);
        let (end, ended) = watch::channel(());
        let no_thread = |error| Error::Unavailable(format!("cannot start the writer: {error}"));
        let checkpointer = Checkpointer::start(path.clone()).map_err(no_thread)?;
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                Desk { path, conn: Some(conn), full: false }.serve(waiting, checkpointer);
                drop(lock);
                drop(end);
            })
            .map_err(no_thread)?;
        Ok(Self { requests, ended })
    }

    /// Runs `work` in a transaction and returns its result after the commit. It may run more than once: what it
    /// does to the database counts once. `kept` is called after the commit even when the caller is gone.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
        kept: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let request = Request::Work(Box::new(Task { work, kept, answer, result: None }));
        self.requests.send(request).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Returns when everything that was queued is done and the file is closed.
    pub(super) async fn close(&self) {
        // An error means the thread has ended already, which is what is wanted.
        self.requests.send(Request::Stop).await.ok();
        self.ended.clone().changed().await.ok();
    }
}

pub(super) fn closed() -> Error {
    Error::Unavailable("it is closed".to_owned())
}

/// A request with its types erased.
trait Work: Send {
    fn run(&mut self, conn: &Connection) -> rusqlite::Result<()>;
    fn answer(self: Box<Self>, committed: Result<()>);
}

struct Task<T, W, K> {
    work: W,
    kept: K,
    answer: oneshot::Sender<Result<T>>,
    result: Option<T>,
}

impl<T, W, K> Work for Task<T, W, K>
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
        let Self { kept, answer, result, .. } = *self;
        let result = committed.and_then(|()| result.ok_or_else(closed));
        if let Ok(value) = &result {
            kept(value);
        }
        // A caller that has gone away gets no answer; what was committed stays.
        answer.send(result).ok();
    }
}

/// What went wrong with a transaction: whose fault it is decides who tries again.
enum Trouble {
    /// One of the requests: the others deserve a transaction of their own.
    Request(String),
    /// The disk, the file: nobody gets through now.
    Database(String),
}

struct Desk {
    path: PathBuf,
    /// None after trouble that a fresh connection may end.
    conn: Option<Connection>,
    /// The disk was full, and the log has not been moved since.
    full: bool,
}

impl Desk {
    fn serve(&mut self, mut waiting: mpsc::Receiver<Request>, mut checkpointer: Checkpointer) {
        let mut requests = Vec::with_capacity(BATCH);
        while waiting.blocking_recv_many(&mut requests, BATCH) > 0 {
            let mut batch = Vec::with_capacity(requests.len());
            for request in requests.drain(..) {
                match request {
                    Request::Work(work) => batch.push(work),
                    Request::Stop => waiting.close(),
                }
            }
            self.together(batch);
            // After the answers are out, so that no caller waits for it.
            match &self.conn {
                Some(conn) if self.full => self.full = !checkpointer.relieve(conn),
                Some(conn) => checkpointer.look(conn),
                None => {}
            }
        }
        drop(checkpointer);
        if let Some(conn) = self.conn.take() {
            conn.query_row(sql::CHECKPOINT_AND_EMPTY, [], |_| Ok(())).ok();
        }
    }

    fn together(&mut self, mut batch: Vec<Box<dyn Work>>) {
        let trouble = match self.commit(&mut batch) {
            Ok(()) => return batch.into_iter().for_each(|work| work.answer(Ok(()))),
            Err(trouble) => trouble,
        };
        match trouble {
            Trouble::Request(_) if batch.len() > 1 => batch.into_iter().for_each(|work| self.together(vec![work])),
            Trouble::Request(words) | Trouble::Database(words) => {
                batch.into_iter().for_each(|work| work.answer(Err(Error::Unavailable(words.clone()))));
            }
        }
    }

    fn commit(&mut self, batch: &mut [Box<dyn Work>]) -> std::result::Result<(), Trouble> {
        if batch.is_empty() {
            return Ok(());
        }
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => database::writer(&self.path).map_err(|error| Trouble::Database(error.to_string()))?,
        };
        let done = transaction(&conn, batch);
        let sound = match &done {
            Ok(()) => true,
            // A full disk leaves the connection as it was; other trouble with the file may hide in it.
            Err((trouble, code)) => {
                self.full |= matches!(code, Some(ErrorCode::DiskFull));
                (conn.is_autocommit() || conn.execute_batch(sql::ROLLBACK).is_ok())
                    && (matches!(trouble, Trouble::Request(_)) || matches!(code, Some(ErrorCode::DiskFull)))
            }
        };
        self.conn = sound.then_some(conn);
        done.map_err(|(trouble, _)| trouble)
    }
}

fn transaction(
    conn: &Connection,
    batch: &mut [Box<dyn Work>],
) -> std::result::Result<(), (Trouble, Option<ErrorCode>)> {
    let database = |error: rusqlite::Error| (Trouble::Database(error.to_string()), error.sqlite_error_code());
    conn.prepare_cached(sql::BEGIN).and_then(|mut begin| begin.execute([])).map_err(database)?;
    for work in batch {
        match catch_unwind(AssertUnwindSafe(|| work.run(conn))) {
            Ok(Ok(())) => {}
            Ok(Err(error)) if is_of_the_file(&error) => return Err(database(error)),
            Ok(Err(error)) => return Err((Trouble::Request(error.to_string()), None)),
            Err(panic) => return Err((Trouble::Request(last_words(panic.as_ref())), None)),
        }
    }
    conn.prepare_cached(sql::COMMIT).and_then(|mut commit| commit.execute([])).map_err(database)?;
    Ok(())
}

fn is_of_the_file(error: &rusqlite::Error) -> bool {
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

fn last_words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("a request to the store panicked: {}", text.unwrap_or("without words"))
}
