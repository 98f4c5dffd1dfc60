//! Events that come from another store.

pub(in super::super) const KNOWN: &str = "
    SELECT seq FROM events INDEXED BY events_by_ref WHERE class = ?1 AND ref = ?2 AND received = ?3 LIMIT 1";
pub(in super::super) const IS_DELIVERY: &str = "SELECT EXISTS (SELECT 1 FROM deliveries WHERE id = ?1)";
/// ?1 is its number; none = the next.
pub(in super::super) const EVENT: &str = "
    INSERT INTO events (seq, class, ref, provider, facts, time, received, routed)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
pub(in super::super) const REPETITIONS: &str =
    "INSERT INTO repetitions (event, count, first, last) VALUES (?1, ?2, ?3, ?4)";
pub(in super::super) const DELIVERY: &str = "
    INSERT INTO deliveries (id, event, class, destination, plan, status, attempts, not_before, reason, reason_json,
                            message_id, channel_id, possible_repeat, created, updated)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[KNOWN, IS_DELIVERY];
