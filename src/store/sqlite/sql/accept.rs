//! What the acceptance of an event writes, and how a repetition is found.

pub(in super::super) const CLASS: &str = "SELECT id FROM classes WHERE source = ?1 AND topic = ?2 AND kind = ?3";
pub(in super::super) const NEW_CLASS: &str = "INSERT INTO classes (source, topic, kind) VALUES (?1, ?2, ?3)";
pub(in super::super) const NEW_EVENT: &str = "
    INSERT INTO events (class, ref, provider, facts, time, received, routed, series, audience)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
pub(in super::super) const SAME_ID: &str = "
    SELECT seq FROM events INDEXED BY events_by_ref WHERE class = ?1 AND ref = ?2 ORDER BY received LIMIT 1";
pub(in super::super) const SAME_BODY: &str = "
    SELECT seq FROM events INDEXED BY events_by_ref
    WHERE class = ?1 AND ref = ?2 AND received > ?3 AND received < ?4 ORDER BY received DESC LIMIT 1";
pub(in super::super) const REPEATED: &str = "
    INSERT INTO repetitions (event, count, first, last) VALUES (?1, 1, ?2, ?2)
    ON CONFLICT (event) DO UPDATE SET count = count + 1, first = min(first, ?2), last = max(last, ?2)";
pub(in super::super) const NEW_BODY: &str = "INSERT INTO bodies (seq, headers, body) VALUES (?1, ?2, ?3)";
pub(in super::super) const NEW_DELIVERY: &str = "
    INSERT INTO deliveries (event, class, destination, plan, status, not_before, created, updated, priority)
    VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?5, ?5, ?6)";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[CLASS, SAME_ID, SAME_BODY];
