//! Captured secrets and their windows.

pub(in super::super) const WINDOW: &str = "SELECT opened, until, captured FROM windows WHERE source = ?1";
pub(in super::super) const SECRETS: &str =
    "SELECT secret FROM secrets WHERE source = ?1 ORDER BY captured DESC, secret";
pub(in super::super) const OPEN_WINDOW: &str = "
    INSERT INTO windows (source, opened, until) VALUES (?1, ?2, ?3)
    ON CONFLICT (source) DO UPDATE SET opened = ?2, until = ?3, captured = NULL";
pub(in super::super) const CLOSE_WINDOW: &str = "
    UPDATE windows SET captured = ?2 WHERE source = ?1 AND captured IS NULL AND opened <= ?2 AND until > ?2";
pub(in super::super) const FORGET_WINDOW: &str = "
    DELETE FROM windows WHERE source = ?1 AND opened = ?2 AND captured IS NULL";
pub(in super::super) const NEW_SECRET: &str = "
    INSERT INTO secrets (source, secret, captured) VALUES (?1, ?2, ?3)
    ON CONFLICT (source, secret) DO UPDATE SET captured = ?3";
pub(in super::super) const FORGET_SECRETS: &str = "DELETE FROM secrets WHERE source = ?1";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[WINDOW, SECRETS];
