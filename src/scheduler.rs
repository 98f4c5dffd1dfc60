//! Periodic work.

pub mod alerts;
pub mod retention;
pub mod silence;
