//! The condition of the store itself.

use super::super::{Config, DatabaseAddress, Inspection, Result, Served, Sqlite, Store};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Looks at the store, also beside a process that serves it, and at one that an older hookbell wrote. `is_full`: each row is
    /// compared with each index, which takes as long as reading all of it.
    ///
    /// # Errors
    /// When there is none, or it cannot be read at all.
    pub async fn inspect(config: &Config, is_full: bool, now: Timestamp) -> Result<Inspection> {
        let DatabaseAddress::Sqlite(file) = &config.url.0;
        Sqlite::inspect(file, is_full, now).await
    }

    /// Whether a process serves the store now.
    pub fn served(config: &Config) -> Served {
        let DatabaseAddress::Sqlite(file) = &config.url.0;
        Sqlite::served(file)
    }
}
