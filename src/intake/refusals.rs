//! Refused requests are told once a minute for each source and reason: a scanner must not fill the log.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use super::answer::Answer;
use hookbell_model::timestamp::Timestamp;

/// How long a line stands for all refusals like it.
const QUIET: Duration = Duration::from_secs(60);

/// What was told when, by source and reason. Both come from the config and from a fixed table, so that strangers
/// cannot make it grow.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<HashMap<(String, String), Told>>);

#[derive(Debug)]
struct Told {
    at: Timestamp,
    /// Refusals since then, not told.
    more: u64,
}

impl Refusals {
    /// Tells of an answer that an operator should hear of, or counts it until the next line.
    pub(super) fn tell(&self, source: &str, answer: &Answer, hint: Option<&str>, now: Timestamp) {
        let Some(reason) = answer.worth_a_log_line() else { return };
        let status = answer.status().as_u16();
        match self.count(source, answer.log_key(&reason), now) {
            Some(0) => tracing::warn!(source, status, reason, hint, "request refused"),
            Some(more) => tracing::warn!(source, status, reason, more, hint, "request refused, and more before it"),
            None => tracing::debug!(source, status, reason, "request refused"),
        }
    }

    /// How many were left untold since the last line, where it is time for another.
    fn count(&self, source: &str, reason: &str, now: Timestamp) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(told) = all.get_mut(&(source.to_owned(), reason.to_owned())) else {
            all.insert((source.to_owned(), reason.to_owned()), Told { at: now, more: 0 });
            return Some(0);
        };
        // A clock that was set back must not silence for long.
        if told.at <= now && now.since(told.at) < QUIET {
            told.more += 1;
            return None;
        }
        let more = told.more;
        *told = Told { at: now, more: 0 };
        Some(more)
    }
}

#[cfg(test)]
mod tests {
    use super::super::outage::tests::logged;
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000_000);

    #[test]
    fn a_scanner_costs_one_line_a_minute_for_each_source_and_reason() {
        let refusals = Refusals::default();
        let mismatch = || Answer::Unverified("the signature does not match".to_owned());
        let told = logged(|| {
            for second in 0..120 {
                for _ in 0..50 {
                    refusals.tell("shop", &mismatch(), None, NOW.after(Duration::from_secs(second)));
                }
            }
            refusals.tell("blog", &mismatch(), None, NOW);
            refusals.tell("shop", &Answer::MethodNotAllowed, None, NOW);
        });
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(lines.len(), 4, "{told}");
        assert!(
            lines[0].contains("request refused source=\"shop\" status=401") && !lines[0].contains("more"),
            "{told}"
        );
        assert!(lines[1].contains("more=2999"), "{told}");
        assert!(lines[2].contains("source=\"blog\"") && lines[3].contains("status=405"), "{told}");
    }

    #[test]
    fn what_a_body_can_vary_is_one_reason() {
        let refusals = Refusals::default();
        let told = logged(|| {
            for column in 0..1000 {
                let broken = Answer::Unreadable(format!("the body is not JSON (line 1, column {column})"));
                refusals.tell("shop", &broken, None, NOW);
            }
        });
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains("column 0"), "{told}");
    }

    #[test]
    fn a_clock_set_back_does_not_silence_for_ever() {
        let refusals = Refusals::default();
        let answer = Answer::TooSlow;
        let told = logged(|| {
            refusals.tell("shop", &answer, None, NOW);
            refusals.tell("shop", &answer, None, Timestamp(NOW.0 - 86_400_000));
        });
        assert_eq!(told.lines().count(), 2, "{told}");
    }

    #[test]
    fn accepted_events_and_unknown_paths_are_not_told() {
        let refusals = Refusals::default();
        let told = logged(|| {
            refusals.tell("shop", &Answer::Ignored, None, NOW);
            refusals.tell("shop", &Answer::UnknownSource, None, NOW);
        });
        assert_eq!(told, "");
    }
}
