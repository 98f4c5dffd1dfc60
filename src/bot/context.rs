//! What every command needs to run.

use crate::store::Store;

/// What every command needs to run.
#[derive(Debug, Clone)]
pub(super) struct Context {
    pub(super) store: Store,
    /// The server that the interaction comes from; `None` in a direct message.
    pub(super) guild: Option<String>,
}
