//! The forum posts of things.

pub(in super::super) const KEYED_THREAD: &str = "
    SELECT t.thread_id, t.title, t.over FROM thread_keys k
    JOIN threads t ON t.destination = k.destination AND t.thread_id = k.thread_id
    WHERE k.destination = ?1 AND k.key = ?2";
/// A title is that of the beginning.
pub(in super::super) const KEEP_THREAD: &str = "
    INSERT INTO threads (destination, thread_id, title, over, archive_at, delivery, updated)
    VALUES (?1, ?2, ?3, coalesce(?4, 0), iif(?5 AND coalesce(?4, 0), ?7, NULL), ?6, ?7)
    ON CONFLICT (destination, thread_id) DO UPDATE SET over = coalesce(?4, over),
        archive_at = iif(?5 AND coalesce(?4, over), ?7, NULL), attempts = 0, delivery = ?6, updated = ?7";
pub(in super::super) const LEARN_THREAD_KEY: &str = "
    INSERT INTO thread_keys (destination, key, thread_id) VALUES (?1, ?2, ?3)
    ON CONFLICT (destination, key) DO UPDATE SET thread_id = ?3";
/// An edit in an archived thread is refused, so those of earlier messages go first.
pub(in super::super) const TO_ARCHIVE: &str = "
    SELECT thread_id, delivery, attempts FROM threads t
    WHERE destination = ?1 AND archive_at <= ?2 AND NOT EXISTS
        (SELECT 1 FROM follow_ups f WHERE f.destination = ?1 AND f.channel_id = t.thread_id)
    ORDER BY archive_at LIMIT 1";
pub(in super::super) const ARCHIVED: &str = "
    UPDATE threads SET archive_at = NULL WHERE destination = ?1 AND thread_id = ?2 AND delivery = ?3";
pub(in super::super) const ARCHIVE_AGAIN: &str = "
    UPDATE threads SET archive_at = ?4, attempts = attempts + 1
    WHERE destination = ?1 AND thread_id = ?2 AND delivery = ?3";
pub(in super::super) const OPENED: &str = "
    UPDATE threads SET archive_at = ?3 WHERE destination = ?1 AND thread_id = ?2 AND over";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[KEYED_THREAD, TO_ARCHIVE, ARCHIVED, ARCHIVE_AGAIN, OPENED];
