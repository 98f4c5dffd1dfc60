//! Work that the clock starts, not an event.

pub mod retention;
