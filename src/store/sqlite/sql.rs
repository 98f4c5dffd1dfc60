//! Every SQL text of the store: those of connections and transactions here, all others by the module that uses them. Timestamps are milliseconds, `class` is the number
//! of a (source, topic, event type); the column `kind` is the event type.

/// What opens each schema version, in order; `user_version` counts them. Never edited once merged.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0002_capture.sql"),
    include_str!("migrations/0003_sent.sql"),
    include_str!("migrations/0004_posts.sql"),
    include_str!("migrations/0005_reasons.sql"),
    include_str!("migrations/0006_repetitions.sql"),
    include_str!("migrations/0007_live.sql"),
    include_str!("migrations/0008_live_without_message.sql"),
    include_str!("migrations/0009_shared_messages.sql"),
    include_str!("migrations/0010_collecting.sql"),
    include_str!("migrations/0011_replays.sql"),
    include_str!("migrations/0012_lanes.sql"),
    include_str!("migrations/0013_mutes.sql"),
    include_str!("migrations/0014_reminders.sql"),
    include_str!("migrations/0015_places.sql"),
    include_str!("migrations/0016_registrations.sql"),
    include_str!("migrations/0017_kept_queries.sql"),
    include_str!("migrations/0018_audit.sql"),
    include_str!("migrations/0019_confirmations.sql"),
    include_str!("migrations/0020_handling.sql"),
    include_str!("migrations/0021_digest_events.sql"),
    include_str!("migrations/0022_feeds.sql"),
    include_str!("migrations/0023_watches.sql"),
    include_str!("migrations/0024_statistics.sql"),
    include_str!("migrations/0025_threads.sql"),
];

/// For every connection. The caches are small: the system's page cache holds the file anyway.
pub(super) const COMMON: &str = "
    PRAGMA busy_timeout = 2000; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;";

/// FULL makes each commit wait for the disk. The writer checkpoints by itself, after it has answered. A request may wait for
/// a locked file twice, behind the transaction before it and in its own: both must end before the intake gives up
/// (4 s), or a refused event would be stored after all.
pub(super) const WRITER: &str = "
    PRAGMA busy_timeout = 1500; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -4096;";
/// For a new file, before anything is in it: it can be made smaller in steps.
pub(super) const NEW_FILE: &str = "PRAGMA auto_vacuum = INCREMENTAL";
pub(super) const READER: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -512;";

/// Deleted content is overwritten.
pub(super) const SHRED: &str = "PRAGMA secure_delete = ON";

pub(super) const VERSION: &str = "PRAGMA user_version";
pub(super) const TABLES: &str = "SELECT count(*) FROM sqlite_schema";
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
pub(super) const BEGIN_READING: &str = "BEGIN DEFERRED";
pub(super) const COMMIT: &str = "COMMIT";
pub(super) const ROLLBACK: &str = "ROLLBACK";
/// Returns (busy, pages in the log, pages of it in the file) and changes nothing.
pub(super) const LOG_SIZE: &str = "PRAGMA wal_checkpoint(NOOP)";
pub(super) const CHECKPOINT: &str = "PRAGMA wal_checkpoint(PASSIVE)";
pub(super) const CHECKPOINT_AND_EMPTY: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
pub(super) const PROBE: &str = "UPDATE probe SET writes = writes + 1 WHERE id = 1";

macro_rules! event {
    ($rest:literal) => {
        concat!(
            "SELECT e.seq, c.source, e.provider, e.ref, c.kind, c.topic, e.facts, e.time, e.received
             FROM events e JOIN classes c ON c.id = e.class ",
            $rest
        )
    };
}

macro_rules! delivery {
    ($rest:literal) => {
        concat!(
            "SELECT id, event, destination, plan, status, attempts, not_before, reason, reason_json, message_id,
                    channel_id, possible_repeat, created, updated
             FROM deliveries ",
            $rest
        )
    };
}

pub(super) mod accept;
pub(super) mod audit;
pub(super) mod backlog;
pub(super) mod backup;
pub(super) mod bot;
pub(super) mod capture;
pub(super) mod confirmations;
pub(super) mod digest;
pub(super) mod feeds;
pub(super) mod import;
pub(super) mod inspect;
pub(super) mod lane;
pub(super) mod lane_commands;
pub(super) mod live;
pub(super) mod lookup;
pub(super) mod mutes;
pub(super) mod progress;
pub(super) mod prune;
pub(super) mod queue;
pub(super) mod recent;
pub(super) mod replay;
pub(super) mod scoped;
pub(super) mod statistics;
pub(super) mod things;
pub(super) mod threads;
pub(super) mod watches;

/// The queries while hookbell serves; none may scan a table that grows.
#[cfg(test)]
pub(super) const QUERIES: &[&[&str]] = &[
    accept::QUERIES,
    audit::QUERIES,
    backlog::QUERIES,
    bot::QUERIES,
    capture::QUERIES,
    confirmations::QUERIES,
    digest::QUERIES,
    feeds::QUERIES,
    import::QUERIES,
    lane::QUERIES,
    lane_commands::QUERIES,
    live::QUERIES,
    lookup::QUERIES,
    mutes::QUERIES,
    progress::QUERIES,
    prune::QUERIES,
    queue::QUERIES,
    recent::QUERIES,
    replay::QUERIES,
    scoped::QUERIES,
    statistics::QUERIES,
    things::QUERIES,
    threads::QUERIES,
    watches::QUERIES,
];
