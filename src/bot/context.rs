//! What every command needs to run.

use crate::store::Store;

/// What every command needs to run.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) store: Store,
    /// The server somebody asks in; `None` in a direct message.
    pub(super) guild: Option<String>,
}
