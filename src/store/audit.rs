//! The audit: who changed what, when and from where.

use hookbell_model::audit::{AuditAction, Author};
use hookbell_model::timestamp::Timestamp;

/// An entry of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Grows with time.
    pub id: i64,
    pub at: Timestamp,
    pub author: Author,
    pub action: AuditAction,
}
