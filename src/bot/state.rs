//! The health of the bot, for `/readyz` and the metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::metrics::Metrics;
use super::session_end::SessionEnd;
use crate::discord::api::ApiError;
use hookbell_model::timestamp::Timestamp;

/// Where commands are registered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In every server that the bot is in, and in direct messages where there are operators.
    Everywhere,
    /// In the server with this id.
    Guild(String),
}

/// Why commands are not registered somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unregistered {
    /// Not yet.
    Waiting,
    Failed(ApiError),
}

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
    /// Connected, but the commands are not registered everywhere: where they are not, and why.
    Registering(BTreeMap<Place, Unregistered>),
    /// Was ready; the gateway's connection is lost.
    Reconnecting,
    /// Stopped; starts again by itself.
    Failed(SessionEnd),
}

impl BotHealth {
    /// One word: `off`, `starting`, `ready`, `registering`, `reconnecting`, `failed`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Starting => "starting",
            Self::Ready { .. } => "ready",
            Self::Registering(_) => "registering",
            Self::Reconnecting => "reconnecting",
            Self::Failed(_) => "failed",
        }
    }

    /// A line for people, where there is more to say than the word.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Off | Self::Starting => None,
            Self::Ready { since } => Some(format!("since {since}")),
            Self::Registering(missing) => {
                let one = |(place, why): (&Place, &Unregistered)| match why {
                    Unregistered::Waiting => place.to_string(),
                    Unregistered::Failed(error) => format!("{place} ({error})"),
                };
                let places = missing.iter().map(one).collect::<Vec<_>>().join(", ");
                Some(format!("the commands are not registered in {places}"))
            }
            Self::Reconnecting => Some("the connection to Discord's gateway is lost".to_owned()),
            Self::Failed(end) => Some(end.to_string()),
        }
    }

    /// For the gauge: 0 off, 1 starting, 2 ready, 3 reconnecting, 4 failed, 5 registering.
    pub fn number(&self) -> i64 {
        match self {
            Self::Off => 0,
            Self::Starting => 1,
            Self::Ready { .. } => 2,
            Self::Reconnecting => 3,
            Self::Failed(_) => 4,
            Self::Registering(_) => 5,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everywhere => f.write_str("all servers"),
            Self::Guild(id) => write!(f, "server {id}"),
        }
    }
}

/// Shared between the bot and the modules that report its state.
#[derive(Debug, Default)]
pub struct BotState {
    inner: Mutex<Inner>,
    pub metrics: Metrics,
}

#[derive(Debug, Default)]
struct Inner {
    /// Of the connection alone.
    connection: BotHealth,
    registered: BTreeSet<Place>,
    unregistered: BTreeMap<Place, Unregistered>,
}

impl Inner {
    fn health(&self) -> BotHealth {
        match &self.connection {
            BotHealth::Ready { .. } if !self.unregistered.is_empty() => {
                BotHealth::Registering(self.unregistered.clone())
            }
            connection => connection.clone(),
        }
    }
}

impl BotState {
    pub fn health(&self) -> BotHealth {
        self.lock().health()
    }

    pub(super) fn set(&self, health: BotHealth) {
        self.change(|inner| inner.connection = health);
    }

    /// The gateway sent READY or RESUMED.
    pub(super) fn ready(&self, now: Timestamp) {
        self.set(BotHealth::Ready { since: now });
    }

    /// Whether the gateway is connected at this moment. Only a change is noted, so that `since` stays.
    pub(super) fn observe(&self, connected: bool, now: Timestamp) {
        self.change(|inner| match (&inner.connection, connected) {
            (BotHealth::Ready { .. }, false) => inner.connection = BotHealth::Reconnecting,
            (BotHealth::Reconnecting, true) => inner.connection = BotHealth::Ready { since: now },
            _ => {}
        });
    }

    /// Commands are to be registered in these places and nowhere else.
    pub(super) fn register_in(&self, places: &[Place]) {
        self.change(|inner| {
            inner.unregistered.retain(|place, _| places.contains(place));
            inner.registered.retain(|place| places.contains(place));
            for place in places.iter().filter(|place| !inner.registered.contains(place)) {
                inner.unregistered.entry(place.clone()).or_insert(Unregistered::Waiting);
            }
        });
    }

    /// The commands are registered in a place, or why not.
    pub(super) fn registered(&self, place: &Place, result: Result<(), ApiError>) {
        self.change(|inner| match result {
            Ok(()) => {
                inner.unregistered.remove(place);
                inner.registered.insert(place.clone());
            }
            Err(error) => drop(inner.unregistered.insert(place.clone(), Unregistered::Failed(error))),
        });
    }

    fn change(&self, change: impl FnOnce(&mut Inner)) {
        let mut inner = self.lock();
        change(&mut inner);
        self.metrics.state.set(inner.health().number());
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
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

    #[test]
    fn ready_is_only_what_has_its_commands_everywhere() {
        let (state, here, there) = (BotState::default(), Place::Guild("1".into()), Place::Guild("2".into()));
        state.ready(Timestamp(2));
        state.register_in(&[here.clone(), there.clone()]);
        state.registered(&here, Ok(()));
        assert_eq!(state.health().as_str(), "registering");
        state.registered(&there, Err(ApiError::TimedOut));
        let reason = state.health().reason().expect("a reason");
        assert_eq!(reason, "the commands are not registered in server 2 (Discord did not answer in time)");
        state.register_in(&[here]);
        assert_eq!(state.health(), BotHealth::Ready { since: Timestamp(2) });
    }
}
