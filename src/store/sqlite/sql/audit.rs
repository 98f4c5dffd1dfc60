//! The audit.

pub(in super::super) const RECORD: &str = "
    INSERT INTO audit (at, actor, guild, channel, action) VALUES (?1, ?2, ?3, ?4, ?5)";
/// A few at a time, with each new entry.
pub(in super::super) const FORGET: &str = "
    DELETE FROM audit WHERE id IN (SELECT id FROM audit INDEXED BY audit_by_time WHERE at < ?1 ORDER BY at LIMIT 100)";
pub(in super::super) const OF_ALL: &str = "
    SELECT id, at, actor, guild, channel, action FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
pub(in super::super) const OF_GUILD: &str = "
    SELECT id, at, actor, guild, channel, action FROM audit
    WHERE id < ?1 AND guild = ?3 ORDER BY id DESC LIMIT ?2";
pub(in super::super) const OF_CHANNEL: &str = "
    SELECT id, at, actor, guild, channel, action FROM audit INDEXED BY audit_by_place
    WHERE id < ?1 AND guild = ?3 AND channel = ?4 ORDER BY id DESC LIMIT ?2";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[FORGET, OF_ALL, OF_CHANNEL];
