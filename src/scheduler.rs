//! Periodic work.

pub mod alerts;
pub mod digest;
pub mod escalation;
pub mod mutes;
pub mod reminders;
pub mod retention;
pub mod silence;
mod storms;
