//! Mutes, and what each holds back.

pub(in super::super) const NEW_MUTE: &str =
    "INSERT INTO mutes (created, until, matcher, reason) VALUES (?1, ?2, ?3, ?4)";
/// All of them where ?2 is NULL.
pub(in super::super) const END_MUTES: &str = "
    UPDATE mutes SET until = ?1 WHERE reported IS NULL AND until > ?1 AND (?2 IS NULL OR id = ?2) RETURNING id";
pub(in super::super) const ACTIVE_MUTES: &str = "
    SELECT id, matcher, reason, created, until FROM mutes INDEXED BY mutes_unreported
    WHERE reported IS NULL AND until > ?1 ORDER BY id";
pub(in super::super) const ENDED_MUTES: &str = "
    SELECT id, matcher, reason, created, until FROM mutes INDEXED BY mutes_unreported
    WHERE reported IS NULL AND until <= ?1 ORDER BY id";
pub(in super::super) const HELD_BACK: &str = "
    SELECT destination, kind, severity, count FROM held_back WHERE mute = ?1 ORDER BY destination, kind, severity";
pub(in super::super) const MUTE_REPORTED: &str = "UPDATE mutes SET reported = ?2 WHERE id = ?1 AND reported IS NULL";
pub(in super::super) const FORGET_HELD_BACK: &str = "DELETE FROM held_back WHERE mute = ?1";
pub(in super::super) const FORGET_MUTES: &str = "DELETE FROM mutes WHERE reported < ?1";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[ACTIVE_MUTES, ENDED_MUTES, HELD_BACK];
