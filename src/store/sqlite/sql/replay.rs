//! Deliveries that are made again.

/// Whether the event and its bytes are kept.
pub(in super::super) const IS_WHOLE: &str = "
    SELECT EXISTS (SELECT 1 FROM events WHERE seq = ?1) AND EXISTS (SELECT 1 FROM bodies WHERE seq = ?1)";
pub(in super::super) const REPLAY_OF: &str = "
    SELECT d.id, d.status FROM replays r JOIN deliveries d ON d.id = r.delivery
    WHERE r.replayed = ?1 AND d.destination = ?2 AND r.edits = ?3 AND (r.edits = 0 OR d.status = 'pending')
    ORDER BY r.delivery DESC LIMIT 1";
pub(in super::super) const DELIVERY_TO: &str = "
    SELECT id, status FROM deliveries INDEXED BY deliveries_by_event
    WHERE event = ?1 AND destination = ?2 ORDER BY id DESC LIMIT 1";
pub(in super::super) const DELIVERY: &str = delivery!("WHERE id = ?1");
pub(in super::super) const NEW_REPLAY: &str = "
    INSERT INTO deliveries (event, class, destination, plan, status, not_before, created, updated)
    SELECT seq, class, ?2, ?3, 'pending', ?4, ?4, ?4 FROM events WHERE seq = ?1";
pub(in super::super) const NOW_ROUTED: &str = "UPDATE events SET routed = 1 WHERE seq = ?1 AND routed = 0";
pub(in super::super) const REPLAYED: &str = "INSERT INTO replays (replayed, delivery, edits) VALUES (?1, ?2, ?3)";
pub(in super::super) const TAKE_OVER: &str = "
    UPDATE deliveries SET status = ?2, reason = ?3, reason_json = ?4, updated = ?5 WHERE id = ?1";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[IS_WHOLE, REPLAY_OF, DELIVERY_TO, DELIVERY];
