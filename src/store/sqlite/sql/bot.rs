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

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[REGISTRATIONS, UNREGISTERED, FORGET_GATEWAY_STARTS, GATEWAY_STARTS];
