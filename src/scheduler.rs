//! Periodic work.

pub mod alerts;
pub mod digest;
pub mod retention;
pub mod silence;
