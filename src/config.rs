//! The config: one TOML file, the user's providers and templates beside it. Checked whole before anything is bound;
//! every mistake is reported in one run.

mod assemble;
mod connect;
mod destinations;
mod dotenv;
mod environment;
mod fallbacks;
mod folder;
mod forums;
mod log;
mod listeners;
mod key_homes;
mod loose_ends;
mod open_sources;
mod own_output;
mod placeholders;
mod read_file;
mod relaxed;
mod templates;
#[cfg(test)]
mod tests;
mod watch;
mod webhook_slip;

pub use self::assemble::Config;
pub(crate) use self::assemble::leave_out_shipped;
pub use self::connect::{ConnectTarget, ConnectTargetError};
pub use self::dotenv::DotEnv;
pub use self::environment::Environment;
pub use self::key_homes::key_homes;
pub use self::log::Log;
pub use self::templates::TemplatesConfig;
pub use self::watch::{FileWatcher, WatchIntervals};

/// The example config, commented; printed by `hookbell example-config`, parsed by a test.
pub const EXAMPLE: &str = include_str!("../config.toml.example");
