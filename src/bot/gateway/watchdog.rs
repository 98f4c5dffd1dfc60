//! Checks from outside whether the gateway connection is alive. serenity neither ends nor reports when it cannot
//! connect, and can hang after a failed resume.

use std::time::{Duration, Instant};

use crate::bot::session_end::SessionEnd;

/// From the start to the gateway's READY.
const READY_TIMEOUT: Duration = Duration::from_secs(60);
/// How long serenity may take to reconnect by itself.
const RECONNECT_TIMEOUT: Duration = Duration::from_secs(180);
/// A heartbeat is due every 41 seconds; without an acknowledged one for this long the connection is dead, also when
/// serenity still reports it as connected.
const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(600);
/// READYs in a row before the client is replaced: each costs one of the 1000 starts a day, and serenity would start
/// a gateway session every five seconds.
const MAX_READYS: u32 = 3;
/// A gateway session that lasted this long ends the row.
const STABLE: Duration = Duration::from_secs(600);

/// The connection at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Observation {
    /// READYs so far.
    pub(super) ready_count: u32,
    pub(super) connected: bool,
    /// Changes with every acknowledged heartbeat.
    pub(super) latency: Option<Duration>,
}

#[derive(Debug)]
pub(super) struct Watchdog {
    started: Instant,
    last_connected: Instant,
    last_heartbeat: Instant,
    last_ready: Instant,
    last: Observation,
    readys_in_a_row: u32,
}

impl Watchdog {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            started: now,
            last_connected: now,
            last_heartbeat: now,
            last_ready: now,
            last: Observation::default(),
            readys_in_a_row: 0,
        }
    }

    /// The reason to end this session, if there is one.
    pub(super) fn check(&mut self, observation: Observation, now: Instant) -> Option<SessionEnd> {
        if observation.connected {
            self.last_connected = now;
        }
        if observation.latency != self.last.latency || observation.ready_count != self.last.ready_count {
            self.last_heartbeat = now;
        }
        if observation.ready_count != self.last.ready_count {
            if now - self.last_ready > STABLE {
                self.readys_in_a_row = 0;
            }
            self.readys_in_a_row += observation.ready_count.saturating_sub(self.last.ready_count);
            self.last_ready = now;
        }
        self.last = observation;
        if observation.ready_count == 0 {
            return (now - self.started > READY_TIMEOUT).then_some(SessionEnd::NotReady);
        }
        if self.readys_in_a_row > MAX_READYS {
            return Some(SessionEnd::SessionsKeepEnding);
        }
        if now - self.last_connected > RECONNECT_TIMEOUT {
            return Some(SessionEnd::Disconnected);
        }
        (now - self.last_heartbeat > HEARTBEAT_TIMEOUT).then_some(SessionEnd::NoHeartbeat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: Observation = Observation { ready_count: 1, connected: true, latency: None };

    fn at(watchdog: &Watchdog, secs: u64) -> Instant {
        watchdog.started + Duration::from_secs(secs)
    }

    #[test]
    fn no_ready_within_a_minute_ends_the_session() {
        let mut watchdog = Watchdog::new(Instant::now());
        let now = at(&watchdog, 60);
        assert_eq!(watchdog.check(Observation::default(), now), None);
        let now = at(&watchdog, 61);
        assert_eq!(watchdog.check(Observation::default(), now), Some(SessionEnd::NotReady));
    }

    #[test]
    fn three_minutes_without_connection_end_the_session_and_less_does_not() {
        let mut watchdog = Watchdog::new(Instant::now());
        for (secs, observation, ends) in [
            (10, UP, false),
            (180, Observation { connected: false, ..UP }, false),
            (185, UP, false),
            (360, Observation { connected: false, ..UP }, false),
            (366, Observation { connected: false, ..UP }, true),
        ] {
            let now = at(&watchdog, secs);
            assert_eq!(watchdog.check(observation, now).is_some(), ends, "{secs}");
        }
    }

    #[test]
    fn a_connection_without_heartbeats_is_dead_also_when_it_is_reported_as_connected() {
        let mut watchdog = Watchdog::new(Instant::now());
        let beat = |nanos| Observation { latency: Some(Duration::from_nanos(nanos)), ..UP };
        for (secs, observation, ends) in
            [(1, UP, false), (500, beat(5), false), (1100, beat(5), false), (1101, beat(5), true)]
        {
            let now = at(&watchdog, secs);
            assert_eq!(watchdog.check(observation, now).is_some(), ends, "{secs}");
        }
    }

    #[test]
    fn a_gateway_that_keeps_ending_sessions_ends_ours() {
        let mut watchdog = Watchdog::new(Instant::now());
        let now = at(&watchdog, 30);
        assert_eq!(watchdog.check(Observation { ready_count: 3, ..UP }, now), None);
        assert!(watchdog.check(Observation { ready_count: 4, ..UP }, now).is_some());
        let mut slow = Watchdog::new(Instant::now());
        for ready_count in 1..20 {
            let now = at(&slow, u64::from(ready_count) * 599);
            assert_eq!(slow.check(Observation { ready_count, ..UP }, now).is_some(), ready_count > 3);
        }
        let mut rare = Watchdog::new(Instant::now());
        assert!((1..20).all(|ready_count| {
            let now = at(&rare, u64::from(ready_count) * 601);
            rare.check(Observation { ready_count, ..UP }, now).is_none()
        }));
    }
}
