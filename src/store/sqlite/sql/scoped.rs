//! What somebody may see. Streams: numbers below ?1 and above ?2, received from ?3 on and before ?4, at most ?5.

macro_rules! stream {
    ($from:literal, $column:literal, $order:literal) => {
        concat!(
            "SELECT DISTINCT ",
            $column,
            " FROM ",
            $from,
            " AND ",
            $column,
            " < ?1 AND ",
            $column,
            " > ?2 AND e.received >= ?3 AND e.received < ?4 ORDER BY ",
            $column,
            " ",
            $order,
            " LIMIT ?5"
        )
    };
}

/// Each newest first, and oldest first.
pub(in super::super) const OF_ALL: [&str; 2] =
    [stream!("events e WHERE true", "e.seq", "DESC"), stream!("events e WHERE true", "e.seq", "ASC")];
pub(in super::super) const OF_CLASS: [&str; 2] = [
    stream!("events e INDEXED BY events_by_class WHERE e.class = ?6", "e.seq", "DESC"),
    stream!("events e INDEXED BY events_by_class WHERE e.class = ?6", "e.seq", "ASC"),
];
pub(in super::super) const OF_UNROUTED: [&str; 2] = [
    stream!("events e INDEXED BY events_unrouted WHERE e.routed = 0 AND e.class = ?6", "e.seq", "DESC"),
    stream!("events e INDEXED BY events_unrouted WHERE e.routed = 0 AND e.class = ?6", "e.seq", "ASC"),
];
/// What was posted or has ended in a place: all of it.
pub(in super::super) const ALL_OF_PLACE: [&str; 2] = [
    stream!(
        "deliveries d INDEXED BY deliveries_by_place_event CROSS JOIN events e ON e.seq = d.event
         WHERE d.guild = ?6 AND d.place = ?7",
        "d.event",
        "DESC"
    ),
    stream!(
        "deliveries d INDEXED BY deliveries_by_place_event CROSS JOIN events e ON e.seq = d.event
         WHERE d.guild = ?6 AND d.place = ?7",
        "d.event",
        "ASC"
    ),
];
/// What was posted or has ended in a place: one class and status.
pub(in super::super) const OF_PLACE: [&str; 2] = [
    stream!(
        "deliveries d INDEXED BY deliveries_by_place CROSS JOIN events e ON e.seq = d.event
         WHERE d.class = ?6 AND d.status = ?7 AND d.guild = ?8 AND d.place = ?9",
        "d.event",
        "DESC"
    ),
    stream!(
        "deliveries d INDEXED BY deliveries_by_place CROSS JOIN events e ON e.seq = d.event
         WHERE d.class = ?6 AND d.status = ?7 AND d.guild = ?8 AND d.place = ?9",
        "d.event",
        "ASC"
    ),
];
/// What waits for a destination.
pub(in super::super) const OF_DESTINATION: [&str; 2] = [
    stream!(
        "deliveries d INDEXED BY deliveries_by_status CROSS JOIN events e ON e.seq = d.event
         WHERE d.class = ?6 AND d.status = ?7 AND d.destination = ?8",
        "d.event",
        "DESC"
    ),
    stream!(
        "deliveries d INDEXED BY deliveries_by_status CROSS JOIN events e ON e.seq = d.event
         WHERE d.class = ?6 AND d.status = ?7 AND d.destination = ?8",
        "d.event",
        "ASC"
    ),
];
/// The next place of a server after ?2: a hop through the index.
pub(in super::super) const NEXT_PLACE: &str = "SELECT min(place) FROM place_classes WHERE guild = ?1 AND place > ?2";
pub(in super::super) const DESTINATIONS: &str = "
    SELECT destination, guild, channel FROM lanes WHERE guild = ?1 AND (?2 IS NULL OR channel = ?2)";
pub(in super::super) const CLASSES_OF_PLACE: &str = "
    SELECT c.id, c.source, c.topic, c.kind, p.newest FROM place_classes p JOIN classes c ON c.id = p.class
    WHERE p.guild = ?1 AND p.place = ?2";
pub(in super::super) const CLASS: &str = "SELECT id, source, topic, kind FROM classes WHERE id = ?1";
pub(in super::super) const NEWEST_OF_CLASS: &str = "
    SELECT max(seq) FROM events INDEXED BY events_by_class WHERE class = ?1";
pub(in super::super) const NEWEST_WAITING: &str = "
    SELECT max(event) FROM deliveries INDEXED BY deliveries_by_status WHERE destination = ?1 AND status = ?2 AND class = ?3";
pub(in super::super) const ALL_CLASSES: &str = "SELECT id, source, topic, kind FROM classes";
pub(in super::super) const DELIVERIES: &str = "
    SELECT d.id, d.destination, d.status, d.plan, d.guild, d.place, d.title, l.guild, l.channel, d.message_id, d.channel_id
    FROM deliveries d LEFT JOIN lanes l ON l.destination = d.destination WHERE d.event = ?1 ORDER BY d.id";
pub(in super::super) const EVENTS_OF_MESSAGE: &str = "
    SELECT DISTINCT event FROM deliveries INDEXED BY deliveries_by_message WHERE message_id = ?1 ORDER BY event DESC";
/// The events that the message of a digest sums up.
pub(in super::super) const EVENTS_OF_DIGEST: &str = "
    SELECT DISTINCT event FROM deliveries INDEXED BY deliveries_by_digest
    WHERE reason_json ->> '$.digest' = ?1 AND status = 'merged' AND reason_json ->> '$.digest' IS NOT NULL
    ORDER BY event DESC LIMIT ?2";
/// Whether a text, in lower case, is in what an event may be found by.
pub(in super::super) const HOLDS: &str = "
    SELECT instr(lower(e.facts), ?2) > 0 OR instr(lower(e.ref), ?2) > 0
        OR EXISTS (SELECT 1 FROM deliveries d WHERE d.event = e.seq AND instr(lower(d.title), ?2) > 0)
    FROM events e WHERE e.seq = ?1";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[
    OF_ALL[0],
    OF_ALL[1],
    OF_CLASS[0],
    OF_CLASS[1],
    OF_UNROUTED[0],
    OF_UNROUTED[1],
    ALL_OF_PLACE[0],
    ALL_OF_PLACE[1],
    OF_PLACE[0],
    OF_PLACE[1],
    OF_DESTINATION[0],
    OF_DESTINATION[1],
    NEXT_PLACE,
    DESTINATIONS,
    CLASSES_OF_PLACE,
    CLASS,
    NEWEST_OF_CLASS,
    NEWEST_WAITING,
    ALL_CLASSES,
    DELIVERIES,
    EVENTS_OF_MESSAGE,
    EVENTS_OF_DIGEST,
    HOLDS,
];
