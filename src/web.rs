//! The admin listener: `/healthz`, `/readyz` and `/metrics`, on loopback or behind a token.

mod config;
mod guard;
mod health;
mod metrics;
mod probe;
mod server;
mod state;

pub use self::config::Config;
pub use self::probe::StoreProbe;
pub use self::server::run;
pub use self::state::{BotStatus, ConfigStatus, IntakeStatus, WebState};
