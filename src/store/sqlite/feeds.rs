//! Feeds, and the end of one: with what waits for it, in one transaction.

use rusqlite::{Connection, Row, params};

use super::super::error::Result;
use super::super::new_feed::NewFeed;
use super::change::Changed;
use super::rows::{QueryExt, from_json, to_json, unreadable};
use super::{Sqlite, audit, sql};
use hookbell_model::audit::{AuditAction, Author, AuthorPlace};
use hookbell_model::delivery::Reason;
use hookbell_model::feed::{Feed, FeedEnd, FeedId, FeedPlace, FeedSettings, OwnTemplate};
use hookbell_model::secret::{Secret, Webhook};
use hookbell_model::timestamp::Timestamp;

impl Sqlite {
    pub(in super::super) async fn feeds(&self) -> Result<Vec<Feed>> {
        self.readers.query(|conn| conn.all(sql::feeds::FEEDS, [], feed)).await
    }

    pub(in super::super) async fn add_feed(&self, new: NewFeed, now: Timestamp) -> Result<FeedId> {
        let json = to_json(&new.settings)?;
        self.change(now, move |conn| {
            let NewFeed { place: FeedPlace { guild, channel, thread }, application, webhook, settings } = &new;
            let (id, token) = (webhook.id(), webhook.token().expose());
            conn.change(sql::feeds::NEW_FEED, params![guild, channel, thread, id, token, json, now.0, application])?;
            let feed = FeedId(conn.last_insert_rowid());
            Ok(Changed::new(feed, AuditAction::FeedMade { feed, settings: settings.clone() }))
        })
        .await
    }

    pub(in super::super) async fn edit_feed(
        &self,
        feed: FeedId,
        settings: FeedSettings,
        now: Timestamp,
    ) -> Result<bool> {
        let json = to_json(&settings)?;
        let action = AuditAction::FeedEdited { feed, settings };
        self.change(now, move |conn| {
            let is_changed = conn.change(sql::feeds::EDIT, params![feed.0, json])? > 0;
            Ok(Changed::when(is_changed, is_changed, || action.clone()))
        })
        .await
    }

    pub(in super::super) async fn end_feed(&self, feed: FeedId, cause: FeedEnd, now: Timestamp) -> Result<bool> {
        let is_noticed = self.operator.is_none();
        self.change(now, move |conn| {
            let place = conn.one(sql::feeds::PLACE, [feed.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let Some((guild, channel)): Option<(String, String)> = place else {
                return Ok(Changed { result: false, action: None });
            };
            conn.change(sql::feeds::END, [feed.0])?;
            conn.change(sql::feeds::FORGET_TEMPLATES, [feed.0])?;
            end_deliveries(conn, feed, (&guild, &channel), now)?;
            conn.change(sql::feeds::FORGET_LANE, [feed.destination()])?;
            let action = AuditAction::FeedEnded { feed, cause };
            if is_noticed {
                audit::record(conn, &Author::hookbell(AuthorPlace { guild, channel }), &action, now)?;
            }
            Ok(Changed::new(true, action))
        })
        .await
    }

    pub(in super::super) async fn keep_feed_template(
        &self,
        feed: FeedId,
        text: String,
        now: Timestamp,
    ) -> Result<Option<u32>> {
        self.change(now, move |conn| {
            if !exists(conn, feed)? {
                return Ok(Changed { result: None, action: None });
            }
            let newest = conn.one(sql::feeds::NEWEST_TEMPLATE, [feed.0], |row| row.get::<_, Option<u32>>(0))?;
            let version = newest.flatten().unwrap_or_default().saturating_add(1);
            conn.change(sql::feeds::NEW_TEMPLATE, params![feed.0, version, text])?;
            conn.change(sql::feeds::SET_TEMPLATE, params![feed.0, version])?;
            Ok(Changed::new(Some(version), AuditAction::FeedTemplateSet { feed, version: Some(version) }))
        })
        .await
    }

    pub(in super::super) async fn set_feed_template(
        &self,
        feed: FeedId,
        version: Option<u32>,
        now: Timestamp,
    ) -> Result<bool> {
        self.change(now, move |conn| {
            let is_changed = conn.change(sql::feeds::SET_TEMPLATE, params![feed.0, version])? > 0;
            Ok(Changed::when(is_changed, is_changed, || AuditAction::FeedTemplateSet { feed, version }))
        })
        .await
    }
}

/// Whether a destination is that of a feed that has ended: a request may have been routed before.
pub(super) fn has_ended(conn: &Connection, destination: &str) -> rusqlite::Result<Option<FeedId>> {
    let Some(feed) = FeedId::of_destination(destination) else { return Ok(None) };
    Ok((!exists(conn, feed)?).then_some(feed))
}

/// Ends what waits for a feed, in its place.
pub(super) fn end_deliveries(
    conn: &Connection,
    feed: FeedId,
    (guild, channel): (&str, &str),
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (text, json) = (Reason::FeedEnded.to_string(), to_json(Reason::FeedEnded).ok());
    let row = params![feed.destination(), guild, channel, text, json, now.0];
    conn.change(sql::feeds::END_DELIVERIES, row).map(|_| ())
}

fn exists(conn: &Connection, feed: FeedId) -> rusqlite::Result<bool> {
    Ok(conn.one(sql::feeds::EXISTS, [feed.0], |row| row.get(0))?.unwrap_or(false))
}

fn feed(row: &Row<'_>) -> rusqlite::Result<Feed> {
    let place = FeedPlace { guild: row.get(1)?, channel: row.get(2)?, thread: row.get(3)? };
    let (webhook, token): (String, String) = (row.get(4)?, row.get(5)?);
    let webhook = Webhook::new(&webhook, Secret::new(token), place.thread.clone());
    let own: (Option<u32>, Option<String>) = (row.get(8)?, row.get(9)?);
    Ok(Feed {
        id: FeedId(row.get(0)?),
        place,
        application: row.get(10)?,
        webhook: webhook.ok_or_else(|| unreadable(4, "no webhook"))?,
        settings: from_json(row, 6)?,
        created: Timestamp(row.get(7)?),
        own_template: own.0.zip(own.1).map(|(version, text)| OwnTemplate { version, text }),
    })
}
