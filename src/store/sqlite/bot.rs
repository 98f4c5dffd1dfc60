//! What the bot remembers: where its commands are registered, what somebody searched for, when it began a session.

use super::super::error::Result;
use super::super::gateway_starts::GatewayStarts;
use super::rows::{QueryExt, natural};
use super::{Sqlite, sql};
use hookbell_model::timestamp::Timestamp;

/// Of one person.
const KEPT_QUERIES: i64 = 100;

impl Sqlite {
    pub(in super::super) async fn registrations(&self, application: &str) -> Result<Vec<Option<String>>> {
        let application = application.to_owned();
        let guild = |guild: String| (!guild.is_empty()).then_some(guild);
        self.readers
            .query(move |conn| conn.all(sql::bot::REGISTRATIONS, [&application], |row| row.get(0).map(guild)))
            .await
    }

    pub(in super::super) async fn set_registered(
        &self,
        application: &str,
        guild: Option<&str>,
        is_registered: bool,
    ) -> Result<()> {
        let (application, guild) = (application.to_owned(), guild.unwrap_or_default().to_owned());
        let text = if is_registered { sql::bot::REGISTERED } else { sql::bot::UNREGISTERED };
        self.write(move |conn| conn.change(text, [&application, &guild]).map(|_| ())).await
    }

    pub(in super::super) async fn keep_query(
        &self,
        key: &str,
        asker: &str,
        text: &str,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<()> {
        let (key, asker, text) = (key.to_owned(), asker.to_owned(), text.to_owned());
        self.write(move |conn| {
            conn.change(sql::bot::KEEP_QUERY, (&key, &asker, &text, expires.0))?;
            conn.change(sql::bot::FORGET_QUERIES, (&asker, now.0, KEPT_QUERIES)).map(|_| ())
        })
        .await
    }

    pub(in super::super) async fn kept_query(&self, key: &str, asker: &str, now: Timestamp) -> Result<Option<String>> {
        let (key, asker) = (key.to_owned(), asker.to_owned());
        self.readers.query(move |conn| conn.one(sql::bot::KEPT_QUERY, (&key, &asker, now.0), |row| row.get(0))).await
    }

    pub(in super::super) async fn gateway_started(&self, now: Timestamp, forget_before: Timestamp) -> Result<()> {
        self.write(move |conn| {
            conn.change(sql::bot::FORGET_GATEWAY_STARTS, [forget_before.0])?;
            conn.change(sql::bot::GATEWAY_STARTED, [now.0]).map(|_| ())
        })
        .await
    }

    pub(in super::super) async fn gateway_starts(&self, since: Timestamp) -> Result<GatewayStarts> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(GatewayStarts { count: natural(row, 0)?, last: row.get::<_, Option<i64>>(1)?.map(Timestamp) })
        };
        let found = self.readers.query(move |conn| conn.one(sql::bot::GATEWAY_STARTS, [since.0], read)).await?;
        Ok(found.unwrap_or_default())
    }
}
