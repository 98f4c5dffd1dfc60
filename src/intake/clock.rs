//! The intake's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use hookbell_model::timestamp::Timestamp;

/// The system's clock. A test can set it ahead or back, for itself and its clones.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// In milliseconds.
    offset: Arc<AtomicI64>,
}

impl PartialEq for Clock {
    fn eq(&self, other: &Self) -> bool {
        self.offset.load(Ordering::Relaxed) == other.offset.load(Ordering::Relaxed)
    }
}

impl Eq for Clock {}

impl Clock {
    pub(super) fn now(&self) -> Timestamp {
        Timestamp(Timestamp::now().0.saturating_add(self.offset.load(Ordering::Relaxed)))
    }

    /// How far it is ahead of the system's clock, in milliseconds; negative: behind it.
    pub fn set_offset(&self, millis: i64) {
        self.offset.store(millis, Ordering::Relaxed);
    }
}
