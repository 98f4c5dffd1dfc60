//! Periodic work.

pub mod alerts;
pub mod digest;
pub mod escalation;
mod muted;
pub mod mutes;
pub mod reminders;
pub mod retention;
mod rounds;
pub mod silence;
mod storms;
