//! Watches.

pub(in super::super) const WATCHES: &str = "
    SELECT id, asker, guild, channel, locale, filter, noted, created FROM watches ORDER BY id";
pub(in super::super) const COUNT: &str = "SELECT count(*) FROM watches WHERE asker = ?1";
pub(in super::super) const NEW_WATCH: &str = "
    INSERT INTO watches (asker, guild, channel, locale, filter, created, noted)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce((SELECT max(seq) FROM events), 0))";
pub(in super::super) const NOTED: &str = "UPDATE watches SET noted = ?2 WHERE id = ?1 AND noted < ?2";
/// Of anybody, where ?2 is NULL.
pub(in super::super) const END: &str = "DELETE FROM watches WHERE id = ?1 AND (?2 IS NULL OR asker = ?2)";
pub(in super::super) const NEWEST_EVENT: &str = "SELECT max(seq) FROM events";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[WATCHES, COUNT, NOTED, END, NEWEST_EVENT];
