//! The health of the bot, for `/readyz` and the metrics.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::metrics::Metrics;
use super::session_end::SessionEnd;
use hookbell_model::timestamp::Timestamp;

/// The health of the bot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BotHealth {
    /// No bot is configured, or it was stopped.
    #[default]
    Off,
    Starting,
    Ready {
        since: Timestamp,
    },
    /// Was ready; the gateway's connection is lost.
    Reconnecting,
    /// Stopped; starts again by itself.
    Failed(SessionEnd),
}

impl BotHealth {
    /// One word: `off`, `starting`, `ready`, `reconnecting`, `failed`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Starting => "starting",
            Self::Ready { .. } => "ready",
            Self::Reconnecting => "reconnecting",
            Self::Failed(_) => "failed",
        }
    }

    /// A line for people, where there is more to say than the word.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Off | Self::Starting => None,
            Self::Ready { since } => Some(format!("since {since}")),
            Self::Reconnecting => Some("the connection to Discord's gateway is lost".to_owned()),
            Self::Failed(end) => Some(end.to_string()),
        }
    }

    /// For the gauge: 0 off, 1 starting, 2 ready, 3 reconnecting, 4 failed.
    pub fn number(&self) -> i64 {
        match self {
            Self::Off => 0,
            Self::Starting => 1,
            Self::Ready { .. } => 2,
            Self::Reconnecting => 3,
            Self::Failed(_) => 4,
        }
    }
}

/// Shared between the bot and the modules that report its state.
#[derive(Debug, Default)]
pub struct BotState {
    health: Mutex<BotHealth>,
    pub metrics: Metrics,
}

impl BotState {
    pub fn health(&self) -> BotHealth {
        self.lock().clone()
    }

    pub(super) fn set(&self, health: BotHealth) {
        self.metrics.state.set(health.number());
        *self.lock() = health;
    }

    /// The gateway sent READY or RESUMED.
    pub(super) fn ready(&self, now: Timestamp) {
        self.set(BotHealth::Ready { since: now });
    }

    /// Whether the gateway is connected at this moment. Only a change is noted, so that `since` stays.
    pub(super) fn observe(&self, connected: bool, now: Timestamp) {
        match (self.health(), connected) {
            (BotHealth::Ready { .. }, false) => self.set(BotHealth::Reconnecting),
            (BotHealth::Reconnecting, true) => self.ready(now),
            _ => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, BotHealth> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn since_stays_while_the_connection_does() {
        let state = BotState::default();
        state.observe(true, Timestamp(1));
        assert_eq!(state.health(), BotHealth::Off);
        state.ready(Timestamp(2));
        state.observe(true, Timestamp(3));
        assert_eq!(state.health(), BotHealth::Ready { since: Timestamp(2) });
        state.observe(false, Timestamp(4));
        assert_eq!((state.health(), state.metrics.state.get()), (BotHealth::Reconnecting, 3));
        state.observe(true, Timestamp(5));
        assert_eq!(state.health(), BotHealth::Ready { since: Timestamp(5) });
    }
}
