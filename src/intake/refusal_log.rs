//! Logs refused requests once a minute for each source and reason: a scanner must not fill the log.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use super::answer::Answer;
use hookbell_model::timestamp::Timestamp;

/// How long one line covers all refusals like it.
const INTERVAL: Duration = Duration::from_secs(60);

/// The last line for each source and reason. Both come from the config and from a fixed table, so that senders cannot
/// make it grow.
#[derive(Debug, Default)]
pub(super) struct RefusalLog(Mutex<HashMap<(String, String), LoggedRefusal>>);

#[derive(Debug)]
struct LoggedRefusal {
    at: Timestamp,
    /// Refusals since then, not logged.
    suppressed: u64,
}

impl RefusalLog {
    /// Logs a refusal, or counts it until the next line.
    pub(super) fn record(&self, source: &str, answer: &Answer, hint: Option<&str>, now: Timestamp) {
        let Some(reason) = answer.logged_reason() else { return };
        let status = answer.status().as_u16();
        match self.count(source, answer.log_key(&reason), now) {
            Some(0) => tracing::warn!(source, status, reason, hint, "request refused"),
            Some(more) => tracing::warn!(source, status, reason, more, hint, "request refused, and more before it"),
            None => tracing::debug!(source, status, reason, "request refused"),
        }
    }

    /// How many were suppressed since the last line, if it is time for another.
    fn count(&self, source: &str, reason: &str, now: Timestamp) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(last) = all.get_mut(&(source.to_owned(), reason.to_owned())) else {
            all.insert((source.to_owned(), reason.to_owned()), LoggedRefusal { at: now, suppressed: 0 });
            return Some(0);
        };
        // After the clock was set back, the next refusal is logged.
        if last.at <= now && now.since(last.at) < INTERVAL {
            last.suppressed += 1;
            return None;
        }
        let suppressed = last.suppressed;
        *last = LoggedRefusal { at: now, suppressed: 0 };
        Some(suppressed)
    }
}

#[cfg(test)]
mod tests {
    use super::super::outage_log::tests::logged;
    use super::*;
    use hookbell_provider::{BodyError, Rejection};

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    #[test]
    fn a_scanner_costs_one_line_a_minute_for_each_source_and_reason() {
        let refusals = RefusalLog::default();
        let mismatch = || Answer::Unverified(Rejection::Mismatch);
        let log = logged(|| {
            for second in 0..120 {
                for _ in 0..50 {
                    refusals.record("shop", &mismatch(), None, NOW.after(Duration::from_secs(second)));
                }
            }
            refusals.record("blog", &mismatch(), None, NOW);
            refusals.record("shop", &Answer::MethodNotAllowed, None, NOW);
        });
        let lines: Vec<&str> = log.lines().collect();
        assert_eq!(lines.len(), 4, "{log}");
        assert!(lines[0].contains("request refused source=\"shop\" status=401") && !lines[0].contains("more"), "{log}");
        assert!(lines[1].contains("more=2999"), "{log}");
        assert!(lines[2].contains("source=\"blog\"") && lines[3].contains("status=405"), "{log}");
    }

    #[test]
    fn every_broken_body_is_the_same_reason() {
        let refusals = RefusalLog::default();
        let log = logged(|| {
            for column in 0..1000 {
                let broken = Answer::Unreadable(BodyError::InvalidJson { line: 1, column }.into());
                refusals.record("shop", &broken, None, NOW);
            }
        });
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(log.contains("column 0"), "{log}");
    }

    #[test]
    fn after_the_clock_was_set_back_refusals_are_logged() {
        let refusals = RefusalLog::default();
        let answer = Answer::TooSlow;
        let log = logged(|| {
            refusals.record("shop", &answer, None, NOW);
            refusals.record("shop", &answer, None, Timestamp(NOW.0 - 86_400_000));
        });
        assert_eq!(log.lines().count(), 2, "{log}");
    }

    #[test]
    fn accepted_events_and_unknown_paths_are_not_logged() {
        let refusals = RefusalLog::default();
        let log = logged(|| {
            refusals.record("shop", &Answer::Ignored, None, NOW);
            refusals.record("shop", &Answer::UnknownSource, None, NOW);
        });
        assert_eq!(log, "");
    }
}
