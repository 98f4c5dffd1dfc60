//! Queries that run, and how each is interrupted.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

/// Steps of SQLite's machine between two looks whether a query is to end: some microseconds.
const STEPS: i32 = 1000;

/// Interrupts one query, also before it has begun. A flag that the query itself looks at: SQLite's own interrupt is lost on a
/// connection that has not begun to run.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupter(Arc<AtomicBool>);

/// Interrupts the query when it is dropped.
pub(super) struct InterruptGuard(Interrupter);

impl Interrupter {
    pub(super) fn guard(&self) -> InterruptGuard {
        InterruptGuard(self.clone())
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// From here on the connection's queries end as soon as this one is interrupted.
    pub(super) fn watch(&self, conn: &mut Connection) -> rusqlite::Result<()> {
        let this = self.clone();
        conn.progress_handler(STEPS, Some(move || this.is_interrupted()))
    }

    fn interrupt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Drop for InterruptGuard {
    fn drop(&mut self) {
        self.0.interrupt();
    }
}

/// All queries that run.
#[derive(Debug, Default)]
pub(super) struct Running(Mutex<RunningQueries>);

#[derive(Debug, Default)]
struct RunningQueries {
    /// Of the last one.
    number: u64,
    queries: HashMap<u64, Interrupter>,
}

impl Running {
    pub(super) fn add(&self, interrupter: &Interrupter) -> u64 {
        let mut all = self.lock();
        all.number += 1;
        let number = all.number;
        all.queries.insert(number, interrupter.clone());
        number
    }

    pub(super) fn remove(&self, number: u64) {
        self.lock().queries.remove(&number);
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().queries.is_empty()
    }

    pub(super) fn interrupt_all(&self) {
        self.lock().queries.values().for_each(Interrupter::interrupt);
    }

    fn lock(&self) -> MutexGuard<'_, RunningQueries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
