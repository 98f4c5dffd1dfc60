//! Keeps the write-ahead log short. A thread of its own moves the log into the file while the writer goes on;
//! the writer moves the little that came in meanwhile, so that it can begin the log anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::{connection, sql};

/// Pages (4 kB) in the log from which on the thread is called.
const CALL: i64 = 4000;
/// Pages that the writer may move by itself: a few milliseconds.
const LITTLE: i64 = 1000;
/// Pages at which the writer moves them all, however long it takes: this bounds the size of the log.
const TOO_MANY: i64 = 32_000;

/// Commits between two checks of the log: a check costs as much as a small commit.
const COMMITS: u32 = 4;

/// Dropping it waits for the thread.
#[derive(Debug)]
pub(super) struct Checkpointer {
    call: Option<SyncSender<()>>,
    /// The thread is moving the log.
    busy: Arc<AtomicBool>,
    /// The thread has moved most of the log; the rest is the writer's.
    moved: bool,
    /// Commits since the last check.
    commits: u32,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(super) fn start(path: PathBuf) -> std::io::Result<Self> {
        let (call, called) = sync_channel::<()>(1);
        let busy = Arc::new(AtomicBool::new(false));
        let done = Arc::clone(&busy);
        let thread = std::thread::Builder::new().name("store-checkpoint".to_owned()).spawn(move || {
            let mut conn = None;
            while called.recv().is_ok() {
                conn = checkpoint_with(conn, &path);
                done.store(false, Ordering::Release);
            }
        })?;
        Ok(Self { call: Some(call), busy, moved: false, commits: 0, thread: Some(thread) })
    }

    /// Moves the whole log now and returns whether that succeeded. After a full disk the log, which holds pages
    /// several times, must not use up the first free space: once moved into the file it begins anew.
    pub(super) fn relieve(&self, writer: &Connection) -> bool {
        move_log(writer).is_ok() && left(writer) == 0
    }

    /// To be called by the writer between two transactions.
    pub(super) fn after_batch(&mut self, writer: &Connection) {
        self.commits += 1;
        if self.commits < COMMITS {
            return;
        }
        self.commits = 0;
        if self.busy.load(Ordering::Acquire) {
            if left(writer) > TOO_MANY {
                self.moved = false;
                warn(move_log(writer));
            }
            return;
        }
        let left = left(writer);
        if left > TOO_MANY || (self.moved && left <= LITTLE) {
            self.moved = false;
            warn(move_log(writer));
        } else if left > CALL || self.moved {
            self.moved = true;
            self.busy.store(true, Ordering::Release);
            // The thread runs as long as this exists; a full channel means it has been called.
            self.call.as_ref().map(|call| call.try_send(()).ok());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.call = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn checkpoint_with(conn: Option<Connection>, path: &Path) -> Option<Connection> {
    let conn = match conn {
        Some(conn) => conn,
        None => connection::writer(path).ok()?,
    };
    let moved = move_log(&conn);
    let sound = moved.is_ok();
    warn(moved);
    sound.then_some(conn)
}

fn left(conn: &Connection) -> i64 {
    let pragma = conn.prepare_cached(sql::LOG_SIZE);
    let left =
        pragma.and_then(|mut pragma| pragma.query_row([], |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?)));
    left.unwrap_or(0)
}

fn move_log(conn: &Connection) -> rusqlite::Result<()> {
    conn.query_row(sql::CHECKPOINT, [], |_| Ok(()))
}

fn warn(moved: rusqlite::Result<()>) {
    if let Err(error) = moved {
        tracing::warn!(%error, "the database's log cannot be moved into its file and grows until it can");
    }
}
