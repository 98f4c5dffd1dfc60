//! The condition of lanes, and sources that send nothing.

/// The next lower priority of which something is pending: a hop through the index.
pub(in super::super) const NEXT_PRIORITY: &str = "
    SELECT max(priority) FROM deliveries INDEXED BY deliveries_waiting
    WHERE destination = ?1 AND status = 'pending' AND priority < ?2";
pub(in super::super) const DEPTH: &str = "
    SELECT count(*) FROM deliveries INDEXED BY deliveries_waiting WHERE destination = ?1 AND status = 'pending'";
pub(in super::super) const PENDING_EVENTS: &str = "
    SELECT e.seq, c.source, e.provider, e.ref, c.kind, c.topic, e.facts, e.time, e.received, d.plan
    FROM deliveries d INDEXED BY deliveries_waiting
    CROSS JOIN events e ON e.seq = d.event CROSS JOIN classes c ON c.id = e.class
    WHERE d.destination = ?1 AND d.status = 'pending' ORDER BY d.priority DESC, d.event, d.id LIMIT ?2";
pub(in super::super) const OLDEST_OF_PRIORITY: &str = delivery!(
    "INDEXED BY deliveries_waiting
     WHERE destination = ?1 AND status = 'pending' AND priority = ?2 ORDER BY event, id LIMIT 1"
);
pub(in super::super) const TOLD: &str = "SELECT told_json FROM lanes WHERE destination = ?1";
pub(in super::super) const TELL: &str = "
    INSERT INTO lanes (destination, told_json) VALUES (?1, ?2)
    ON CONFLICT (destination) DO UPDATE SET told_json = ?2";
pub(in super::super) const NEWEST_OF_CLASS: &str = "
    SELECT max(seq) FROM events INDEXED BY events_by_class WHERE class = ?1";
pub(in super::super) const COUNT_OF_CLASS: &str = "
    SELECT count(*) FROM
        (SELECT 1 FROM events INDEXED BY events_by_class WHERE class = ?1 AND seq >= ?2 AND seq < ?3 LIMIT ?4)";
pub(in super::super) const SILENCE: &str = "SELECT since FROM silences WHERE source = ?1";
pub(in super::super) const NEW_SILENCE: &str = "
    INSERT INTO silences (source, since) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET since = ?2";
pub(in super::super) const END_SILENCE: &str = "DELETE FROM silences WHERE source = ?1";

#[cfg(test)]
pub(super) const QUERIES: &[&str] =
    &[NEXT_PRIORITY, DEPTH, PENDING_EVENTS, OLDEST_OF_PRIORITY, TOLD, NEWEST_OF_CLASS, COUNT_OF_CLASS, SILENCE];
