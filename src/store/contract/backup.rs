//! A copy of the whole store, made while it is in use.

use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::super::{BackupSummary, Config, DatabaseAddress, Result, Sqlite, Store};

impl Store {
    /// Copies the whole store as it is at one moment into a file that is there and empty, on disk before this returns, and checks
    /// the copy. Another process may serve the store meanwhile. Ends early when `stop` is cancelled.
    ///
    /// # Errors
    /// When there is no store, or when the copy is not sound or lacks something that was kept before it began.
    pub async fn back_up(config: &Config, file: &Path, stop: CancellationToken) -> Result<BackupSummary> {
        let DatabaseAddress::Sqlite(from) = &config.url.0;
        Sqlite::back_up(from, file, stop).await
    }

    /// Whether `file` is the store itself.
    pub fn is_at(config: &Config, file: &Path) -> bool {
        let DatabaseAddress::Sqlite(database) = &config.url.0;
        match (database.canonicalize(), file.canonicalize()) {
            (Ok(database), Ok(file)) => database == file,
            _ => false,
        }
    }
}
