//! A copy of the whole file.

/// The file is opened for reading alone; this is about the copy.
pub(in super::super) const MAY_WRITE: &str = "PRAGMA query_only = OFF";
pub(in super::super) const COPY: &str = "VACUUM INTO ?1";
pub(in super::super) const NEWEST: &str = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'";
pub(in super::super) const COUNTS: &str = "
    SELECT (SELECT count(*) FROM events),
           (SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT 1 FROM bodies b WHERE b.seq = e.seq)),
           (SELECT count(*) FROM deliveries)";
