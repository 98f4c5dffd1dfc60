//! Who changed what.

use super::super::{AuditEntry, Result, Scope, Store};

impl Store {
    /// What was changed within a scope, newest first, from before the entry `before` on, at most `limit`. The command line is
    /// in no server.
    pub async fn audit(&self, scope: Scope, before: Option<i64>, limit: usize) -> Result<Vec<AuditEntry>> {
        call!(self.audit(scope, before, limit)).await
    }
}
