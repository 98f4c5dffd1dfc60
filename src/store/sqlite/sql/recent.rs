//! Many events. Streams: newest first, numbers below ?1 and above ?2, received from ?3 on, at most ?4.

pub(in super::super) const STREAM_OF_ALL: &str = "
    SELECT seq FROM events WHERE seq < ?1 AND seq > ?2 AND received >= ?3 ORDER BY seq DESC LIMIT ?4";
pub(in super::super) const STREAM_OF_CLASS: &str = "
    SELECT seq FROM events INDEXED BY events_by_class
    WHERE class = ?5 AND seq < ?1 AND seq > ?2 AND received >= ?3 ORDER BY seq DESC LIMIT ?4";
pub(in super::super) const STREAM_OF_UNROUTED: &str = "
    SELECT seq FROM events INDEXED BY events_unrouted
    WHERE routed = 0 AND class = ?5 AND seq < ?1 AND seq > ?2 AND received >= ?3 ORDER BY seq DESC LIMIT ?4";
pub(in super::super) const STREAM_OF_DELIVERIES: &str = "
    SELECT DISTINCT d.event FROM deliveries d INDEXED BY deliveries_by_status CROSS JOIN events e ON e.seq = d.event
    WHERE d.class = ?5 AND d.destination = ?6 AND d.status = ?7 AND d.event < ?1 AND d.event > ?2
      AND e.received >= ?3 ORDER BY d.event DESC LIMIT ?4";
pub(in super::super) const STATUSES: &str = "SELECT destination, status, plan FROM deliveries WHERE event = ?1";
pub(in super::super) const CLASSES: &str = "
    SELECT id, kind FROM classes
    WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR topic = ?2) AND (?3 IS NULL OR kind = ?3) ORDER BY id DESC";
/// The next class after ?3 that has deliveries of this destination and status: a hop through the index.
pub(in super::super) const NEXT_CLASS: &str = "
    SELECT min(class) FROM deliveries INDEXED BY deliveries_by_status
    WHERE destination = ?1 AND status = ?2 AND class > ?3";
pub(in super::super) const NEXT_DESTINATION: &str = "
    SELECT min(destination) FROM deliveries INDEXED BY deliveries_by_status WHERE destination > ?1";
pub(in super::super) const FIRST_SINCE: &str = "
    SELECT seq FROM events INDEXED BY events_by_received WHERE received >= ?1 ORDER BY received LIMIT 1";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[
    STREAM_OF_ALL,
    STREAM_OF_CLASS,
    STREAM_OF_UNROUTED,
    STREAM_OF_DELIVERIES,
    STATUSES,
    CLASSES,
    NEXT_CLASS,
    NEXT_DESTINATION,
    FIRST_SINCE,
];
