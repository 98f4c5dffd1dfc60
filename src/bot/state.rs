//! How the bot is doing, for `/readyz` and the metrics.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::metrics::Metrics;
use hookbell_model::timestamp::Timestamp;

/// The bot's health.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Health {
    /// No bot is configured, or it was stopped.
    #[default]
    Off,
    Starting,
    Ready {
        since: Timestamp,
    },
    /// Was ready; the gateway is away.
    Reconnecting,
    /// Stopped; will be started again by itself.
    Failed {
        why: String,
    },
}

impl Health {
    /// One word: `off`, `starting`, `ready`, `reconnecting`, `failed`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Starting => "starting",
            Self::Ready { .. } => "ready",
            Self::Reconnecting => "reconnecting",
            Self::Failed { .. } => "failed",
        }
    }

    /// A line for people; empty when the word says it all.
    pub fn reason(&self) -> String {
        match self {
            Self::Off | Self::Starting => String::new(),
            Self::Ready { since } => format!("since {since}"),
            Self::Reconnecting => "the connection to Discord's gateway is lost".to_owned(),
            Self::Failed { why } => why.clone(),
        }
    }

    /// For the gauge: 0 off, 1 starting, 2 ready, 3 reconnecting, 4 failed.
    pub fn number(&self) -> i64 {
        match self {
            Self::Off => 0,
            Self::Starting => 1,
            Self::Ready { .. } => 2,
            Self::Reconnecting => 3,
            Self::Failed { .. } => 4,
        }
    }
}

/// Shared between the bot and whoever tells about it.
#[derive(Debug, Default)]
pub struct State {
    health: Mutex<Health>,
    pub metrics: Metrics,
}

impl State {
    /// As it is right now.
    pub fn health(&self) -> Health {
        self.lock().clone()
    }

    pub(super) fn set(&self, health: Health) {
        self.metrics.state.set(health.number());
        *self.lock() = health;
    }

    /// The gateway said so.
    pub(super) fn ready(&self, now: Timestamp) {
        self.set(Health::Ready { since: now });
    }

    /// What a look at the connection showed; a change only, so that `since` stays.
    pub(super) fn seen(&self, connected: bool, now: Timestamp) {
        match (self.health(), connected) {
            (Health::Ready { .. }, false) => self.set(Health::Reconnecting),
            (Health::Reconnecting, true) => self.ready(now),
            _ => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_stays_while_the_connection_does() {
        let state = State::default();
        state.seen(true, Timestamp(1));
        assert_eq!(state.health(), Health::Off);
        state.ready(Timestamp(2));
        state.seen(true, Timestamp(3));
        assert_eq!(state.health(), Health::Ready { since: Timestamp(2) });
        state.seen(false, Timestamp(4));
        assert_eq!((state.health().word(), state.metrics.state.get()), ("reconnecting", 3));
        state.seen(true, Timestamp(5));
        assert_eq!(state.health(), Health::Ready { since: Timestamp(5) });
    }
}
