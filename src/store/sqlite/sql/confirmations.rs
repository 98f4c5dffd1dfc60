//! Changes that wait for a confirmation.

pub(in super::super) const OFFER: &str = "
    INSERT INTO confirmations (token, person, guild, channel, change, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
/// They are kept for a while after their end, so that a late press is told why nothing happens.
pub(in super::super) const FORGET: &str = "DELETE FROM confirmations WHERE expires < ?1";
pub(in super::super) const OFFERED: &str = "
    SELECT change, expires, spent FROM confirmations WHERE token = ?1 AND person = ?2 AND guild IS ?3 AND channel IS ?4";
pub(in super::super) const SPEND: &str = "
    UPDATE confirmations SET spent = ?3 WHERE token = ?1 AND person = ?2 AND spent IS NULL AND expires >= ?3";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[FORGET, OFFERED, SPEND];
