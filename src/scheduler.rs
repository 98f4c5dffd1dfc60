//! Periodic work.

pub mod mutes;
pub mod retention;
