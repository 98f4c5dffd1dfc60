//! Feeds.

pub(in super::super) const NEW_FEED: &str = "
    INSERT INTO feeds (guild, channel, thread, webhook, token, settings, created, application)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
pub(in super::super) const FEEDS: &str = "
    SELECT f.id, f.guild, f.channel, f.thread, f.webhook, f.token, f.settings, f.created, f.template, t.text, f.application
    FROM feeds f LEFT JOIN feed_templates t ON t.feed = f.id AND t.version = f.template ORDER BY f.id";
pub(in super::super) const PLACE: &str = "SELECT guild, channel FROM feeds WHERE id = ?1";
pub(in super::super) const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM feeds WHERE id = ?1)";
pub(in super::super) const EDIT: &str = "UPDATE feeds SET settings = ?2 WHERE id = ?1 AND settings <> ?2";
pub(in super::super) const END: &str = "DELETE FROM feeds WHERE id = ?1";
pub(in super::super) const FORGET_TEMPLATES: &str = "DELETE FROM feed_templates WHERE feed = ?1";
pub(in super::super) const FORGET_LANE: &str = "DELETE FROM lanes WHERE destination = ?1";
/// What waits for a feed that has ended, in the place ?2, ?3.
pub(in super::super) const END_DELIVERIES: &str = "
    UPDATE deliveries INDEXED BY deliveries_by_status
    SET status = 'muted', guild = ?2, place = ?3, reason = ?4, reason_json = ?5, updated = ?6
    WHERE destination = ?1 AND status IN ('pending', 'collecting')";
pub(in super::super) const NEWEST_TEMPLATE: &str = "SELECT max(version) FROM feed_templates WHERE feed = ?1";
pub(in super::super) const NEW_TEMPLATE: &str = "
    INSERT INTO feed_templates (feed, version, text) VALUES (?1, ?2, ?3)";
pub(in super::super) const SET_TEMPLATE: &str = "
    UPDATE feeds SET template = ?2 WHERE id = ?1 AND template IS NOT ?2
    AND (?2 IS NULL OR EXISTS (SELECT 1 FROM feed_templates WHERE feed = ?1 AND version = ?2))";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[FEEDS, PLACE, EXISTS, EDIT, END_DELIVERIES, NEWEST_TEMPLATE, SET_TEMPLATE];
