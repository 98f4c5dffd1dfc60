//! The Discord bot: answers commands from the store, for what the place where one asks may see. It may fail, be removed
//! from a server or lose the gateway without any effect on other modules, and restarts by itself.
//!
//! An interaction comes over the `gateway` as JSON, is read by `interaction`, passes the `gate`, and is answered by one
//! of the `commands`; `respond` sends what the command returns. A new command is a file in `commands/` and a line in
//! the list there: registration, suggestions, dispatch, help and the docs read that list.

// What a command is made of, plain values.
mod permissions;
mod options;
mod interaction;
mod gate;
mod words;
mod text;
mod answer;
mod application;
mod custom_id;
mod base36;
mod public_key;
mod moment;
mod event_line;
mod reason;
mod error;
mod config;
mod settings;
mod direct_message;
mod membership;
mod command;
mod confirm;

// The commands.
mod commands;

// From an interaction to its answer.
mod limits;
mod metrics;
mod session_end;
pub mod state;
mod dispatch;
mod respond;
mod endpoint;

// The connection to Discord.
mod departures;
mod watches;
mod register;
mod gateway;

#[cfg(test)]
mod tests;

pub use self::commands::names as command_names;
pub use self::config::Config;
pub use self::endpoint::{Endpoint, EndpointReply};
pub use self::gate::{Access, Capability, Grant};
pub use self::gateway::{Setup, run};
pub use self::public_key::{ParsePublicKeyError, PublicKey};
pub use self::settings::{DestinationLook, Settings};
