//! What the bot remembers.

pub(in super::super) const REGISTRATIONS: &str = "
    SELECT guild FROM registrations WHERE application = ?1 ORDER BY guild";
pub(in super::super) const REGISTERED: &str = "
    INSERT OR IGNORE INTO registrations (application, guild) VALUES (?1, ?2)";
pub(in super::super) const UNREGISTERED: &str = "DELETE FROM registrations WHERE application = ?1 AND guild = ?2";
pub(in super::super) const GATEWAY_STARTED: &str = "INSERT INTO gateway_starts (at) VALUES (?1)";
pub(in super::super) const FORGET_GATEWAY_STARTS: &str = "DELETE FROM gateway_starts WHERE at < ?1";
pub(in super::super) const GATEWAY_STARTS: &str = "
    SELECT count(*), max(at) FROM gateway_starts WHERE at > ?1";
pub(in super::super) const KEEP_QUERY: &str = "
    INSERT INTO kept_queries (key, asker, text, expires) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (key) DO UPDATE SET expires = ?4";
/// All but the newest ?3 of somebody's, and what has expired of theirs.
pub(in super::super) const FORGET_QUERIES: &str = "
    DELETE FROM kept_queries WHERE asker = ?1 AND (expires < ?2 OR key NOT IN (
        SELECT key FROM kept_queries WHERE asker = ?1 ORDER BY expires DESC LIMIT ?3))";
pub(in super::super) const KEPT_QUERY: &str =
    "SELECT text FROM kept_queries WHERE key = ?1 AND asker = ?2 AND expires >= ?3";

#[cfg(test)]
pub(super) const QUERIES: &[&str] =
    &[REGISTRATIONS, UNREGISTERED, FORGET_GATEWAY_STARTS, GATEWAY_STARTS, FORGET_QUERIES, KEPT_QUERY];
