//! Discord's gateway, by serenity: the only place that knows it. The `supervisor` runs one `session` after another; the
//! `handler` passes interactions on as Discord's JSON.

mod address;
mod backoff;
mod handler;
mod http;
mod session;
mod state;
mod supervisor;
mod watchdog;

pub use self::supervisor::{Setup, run};
