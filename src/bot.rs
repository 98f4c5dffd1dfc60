//! The Discord bot: answers slash commands from the store, for what a server may see. It may fail, be removed from
//! a server or lose the gateway without any effect on other modules, and restarts by itself.
//!
//! It posts nothing on its own and decides nothing about events: it only reads the store.
//!
//! The `supervisor` runs one `session` after another. An interaction goes from the `handler` (serenity's events)
//! through `interaction` (serenity's types to plain values) to one of the `commands`; `respond` sends what the command
//! returns. A new command is a file in `commands/` and a variant of `commands::SlashCommand`; a new kind of button is a
//! variant of `custom_id::CustomId`.

// The connection to Discord.
mod config;
pub mod state;
pub mod metrics;
mod supervisor;
mod session;
mod discord_error;
mod http;
mod register;

// From an interaction to its answer.
mod handler;
mod interaction;
mod dispatch;
mod respond;

// The commands, and what they are made of.
pub mod commands;
mod autocomplete;
mod context;
mod custom_id;
mod error;
mod options;
mod reply;
mod text;
mod visibility;

#[cfg(test)]
mod tests;

pub use self::config::Config;
pub use self::supervisor::run;
