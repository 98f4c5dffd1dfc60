//! Periodic work.

pub mod digest;
pub mod retention;
