//! Periodic work.

pub mod alerts;
pub mod digest;
pub mod mutes;
pub mod retention;
pub mod silence;
