//! Reports that connections or bodies are refused because a limit is reached: when it begins, once a minute while it
//! lasts, and when it has ended; and at any time to who asks for the state.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::metrics::LimitCounters;

/// How long one line covers what happens like it; after so long without a refusal it is over.
const INTERVAL: Duration = Duration::from_secs(60);

/// What can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// A connection was closed for a new one, or the new one refused.
    Connections,
    ConnectionsPerAddress,
    /// The operating system gives the process no more.
    OpenFiles,
    BodyMemory,
    BodyMemoryPerAddress,
    BodyRate,
}

/// Refusals since they began, by limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LimitCounts([u64; Limit::ALL.len()]);

#[derive(Debug, Default)]
pub(super) struct LimitLog {
    counters: LimitCounters,
    episode: Mutex<Option<Episode>>,
}

#[derive(Debug)]
struct Episode {
    since: Instant,
    last: Instant,
    logged: Instant,
    counts: LimitCounts,
    /// Of these the last line said.
    logged_counts: LimitCounts,
}

impl Limit {
    const ALL: [Self; 6] = [
        Self::Connections,
        Self::ConnectionsPerAddress,
        Self::OpenFiles,
        Self::BodyMemory,
        Self::BodyMemoryPerAddress,
        Self::BodyRate,
    ];

    /// As log, metrics and `/readyz` name it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "max_connections",
            Self::ConnectionsPerAddress => "max_connections_per_address",
            Self::OpenFiles => "open_files",
            Self::BodyMemory => "body_memory",
            Self::BodyMemoryPerAddress => "body_memory_per_address",
            Self::BodyRate => "min_body_rate",
        }
    }
}

impl LimitCounts {
    /// The limits that refused something.
    pub(super) fn refused(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Limit::ALL.iter().zip(self.0).filter(|(_, count)| *count > 0).map(|(limit, count)| (limit.as_str(), count))
    }
}

impl fmt::Display for LimitCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (limit, count)) in self.refused().enumerate() {
            write!(f, "{}{limit}: {count}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl LimitLog {
    pub(super) fn new(counters: LimitCounters) -> Self {
        Self { counters, episode: Mutex::default() }
    }

    /// A connection or a body was refused.
    pub(super) fn record(&self, limit: Limit, now: Instant) {
        self.counters.count(limit.as_str());
        let mut episode = self.lock();
        if let Some(over) = episode.take_if(|episode| episode.is_over(now)) {
            over.log_end();
        }
        let is_new = episode.is_none();
        let episode = episode.get_or_insert_with(|| Episode::new(now));
        if let Some(count) = episode.counts.0.get_mut(limit as usize) {
            *count += 1;
        }
        episode.last = now;
        if is_new || episode.is_due(now) {
            episode.log(now);
        }
    }

    /// Logs what is due; to be called every few seconds.
    pub(super) fn tick(&self, now: Instant) {
        let mut episode = self.lock();
        if let Some(over) = episode.take_if(|episode| episode.is_over(now)) {
            over.log_end();
        }
        if let Some(episode) = episode.as_mut().filter(|episode| episode.is_due(now)) {
            episode.log(now);
        }
    }

    /// Since when something is refused, and how often; `None` after a minute without a refusal.
    pub(super) fn state(&self, now: Instant) -> Option<(Instant, LimitCounts)> {
        let episode = self.lock();
        episode.as_ref().filter(|episode| !episode.is_over(now)).map(|episode| (episode.since, episode.counts))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Episode>> {
        self.episode.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Episode {
    fn new(now: Instant) -> Self {
        let none = LimitCounts::default();
        Self { since: now, last: now, logged: now, counts: none, logged_counts: none }
    }

    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) >= INTERVAL
    }

    fn is_due(&self, now: Instant) -> bool {
        self.counts != self.logged_counts && now.saturating_duration_since(self.logged) >= INTERVAL
    }

    fn log(&mut self, now: Instant) {
        let refused = self.counts;
        tracing::warn!(%refused, "limits of the public listener are reached: connections or bodies are refused");
        (self.logged, self.logged_counts) = (now, refused);
    }

    fn log_end(&self) {
        tracing::info!(refused = %self.counts, "no limit of the public listener has been reached for a minute");
    }
}

#[cfg(test)]
mod tests {
    use super::super::outage_log::tests::logged;
    use super::*;

    #[test]
    fn an_attack_costs_one_line_a_minute_and_one_at_its_end() {
        let (log, start) = (LimitLog::default(), Instant::now());
        let at = |second| start + Duration::from_secs(second);
        let lines = logged(|| {
            for second in 0..70 {
                for _ in 0..100 {
                    log.record(Limit::BodyRate, at(second));
                }
                log.record(Limit::OpenFiles, at(second));
                log.tick(at(second));
            }
            assert_eq!(log.state(at(75)).map(|(since, _)| since), Some(start));
            (75..300).for_each(|second| log.tick(at(second)));
        });
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines.len(), 4, "{lines:#?}");
        assert!(lines[0].contains("WARN") && lines[0].contains("refused=min_body_rate: 1"), "{lines:#?}");
        assert!(lines[1].contains("refused=open_files: 60, min_body_rate: 6001"), "{lines:#?}");
        assert!(lines[2].contains("refused=open_files: 70, min_body_rate: 7000"), "{lines:#?}");
        assert!(lines[3].contains("INFO"), "{lines:#?}");
        assert_eq!(log.state(at(300)), None);
    }
}
