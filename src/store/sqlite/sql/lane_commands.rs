//! What operators do to lanes.

pub(in super::super) const PAUSE: &str = "
    INSERT INTO lanes (destination, paused_json) VALUES (?1, ?2)
    ON CONFLICT (destination) DO UPDATE SET paused_json = ?2";
pub(in super::super) const RESUME: &str = "
    UPDATE lanes SET paused_json = NULL WHERE destination = ?1 AND paused_json IS NOT NULL";
pub(in super::super) const ASK: &str = "
    INSERT INTO lanes (destination, asked) VALUES (?1, ?2)
    ON CONFLICT (destination) DO UPDATE SET asked = max(coalesce(asked, 0) + 1, ?2)";
/// More than one message holds.
pub(in super::super) const DUE_NOW: &str = "
    UPDATE deliveries SET not_before = ?2, updated = ?2 WHERE not_before > ?2 AND id IN
        (SELECT id FROM deliveries INDEXED BY deliveries_waiting
         WHERE destination = ?1 AND status = 'pending' ORDER BY priority DESC, event, id LIMIT 100)";
pub(in super::super) const COMMAND_COUNT: &str = "SELECT count FROM commands WHERE id = 1";
pub(in super::super) const COUNT_COMMAND: &str = "UPDATE commands SET count = count + 1 WHERE id = 1";
/// The next pending deliveries of a priority after (?3, ?4), with what a purge selects by.
pub(in super::super) const PENDING_AFTER: &str = "
    SELECT d.event, d.id, c.source, e.received
    FROM deliveries d INDEXED BY deliveries_waiting
    CROSS JOIN events e ON e.seq = d.event CROSS JOIN classes c ON c.id = d.class
    WHERE d.destination = ?1 AND d.status = 'pending' AND d.priority = ?2 AND (d.event, d.id) > (?3, ?4)
    ORDER BY d.event, d.id LIMIT ?5";
pub(in super::super) const PURGE: &str = "
    UPDATE deliveries SET status = 'muted', reason = ?2, reason_json = ?3, updated = ?4
    WHERE id = ?1 AND status = 'pending'";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[COMMAND_COUNT, PENDING_AFTER];
