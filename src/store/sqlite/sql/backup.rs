//! A copy of the whole file.

/// The copy can be made smaller step by step, also where the file itself is older than that.
pub(in super::super) const PREPARE: &str = "PRAGMA query_only = OFF; PRAGMA auto_vacuum = INCREMENTAL";
pub(in super::super) const COPY: &str = "VACUUM INTO ?1";
pub(in super::super) const NEWEST: &str = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'events'";
pub(in super::super) const COUNTS: &str = "
    SELECT (SELECT count(*) FROM events),
           (SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT 1 FROM bodies b WHERE b.seq = e.seq)),
           (SELECT count(*) FROM deliveries)";
