//! A store that fails is told when it begins and when it is over, not with every refused request.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the requests refused since the store failed.
#[derive(Debug, Default)]
pub(super) struct Outage(AtomicU64);

impl Outage {
    /// An event could not be kept.
    pub(super) fn refused(&self, why: &str) {
        if self.0.fetch_add(1, Ordering::Relaxed) == 0 {
            tracing::error!(why, "events cannot be kept; their senders are asked to come back");
        } else {
            tracing::debug!(why, "an event could not be kept");
        }
    }

    /// An event was kept.
    pub(super) fn kept(&self) {
        // Read first: this stands in the way of every event.
        if self.0.load(Ordering::Relaxed) > 0 {
            let refused = self.0.swap(0, Ordering::Relaxed);
            tracing::info!(refused, "events are kept again");
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("the log").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What is told meanwhile, at the levels that are shown unless somebody asks for more.
    pub(in super::super) fn logged(work: impl FnOnce()) -> String {
        let log = Log::default();
        let writer = log.clone();
        let told = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(told, work);
        String::from_utf8(log.0.lock().expect("the log").clone()).expect("text")
    }

    #[test]
    fn a_long_outage_is_told_once_and_its_end_once() {
        let told = logged(|| {
            let outage = Outage::default();
            outage.kept();
            (0..500).for_each(|_| outage.refused("disk full"));
            (0..3).for_each(|_| outage.kept());
            outage.refused("disk full");
        });
        assert_eq!(told.matches("ERROR").count(), 2, "{told}");
        assert_eq!(told.matches("events are kept again refused=500").count(), 1, "{told}");
        assert_eq!(told.lines().count(), 3, "{told}");
    }
}
