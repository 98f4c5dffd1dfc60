//! What the store says of its own condition.

use serde::Serialize;

/// The condition of the store at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The version of its schema, and the one that this program writes.
    pub schema: u32,
    pub known_schema: u32,
    /// What the check of integrity reports first; none = it is sound.
    pub damage: Option<String>,
    /// What it takes on the disk, without its log.
    pub bytes: u64,
    /// Of these, what nothing is in.
    pub unused_bytes: u64,
    /// Of the write-ahead log beside it.
    pub log_bytes: u64,
    /// Whether it becomes smaller when events are removed.
    pub can_shrink: bool,
    /// What is free on its disk; none where the system does not say.
    pub free_disk: Option<u64>,
    pub events: u64,
    pub events_last_day: u64,
    /// The destinations with deliveries that were given up in the last day, and how many.
    pub dead_last_day: Vec<(String, u64)>,
}

/// Whether a process serves the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    No,
    /// By this process, where it says which.
    By(Option<u32>),
}
