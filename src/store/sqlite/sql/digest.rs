//! Deliveries that are held back. A row that is due: ?1 its moment, ?2 its destination, ?4 its route.

pub(in super::super) const COLLECT: &str = "
    UPDATE deliveries SET status = 'collecting', not_before = ?2, reason = ?3, reason_json = ?4, updated = ?5
    WHERE id = ?1 AND status = 'pending' RETURNING destination";
pub(in super::super) const NEXT_COLLECTING: &str = "
    SELECT not_before, destination FROM deliveries INDEXED BY deliveries_collecting
    WHERE status = 'collecting' AND (not_before, destination) > (?1, ?2) ORDER BY not_before, destination LIMIT 1";
pub(in super::super) const FIRST_COLLECTING: &str = delivery!(
    "INDEXED BY deliveries_collecting
     WHERE status = 'collecting' AND not_before = ?1 AND destination = ?2 ORDER BY id LIMIT 1"
);
pub(in super::super) const HEAD_CREATED: &str = "
    SELECT min(created) FROM (
        SELECT created FROM (SELECT created FROM deliveries INDEXED BY deliveries_waiting
            WHERE destination = ?1 AND status = 'pending' AND priority = 1 ORDER BY event, id LIMIT 1)
        UNION ALL
        SELECT created FROM (SELECT created FROM deliveries INDEXED BY deliveries_waiting
            WHERE destination = ?1 AND status = 'pending' AND priority = 0 ORDER BY event, id LIMIT 1))";
pub(in super::super) const COLLECTED: &str = "
    SELECT e.seq, c.source, e.provider, e.ref, c.kind, c.topic, e.facts, e.time, e.received, d.id, d.reason, d.reason_json
    FROM deliveries d INDEXED BY deliveries_collecting
    CROSS JOIN events e ON e.seq = d.event JOIN classes c ON c.id = e.class
    WHERE d.status = 'collecting' AND d.not_before = ?1 AND d.destination = ?2 AND d.id > ?3
      AND coalesce(d.plan ->> '$.route', '') = ?4 ORDER BY d.id LIMIT ?5";
pub(in super::super) const RELEASE_COLLECTED: &str = "
    UPDATE deliveries INDEXED BY deliveries_collecting SET status = 'pending'
    WHERE status = 'collecting' AND not_before = ?1 AND destination = ?2 AND coalesce(plan ->> '$.route', '') = ?3";
pub(in super::super) const DIGESTED: &str = "
    UPDATE deliveries INDEXED BY deliveries_collecting
    SET status = 'merged', reason = ?5, reason_json = ?6, updated = ?7
    WHERE status = 'collecting' AND not_before = ?1 AND destination = ?2 AND id <= ?3
      AND coalesce(plan ->> '$.route', '') = ?4";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[NEXT_COLLECTING, FIRST_COLLECTING, HEAD_CREATED, COLLECTED];
