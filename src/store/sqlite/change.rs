//! What operators change. The change, its entry in the audit and the confirmation that it spends are one transaction.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, params};

use super::super::confirmation::{Confirmable, Confirmation, ConfirmationToken};
use super::super::error::{Error, Result};
use super::operator::Operator;
use super::rows::QueryExt;
use super::{Sqlite, audit, sql};
use hookbell_model::audit::{AuditAction, Author, AuthorPlace};
use hookbell_model::timestamp::Timestamp;

/// How long after its end a confirmation is remembered.
const REMEMBERED: Duration = Duration::from_secs(7 * 86_400);

/// What a change did.
pub(super) struct Changed<T> {
    pub(super) result: T,
    /// For the audit; none where nothing was changed.
    pub(super) action: Option<AuditAction>,
}

impl<T> Changed<T> {
    pub(super) fn new(result: T, action: AuditAction) -> Self {
        Self { result, action: Some(action) }
    }

    /// With an entry only where something `was_changed`.
    pub(super) fn when(was_changed: bool, result: T, action: impl FnOnce() -> AuditAction) -> Self {
        Self { result, action: was_changed.then(action) }
    }
}

impl Sqlite {
    /// The same store; what is changed through this handle is recorded as done by the author.
    pub(in super::super) fn on_behalf_of(&self, author: Author, spends: Option<ConfirmationToken>) -> Self {
        Self { operator: Some(Arc::new(Operator::new(author, spends))), ..self.clone() }
    }

    /// Through the writer where this process serves the database, whose lanes follow at once; else beside it, and it is
    /// counted, so that the lanes of that process follow within a second. `work` may run more than once: what it does to the database counts once.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        now: Timestamp,
        mut work: impl FnMut(&Connection) -> rusqlite::Result<Changed<T>> + Send + 'static,
    ) -> Result<T> {
        let operator = self.operator.clone();
        let mut write = move |conn: &Connection| {
            if let Some(operator) = operator.as_deref()
                && !operator.spend(conn, now)?
            {
                return Ok(None);
            }
            let Changed { result, action } = work(conn)?;
            // Nobody is named only in tests.
            if let (Some(operator), Some(action)) = (operator.as_deref(), action) {
                audit::record(conn, operator.author(), &action, now)?;
            }
            Ok(Some(result))
        };
        let done = match &self.writer {
            Some(writer) => {
                let changes = self.changes.clone();
                let counted = move |conn: &Connection| {
                    let done = write(conn)?;
                    conn.change(sql::lane_commands::COUNT_COMMAND, [])?;
                    Ok(done)
                };
                writer.run(counted, move |_| changes.wake()).await?
            }
            None => self.write_beside(write).await?,
        };
        done.ok_or(Error::AlreadyConfirmed)
    }

    pub(in super::super) async fn offer(
        &self,
        token: &ConfirmationToken,
        offered: Confirmation,
        now: Timestamp,
    ) -> Result<()> {
        let token = token.hash();
        self.write(move |conn| {
            let Confirmation { person, place, change, expires } = &offered;
            let (guild, channel) = columns(place.as_ref());
            conn.change(sql::confirmations::OFFER, params![token, person, guild, channel, change, expires.0])?;
            conn.change(sql::confirmations::FORGET, [now.before(REMEMBERED).0]).map(|_| ())
        })
        .await
    }

    pub(in super::super) async fn confirmable(
        &self,
        token: &ConfirmationToken,
        person: &str,
        place: Option<AuthorPlace>,
        now: Timestamp,
    ) -> Result<Confirmable> {
        let (token, person) = (token.hash(), person.to_owned());
        self.readers
            .query(move |conn| {
                let (guild, channel) = columns(place.as_ref());
                let read = |row: &rusqlite::Row<'_>| {
                    Ok(match row.get::<_, Option<i64>>(2)? {
                        Some(_) => Confirmable::Spent,
                        None if row.get::<_, i64>(1)? < now.0 => Confirmable::Expired,
                        None => Confirmable::Open(row.get(0)?),
                    })
                };
                let found = conn.one(sql::confirmations::OFFERED, params![token, person, guild, channel], read)?;
                Ok(found.unwrap_or(Confirmable::Unknown))
            })
            .await
    }
}

fn columns(place: Option<&AuthorPlace>) -> (Option<&String>, Option<&String>) {
    place.map(|place| (&place.guild, &place.channel)).unzip()
}
