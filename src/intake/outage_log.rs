//! Reports a failing store when it begins and when it ends, not with every refused request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

#[derive(Debug, Default)]
pub(super) struct OutageLog {
    /// Requests refused since the store failed.
    refused: AtomicU64,
    last: Mutex<Option<Instant>>,
}

impl OutageLog {
    /// An event could not be stored.
    pub(super) fn failed(&self, why: &str) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        if self.refused.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::error!(why, "events cannot be stored; their senders are asked to try again");
        } else {
            tracing::debug!(why, "an event could not be stored");
        }
    }

    /// When an event could not be stored, and none was since.
    pub(super) fn last_failure(&self) -> Option<Instant> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An event was stored. Returns how many requests were refused before, when that ends an outage.
    pub(super) fn stored(&self) -> Option<u64> {
        // Read first, which is cheaper: this is on the path of every event.
        if self.refused.load(Ordering::Relaxed) == 0 {
            return None;
        }
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let refused = self.refused.swap(0, Ordering::Relaxed);
        tracing::info!(refused, "events are stored again");
        Some(refused)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct SharedLog(Arc<Mutex<Vec<u8>>>);

    impl Write for SharedLog {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("the log").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What is logged meanwhile, at the default levels.
    pub(in super::super) fn logged(work: impl FnOnce()) -> String {
        let log = SharedLog::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        // While there is but one, a line that another thread reaches first counts as unwanted for good.
        let second = tracing::Dispatch::new(tracing_subscriber::registry());
        tracing::subscriber::with_default(subscriber, work);
        drop(second);
        String::from_utf8(log.0.lock().expect("the log").clone()).expect("text")
    }

    #[test]
    fn a_long_outage_is_logged_once_and_its_end_once() {
        let log_lines = logged(|| {
            let outage = OutageLog::default();
            assert_eq!(outage.stored(), None);
            (0..500).for_each(|_| outage.failed("disk full"));
            assert_eq!([outage.stored(), outage.stored()], [Some(500), None]);
            outage.failed("disk full");
        });
        assert_eq!(log_lines.matches("ERROR").count(), 2, "{log_lines}");
        assert_eq!(log_lines.matches("events are stored again refused=500").count(), 1, "{log_lines}");
        assert_eq!(log_lines.lines().count(), 3, "{log_lines}");
    }
}
