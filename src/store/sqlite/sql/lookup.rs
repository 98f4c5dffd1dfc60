//! One event and what belongs to it; distinct values.

pub(in super::super) const EVENT: &str = event!("WHERE e.seq = ?1");
pub(in super::super) const RAW: &str = "SELECT headers, body FROM bodies WHERE seq = ?1";
pub(in super::super) const RECEIVED: &str = "SELECT received FROM events WHERE seq = ?1";
pub(in super::super) const DELIVERIES: &str = delivery!("WHERE event = ?1 ORDER BY id");
pub(in super::super) const ATTEMPTS: &str =
    "SELECT at, took_ms, outcome, detail FROM attempts WHERE delivery = ?1 ORDER BY n";
pub(in super::super) const SENT: &str = "SELECT message FROM sent WHERE delivery = ?1";
pub(in super::super) const POST: &str = "SELECT thread_id FROM posts WHERE destination = ?1 AND title = ?2";
pub(in super::super) const REPETITIONS: &str = "SELECT count, first, last FROM repetitions WHERE event = ?1";
pub(in super::super) const OLDEST_AND_NEWEST: &str =
    "SELECT (SELECT min(seq) FROM events), (SELECT max(seq) FROM events)";
pub(in super::super) const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM events WHERE seq = ?1)";
macro_rules! distinct {
    ($column:literal) => {
        concat!(
            "SELECT DISTINCT ",
            $column,
            " FROM classes c
             WHERE EXISTS (SELECT 1 FROM events WHERE class = c.id) ORDER BY 1 LIMIT ?1"
        )
    };
}
pub(in super::super) const SOURCES: &str = distinct!("source");
pub(in super::super) const EVENT_TYPES: &str = distinct!("kind");
pub(in super::super) const TOPICS: &str = distinct!("topic");

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[
    EVENT,
    RAW,
    RECEIVED,
    DELIVERIES,
    ATTEMPTS,
    SENT,
    POST,
    REPETITIONS,
    OLDEST_AND_NEWEST,
    EXISTS,
    SOURCES,
    EVENT_TYPES,
    TOPICS,
];
