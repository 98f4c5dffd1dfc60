//! Queries that run, and how each is interrupted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, InterruptHandle};

/// Interrupts one query, also before it has begun.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupter(Arc<Mutex<QueryState>>);

#[derive(Default)]
enum QueryState {
    #[default]
    Waiting,
    Running(InterruptHandle),
    /// Interrupted, or over.
    Over,
}

impl std::fmt::Debug for QueryState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Waiting => "Waiting",
            Self::Running(_) => "Running",
            Self::Over => "Over",
        })
    }
}

/// Interrupts the query when it is dropped.
pub(super) struct InterruptGuard(Interrupter);

impl Interrupter {
    pub(super) fn guard(&self) -> InterruptGuard {
        InterruptGuard(self.clone())
    }

    /// Whether the query may still begin.
    pub(super) fn starts(&self, conn: &Connection) -> bool {
        let mut state = self.lock();
        let may_start = matches!(*state, QueryState::Waiting);
        if may_start {
            *state = QueryState::Running(conn.get_interrupt_handle());
        }
        may_start
    }

    pub(super) fn ends(&self) {
        *self.lock() = QueryState::Over;
    }

    fn interrupt(&self) {
        // Within the lock: the connection is not used by another query before `ends`.
        if let QueryState::Running(handle) = std::mem::replace(&mut *self.lock(), QueryState::Over) {
            handle.interrupt();
        }
    }

    fn lock(&self) -> MutexGuard<'_, QueryState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InterruptGuard {
    fn drop(&mut self) {
        self.0.interrupt();
    }
}

/// All queries that run.
#[derive(Debug, Default)]
pub(super) struct Running(Mutex<(u64, HashMap<u64, Interrupter>)>);

impl Running {
    pub(super) fn add(&self, interrupter: &Interrupter) -> u64 {
        let mut all = self.lock();
        all.0 += 1;
        let number = all.0;
        all.1.insert(number, interrupter.clone());
        number
    }

    pub(super) fn remove(&self, number: u64) {
        self.lock().1.remove(&number);
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().1.is_empty()
    }

    pub(super) fn interrupt_all(&self) {
        self.lock().1.values().for_each(Interrupter::interrupt);
    }

    fn lock(&self) -> MutexGuard<'_, (u64, HashMap<u64, Interrupter>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
