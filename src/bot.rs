//! The Discord bot: answers slash commands from the store, for what a server may see. It may fail, be removed from
//! a server or lose the gateway without any effect on other modules, and restarts by itself.
//!
//! It posts nothing on its own and decides nothing about events: it only reads the store.
//!
//! An interaction goes from the `handler` (serenity's events) through `interaction` (serenity's types to plain
//! values) to one of the `commands`; `respond` sends what the command returns. A new command is a file in
//! `commands/` and a variant of `commands::SlashCommand`; a new kind of button is a variant of
//! `custom_id::CustomId`.

mod autocomplete;
mod backoff;
pub mod commands;
mod config;
mod context;
mod custom_id;
mod discord_error;
mod dispatch;
mod error;
mod gateway;
mod handler;
mod interaction;
pub mod metrics;
mod options;
mod register;
mod reply;
mod respond;
mod session;
mod session_end;
mod session_state;
pub mod state;
mod supervisor;
#[cfg(test)]
mod tests;
mod text;
mod visibility;
mod watchdog;

pub use self::config::Config;
pub use self::supervisor::run;
