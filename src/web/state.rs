//! What the endpoints report on.

use std::time::Instant;

use prometheus_client::registry::Registry;
use tokio::sync::watch;

use super::probe::StoreProbe;
use crate::store::Store;
use hookbell_config_file::Diagnostics;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// What the endpoints report on.
pub struct WebState {
    pub store: Store,
    pub probe: StoreProbe,
    /// The metrics of all modules.
    pub registry: Registry,
    /// Called for each request, so that this module need not import the bot.
    pub bot: Box<dyn Fn() -> BotStatus + Send + Sync>,
    /// The same for the intake.
    pub intake: Box<dyn Fn() -> IntakeStatus + Send + Sync>,
    /// Required as `Authorization: Bearer …`; may change. None = nothing is required.
    pub token: watch::Receiver<Option<Secret>>,
    pub config: watch::Receiver<ConfigStatus>,
}

/// The state of the bot: a word and, where there is one, a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotStatus {
    pub state: &'static str,
    pub reason: Option<String>,
}

/// What the public listener holds, and whether a limit makes it refuse connections or bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeStatus {
    pub connections: usize,
    /// In bytes, of large bodies.
    pub body_memory: usize,
    /// For how many seconds limits have been reached; `None` = none is.
    pub limited_seconds: Option<u64>,
    /// What was refused in this time, by the limit's name.
    pub refused: Vec<(&'static str, u64)>,
    /// When an event could not be stored, and none was since.
    pub store_failed: Option<Instant>,
}

/// Whether the config in use is that of the files.
#[derive(Debug, Clone, Default)]
pub struct ConfigStatus {
    /// When it was loaded; or, with mistakes, when the files were first found to have some.
    pub since: Timestamp,
    /// Why the files as they are now were not loaded; empty = they were.
    pub diagnostics: Diagnostics,
    /// Keys whose new values take effect at the next start.
    pub needs_restart: Vec<&'static str>,
}
