//! The numbers of the events that are kept. Who asks for one that is not is answered after as long as for one that is elsewhere.

use std::hash::{DefaultHasher, Hash, Hasher};

use rusqlite::Connection;

use crate::store::sqlite::rows::QueryExt;
use crate::store::sqlite::sql;

/// From the oldest to the newest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    pub(super) oldest: i64,
    pub(super) newest: i64,
}

impl Kept {
    /// None when there is no event.
    pub(super) fn read(conn: &Connection) -> rusqlite::Result<Option<Self>> {
        let span = conn.one(sql::lookup::OLDEST_AND_NEWEST, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(span
            .and_then(|(oldest, newest): (Option<i64>, Option<i64>)| Some(Self { oldest: oldest?, newest: newest? })))
    }

    pub(super) fn contains(self, number: i64) -> bool {
        (self.oldest..=self.newest).contains(&number)
    }

    /// The event that is looked at in place of one that does not exist: always the same for the same question, and any of them, so
    /// that it is no more in a cache than others.
    pub(super) fn instead_of(self, asked: impl Hash) -> i64 {
        let mut hasher = DefaultHasher::new();
        asked.hash(&mut hasher);
        let span = (self.newest - self.oldest).unsigned_abs() + 1;
        self.oldest + i64::try_from(hasher.finish() % span).unwrap_or(0)
    }
}
