//! Judges from outside whether the gateway connection is alive. serenity neither ends nor tells when it
//! cannot connect, and has been seen to hang after a failed resume.

use std::time::{Duration, Instant};

/// From the start to the gateway's READY.
const READY: Duration = Duration::from_secs(60);
/// How long serenity's own reconnecting is trusted.
const CONNECTED: Duration = Duration::from_secs(180);
/// Discord's heartbeats come every 41 seconds; no acknowledged one for this long is a dead line that still
/// calls itself connected.
const HEARTBEAT: Duration = Duration::from_secs(600);
/// New sessions in a row before the life is ended: each costs one of the 1000 a day, and serenity would start
/// one every five seconds.
const SESSIONS: u32 = 3;
/// A session that held this long ends the row.
const HELD: Duration = Duration::from_secs(600);

/// What one look shows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// READYs so far.
    pub(super) sessions: u32,
    pub(super) connected: bool,
    /// Changes with every acknowledged heartbeat.
    pub(super) latency: Option<Duration>,
}

#[derive(Debug)]
pub(super) struct Watchdog {
    born: Instant,
    connected: Instant,
    heartbeat: Instant,
    last: Seen,
    session: Instant,
    row: u32,
}

impl Watchdog {
    pub(super) fn new(now: Instant) -> Self {
        Self { born: now, connected: now, heartbeat: now, last: Seen::default(), session: now, row: 0 }
    }

    /// The reason to end this life, if there is one.
    pub(super) fn look(&mut self, seen: Seen, now: Instant) -> Option<&'static str> {
        if seen.connected {
            self.connected = now;
        }
        if seen.latency != self.last.latency || seen.sessions != self.last.sessions {
            self.heartbeat = now;
        }
        if seen.sessions != self.last.sessions {
            self.row = if now - self.session > HELD { 0 } else { self.row };
            self.row += seen.sessions.saturating_sub(self.last.sessions);
            self.session = now;
        }
        self.last = seen;
        if seen.sessions == 0 {
            return (now - self.born > READY).then_some("Discord's gateway did not become ready within a minute");
        }
        if self.row > SESSIONS {
            return Some("Discord's gateway keeps ending the session");
        }
        if now - self.connected > CONNECTED {
            return Some("no connection to Discord's gateway for three minutes");
        }
        (now - self.heartbeat > HEARTBEAT).then_some("Discord's gateway has stopped answering")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: Seen = Seen { sessions: 1, connected: true, latency: None };

    fn at(watchdog: &Watchdog, secs: u64) -> Instant {
        watchdog.born + Duration::from_secs(secs)
    }

    #[test]
    fn no_ready_within_a_minute_is_an_end() {
        let mut watchdog = Watchdog::new(Instant::now());
        let now = at(&watchdog, 60);
        assert_eq!(watchdog.look(Seen::default(), now), None);
        let now = at(&watchdog, 61);
        assert!(watchdog.look(Seen::default(), now).expect("an end").contains("ready"));
    }

    #[test]
    fn three_minutes_without_connection_are_an_end_and_shorter_ones_are_not() {
        let mut watchdog = Watchdog::new(Instant::now());
        for (secs, seen, ends) in [
            (10, UP, false),
            (180, Seen { connected: false, ..UP }, false),
            (185, UP, false),
            (360, Seen { connected: false, ..UP }, false),
            (366, Seen { connected: false, ..UP }, true),
        ] {
            let now = at(&watchdog, secs);
            assert_eq!(watchdog.look(seen, now).is_some(), ends, "{secs}");
        }
    }

    #[test]
    fn a_line_without_heartbeats_is_dead_whatever_it_calls_itself() {
        let mut watchdog = Watchdog::new(Instant::now());
        let beat = |nanos| Seen { latency: Some(Duration::from_nanos(nanos)), ..UP };
        for (secs, seen, ends) in [(1, UP, false), (500, beat(5), false), (1100, beat(5), false), (1101, beat(5), true)]
        {
            let now = at(&watchdog, secs);
            assert_eq!(watchdog.look(seen, now).is_some(), ends, "{secs}");
        }
    }

    #[test]
    fn a_gateway_that_ends_every_session_is_left_alone() {
        let mut watchdog = Watchdog::new(Instant::now());
        let now = at(&watchdog, 30);
        assert_eq!(watchdog.look(Seen { sessions: 3, ..UP }, now), None);
        assert!(watchdog.look(Seen { sessions: 4, ..UP }, now).is_some());
        let mut slow = Watchdog::new(Instant::now());
        for sessions in 1..20 {
            let now = at(&slow, u64::from(sessions) * 599);
            assert_eq!(slow.look(Seen { sessions, ..UP }, now).is_some(), sessions > 3);
        }
        let mut rare = Watchdog::new(Instant::now());
        assert!((1..20).all(|sessions| {
            let now = at(&rare, u64::from(sessions) * 601);
            rare.look(Seen { sessions, ..UP }, now).is_none()
        }));
    }
}
