//! Periodic work.

pub mod retention;
