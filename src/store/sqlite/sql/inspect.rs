//! The condition of the file itself; for a command, and not while hookbell serves.

pub(in super::super) const QUICK_CHECK: &str = "PRAGMA quick_check(1)";
pub(in super::super) const FULL_CHECK: &str = "PRAGMA integrity_check(1)";
/// What a check answers when nothing is wrong.
pub(in super::super) const SOUND: &str = "ok";
pub(in super::super) const PAGE_SIZE: &str = "PRAGMA page_size";
pub(in super::super) const PAGES: &str = "PRAGMA page_count";
pub(in super::super) const UNUSED_PAGES: &str = "PRAGMA freelist_count";
pub(in super::super) const AUTO_VACUUM: &str = "PRAGMA auto_vacuum";
/// The value of `auto_vacuum` with which pages are given back when they are asked for.
pub(in super::super) const INCREMENTAL: i64 = 2;
pub(in super::super) const EVENTS: &str = "SELECT count(*) FROM events";
pub(in super::super) const EVENTS_SINCE: &str = "
    SELECT count(*) FROM events INDEXED BY events_by_received WHERE received >= ?1";
pub(in super::super) const DEAD_SINCE: &str = "
    SELECT destination, count(*) FROM deliveries WHERE status = 'dead' AND updated >= ?1
    GROUP BY destination ORDER BY destination";
