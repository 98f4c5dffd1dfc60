//! Periodic work.

pub mod digest;
pub mod mutes;
pub mod retention;
