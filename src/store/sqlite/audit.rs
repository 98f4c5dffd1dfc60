//! Records who changed what, in the transaction that changes it.

use std::time::Duration;

use rusqlite::{Connection, Row, params};

use super::super::audit::AuditEntry;
use super::super::error::Result;
use super::super::scope::Scope;
use super::rows::{QueryExt, from_json, to_json, unreadable};
use super::{Sqlite, sql};
use hookbell_model::audit::{AuditAction, Author, AuthorPlace};
use hookbell_model::timestamp::Timestamp;

/// How long entries are kept, whatever is kept of events.
const KEPT: Duration = Duration::from_secs(366 * 86_400);

impl Sqlite {
    pub(in super::super) async fn audit(
        &self,
        scope: Scope,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>> {
        self.readers.query(move |conn| entries(conn, &scope, before, limit)).await
    }
}

pub(super) fn record(conn: &Connection, author: &Author, action: &AuditAction, now: Timestamp) -> rusqlite::Result<()> {
    let json = |text: Result<String>| text.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()));
    let (guild, channel) = author.place.as_ref().map(|place| (&place.guild, &place.channel)).unzip();
    let row = params![now.0, json(to_json(&author.actor))?, guild, channel, json(to_json(action))?];
    conn.change(sql::audit::RECORD, row)?;
    conn.change(sql::audit::FORGET, [now.before(KEPT).0]).map(|_| ())
}

fn entries(conn: &Connection, scope: &Scope, before: Option<i64>, limit: usize) -> rusqlite::Result<Vec<AuditEntry>> {
    let (before, limit) = (before.unwrap_or(i64::MAX), i64::try_from(limit).unwrap_or(i64::MAX));
    match scope {
        Scope::Everything => conn.all(sql::audit::OF_ALL, params![before, limit], entry),
        Scope::Guild(guild) => conn.all(sql::audit::OF_GUILD, params![before, limit, guild], entry),
        Scope::Channel { guild, channel } => {
            conn.all(sql::audit::OF_CHANNEL, params![before, limit, guild, channel], entry)
        }
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let place: (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
    let place = place.0.zip(place.1).map(|(guild, channel)| AuthorPlace { guild, channel });
    let actor = from_json(row, 2).map_err(|error| unreadable(2, error))?;
    Ok(AuditEntry {
        id: row.get(0)?,
        at: Timestamp(row.get(1)?),
        author: Author { actor, place },
        action: from_json(row, 5)?,
    })
}
