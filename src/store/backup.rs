//! What a copy of the store holds.

/// A verified copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupSummary {
    pub bytes: u64,
    pub events: u64,
    pub deliveries: u64,
    /// The version of its schema.
    pub schema: u32,
}
