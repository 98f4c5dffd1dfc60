//! What is removed when it is old.

pub(in super::super) const LAST_BEFORE: &str = "
    SELECT seq FROM events INDEXED BY events_by_received WHERE received < ?1 ORDER BY received DESC LIMIT 1";
/// The next events of a class after ?1 up to ?2, and of each whether it may go.
pub(in super::super) const NEXT_OLD: &str = "
    SELECT seq, received < ?3 AND NOT EXISTS
        (SELECT 1 FROM deliveries WHERE event = seq AND status IN ('pending', 'collecting'))
    FROM events INDEXED BY events_by_class WHERE class = ?5 AND seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?4";
pub(in super::super) const CLASSES: &str = "SELECT id, topic FROM classes";
pub(in super::super) const UNFINISHED: &str = "
    SELECT EXISTS (SELECT 1 FROM deliveries WHERE event = ?1 AND status IN ('pending', 'collecting'))";
pub(in super::super) const FORGET: [&str; 7] = [
    "DELETE FROM replays WHERE replayed IN (SELECT id FROM deliveries WHERE event = ?1)",
    "DELETE FROM sent WHERE delivery IN (SELECT id FROM deliveries WHERE event = ?1)",
    "DELETE FROM attempts WHERE delivery IN (SELECT id FROM deliveries WHERE event = ?1)",
    "DELETE FROM deliveries WHERE event = ?1",
    "DELETE FROM bodies WHERE seq = ?1",
    "DELETE FROM repetitions WHERE event = ?1",
    "DELETE FROM events WHERE seq = ?1",
];
/// The records that were not touched since ?1; then their keys.
pub(in super::super) const OLD_LIVE: &str = "SELECT id FROM live WHERE updated < ?1 ORDER BY updated LIMIT ?2";
pub(in super::super) const FORGET_KEYS: &str = "DELETE FROM live_keys WHERE live = ?1";
pub(in super::super) const FORGET_POSTS: &str = "
    DELETE FROM posts WHERE (destination, title) IN
        (SELECT destination, title FROM posts WHERE updated < ?1 ORDER BY updated LIMIT ?2)";
/// The posts of things that were not touched since ?1; then their names.
pub(in super::super) const OLD_THREADS: &str = "
    SELECT destination, thread_id FROM threads WHERE updated < ?1 ORDER BY updated LIMIT ?2";
pub(in super::super) const FORGET_THREAD_KEYS: &str =
    "DELETE FROM thread_keys WHERE destination = ?1 AND thread_id = ?2";
pub(in super::super) const FORGET_THREAD: &str = "DELETE FROM threads WHERE destination = ?1 AND thread_id = ?2";
pub(in super::super) const FORGET_SHARED: &str = "
    DELETE FROM shared_messages WHERE (destination, message_id) IN
        (SELECT destination, message_id FROM shared_messages WHERE updated < ?1 ORDER BY updated LIMIT ?2)";
pub(in super::super) const FORGET_CLASSES: &str = "
    DELETE FROM classes WHERE NOT EXISTS (SELECT 1 FROM events WHERE class = classes.id)";

/// Pages (4 kB) at the end of the file that are given back in one transaction: a few milliseconds.
pub(in super::super) const GIVE_BACK: &str = "PRAGMA incremental_vacuum(200)";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[LAST_BEFORE, NEXT_OLD, CLASSES, UNFINISHED, OLD_LIVE, OLD_THREADS];
