//! Every SQL text of the store, by the module that uses it. Timestamps are milliseconds, `class` is the number
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

// Accepting.
pub(super) const CLASS: &str = "SELECT id FROM classes WHERE source = ?1 AND topic = ?2 AND kind = ?3";
pub(super) const NEW_CLASS: &str = "INSERT INTO classes (source, topic, kind) VALUES (?1, ?2, ?3)";
pub(super) const NEW_EVENT: &str = "
    INSERT INTO events (class, ref, provider, facts, time, received, routed)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
pub(super) const SAME_ID: &str = "
    SELECT seq FROM events INDEXED BY events_by_ref WHERE class = ?1 AND ref = ?2 ORDER BY received LIMIT 1";
pub(super) const SAME_BODY: &str = "
    SELECT seq FROM events INDEXED BY events_by_ref
    WHERE class = ?1 AND ref = ?2 AND received > ?3 AND received < ?4 ORDER BY received DESC LIMIT 1";
pub(super) const REPEATED: &str = "
    INSERT INTO repetitions (event, count, first, last) VALUES (?1, 1, ?2, ?2)
    ON CONFLICT (event) DO UPDATE SET count = count + 1, first = min(first, ?2), last = max(last, ?2)";
pub(super) const NEW_BODY: &str = "INSERT INTO bodies (seq, headers, body) VALUES (?1, ?2, ?3)";
pub(super) const NEW_DELIVERY: &str = "
    INSERT INTO deliveries (event, class, destination, plan, status, not_before, created, updated, priority)
    VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?5, ?5, ?6)";

// Lanes.
pub(super) const LEASES_ARE_VOID: &str = "
    UPDATE lanes SET left_open = 1, owner = NULL, lease_until = 0 WHERE owner IS NOT NULL";
pub(super) const LANE: &str = "
    SELECT owner, lease_until, left_open, parked_reason, parked_json, parked_fingerprint, parked_since,
           guild, channel, place_fingerprint, paused_json, asked, in_flight
    FROM lanes WHERE destination = ?1";
pub(super) const CLAIM: &str = "
    INSERT INTO lanes (destination, owner, lease_until) VALUES (?1, ?2, ?3)
    ON CONFLICT (destination) DO UPDATE SET owner = ?2, lease_until = ?3, left_open = 0";
pub(super) const RELEASE: &str = "UPDATE lanes SET owner = NULL, lease_until = 0 WHERE owner = ?1";
pub(super) const RELEASE_ONE: &str = "
    UPDATE lanes SET owner = NULL, lease_until = 0 WHERE destination = ?1 AND owner = ?2";
pub(super) const IN_FLIGHT: &str = "UPDATE lanes SET in_flight = ?2 WHERE destination = ?1";
pub(super) const LANDED: &str = "
    UPDATE lanes SET in_flight = NULL
    WHERE destination = (SELECT destination FROM deliveries WHERE id = ?1)";
/// What a lane may have been sending, where it had written down nothing else: the first of each priority.
pub(super) const FIRST_OF_EACH: &str = "
    SELECT id FROM (SELECT id FROM deliveries INDEXED BY deliveries_waiting
        WHERE destination = ?1 AND status = 'pending' AND priority = 1 ORDER BY event, id LIMIT 1)
    UNION ALL
    SELECT id FROM (SELECT id FROM deliveries INDEXED BY deliveries_waiting
        WHERE destination = ?1 AND status = 'pending' AND priority = 0 ORDER BY event, id LIMIT 1)";
pub(super) const PARK: &str = "
    INSERT INTO lanes (destination, parked_reason, parked_json, parked_fingerprint, parked_since)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (destination)
    DO UPDATE SET parked_reason = ?2, parked_json = ?3, parked_fingerprint = ?4, parked_since = ?5";
pub(super) const UNPARK: &str = "
    UPDATE lanes SET parked_reason = NULL, parked_json = NULL, parked_fingerprint = NULL, parked_since = NULL
    WHERE destination = ?1";
pub(super) const PAUSE: &str = "
    INSERT INTO lanes (destination, paused_json) VALUES (?1, ?2)
    ON CONFLICT (destination) DO UPDATE SET paused_json = ?2";
pub(super) const RESUME: &str = "
    UPDATE lanes SET paused_json = NULL WHERE destination = ?1 AND paused_json IS NOT NULL";
pub(super) const ASK: &str = "
    INSERT INTO lanes (destination, asked) VALUES (?1, ?2)
    ON CONFLICT (destination) DO UPDATE SET asked = max(coalesce(asked, 0) + 1, ?2)";
/// More than one message holds.
pub(super) const DUE_NOW: &str = "
    UPDATE deliveries SET not_before = ?2, updated = ?2 WHERE not_before > ?2 AND id IN
        (SELECT id FROM deliveries INDEXED BY deliveries_waiting
         WHERE destination = ?1 AND status = 'pending' ORDER BY priority DESC, event, id LIMIT 100)";
pub(super) const COMMAND_COUNT: &str = "SELECT count FROM commands WHERE id = 1";
pub(super) const COUNT_COMMAND: &str = "UPDATE commands SET count = count + 1 WHERE id = 1";
/// The next lower priority of which something is pending: a hop through the index.
pub(super) const NEXT_PRIORITY: &str = "
    SELECT max(priority) FROM deliveries INDEXED BY deliveries_waiting
    WHERE destination = ?1 AND status = 'pending' AND priority < ?2";
/// The next pending deliveries of a priority after (?3, ?4), with what a purge selects by.
pub(super) const PENDING_AFTER: &str = "
    SELECT d.event, d.id, c.source, e.received
    FROM deliveries d INDEXED BY deliveries_waiting
    CROSS JOIN events e ON e.seq = d.event CROSS JOIN classes c ON c.id = d.class
    WHERE d.destination = ?1 AND d.status = 'pending' AND d.priority = ?2 AND (d.event, d.id) > (?3, ?4)
    ORDER BY d.event, d.id LIMIT ?5";
pub(super) const PURGE: &str = "
    UPDATE deliveries SET status = 'muted', reason = ?2, reason_json = ?3, updated = ?4
    WHERE id = ?1 AND status = 'pending'";
pub(super) const FIRST_ATTEMPT: &str = "SELECT at FROM attempts WHERE delivery = ?1 ORDER BY n LIMIT 1";
pub(super) const DEPTH: &str = "
    SELECT count(*) FROM deliveries INDEXED BY deliveries_waiting WHERE destination = ?1 AND status = 'pending'";
pub(super) const PENDING_EVENTS: &str = "
    SELECT e.seq, c.source, e.provider, e.ref, c.kind, c.topic, e.facts, e.time, e.received, d.plan
    FROM deliveries d INDEXED BY deliveries_waiting
    CROSS JOIN events e ON e.seq = d.event CROSS JOIN classes c ON c.id = e.class
    WHERE d.destination = ?1 AND d.status = 'pending' ORDER BY d.priority DESC, d.event, d.id LIMIT ?2";
pub(super) const OLDEST_OF_PRIORITY: &str = delivery!(
    "INDEXED BY deliveries_waiting
     WHERE destination = ?1 AND status = 'pending' AND priority = ?2 ORDER BY event, id LIMIT 1"
);
pub(super) const TOLD: &str = "SELECT told_json FROM lanes WHERE destination = ?1";
pub(super) const TELL: &str = "
    INSERT INTO lanes (destination, told_json) VALUES (?1, ?2)
    ON CONFLICT (destination) DO UPDATE SET told_json = ?2";
pub(super) const NEWEST_OF_CLASS: &str = "
    SELECT max(seq) FROM events INDEXED BY events_by_class WHERE class = ?1";
pub(super) const COUNT_OF_CLASS: &str = "
    SELECT count(*) FROM
        (SELECT 1 FROM events INDEXED BY events_by_class WHERE class = ?1 AND seq >= ?2 AND seq < ?3 LIMIT ?4)";
pub(super) const SILENCE: &str = "SELECT since FROM silences WHERE source = ?1";
pub(super) const NEW_SILENCE: &str = "
    INSERT INTO silences (source, since) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET since = ?2";
pub(super) const END_SILENCE: &str = "DELETE FROM silences WHERE source = ?1";
pub(super) const SET_CHANNEL: &str = "
    INSERT INTO lanes (destination, guild, channel, place_fingerprint) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (destination) DO UPDATE SET guild = ?2, channel = ?3, place_fingerprint = ?4";
pub(super) const ALL_LANES: &str = "SELECT destination FROM lanes ORDER BY destination";
pub(super) const WAITING: &str = "
    SELECT destination, count(*), min(event) FROM deliveries INDEXED BY deliveries_waiting
    WHERE status = 'pending' GROUP BY destination";
pub(super) const RECEIVED: &str = "SELECT received FROM events WHERE seq = ?1";

// From a lane's head to its end. `pending` is in its lane; `collecting` is in none yet, and not final either.
pub(super) const HEADS: &str = delivery!(
    "INDEXED BY deliveries_waiting
     WHERE destination = ?1 AND status = 'pending' ORDER BY priority DESC, event, id LIMIT ?2"
);
/// A lane posts in order, so what it posted lately is right before its pending deliveries; what overtook them is among
/// the newest.
pub(super) const POSTS: &str = "
    SELECT updated FROM (
        SELECT id, destination, status, updated, message_id FROM (
            SELECT id, destination, status, updated, message_id FROM deliveries
            WHERE id < coalesce((SELECT id FROM deliveries INDEXED BY deliveries_waiting
                                 WHERE destination = ?1 AND status = 'pending' AND priority = 0
                                 ORDER BY event, id LIMIT 1),
                                9223372036854775807)
            ORDER BY id DESC LIMIT 2000)
        UNION
        SELECT id, destination, status, updated, message_id FROM (
            SELECT id, destination, status, updated, message_id, priority FROM deliveries ORDER BY id DESC LIMIT 2000)
        WHERE priority > 0)
    WHERE destination = ?1 AND status = 'delivered' AND updated >= ?2 GROUP BY coalesce(message_id, id) ORDER BY updated";
/// The newest message of a lane, among those that [`POSTS`] examines too: what is urgent, or what is not.
pub(super) const LAST_MESSAGE: &str = "
    SELECT max(CAST(message_id AS INTEGER)) FROM (
        SELECT destination, status, message_id, priority FROM deliveries
        WHERE id < coalesce((SELECT id FROM deliveries INDEXED BY deliveries_waiting
                             WHERE destination = ?1 AND status = 'pending' AND priority = ?2 ORDER BY event, id LIMIT 1),
                            9223372036854775807)
        ORDER BY id DESC LIMIT 2000)
    WHERE destination = ?1 AND status = 'delivered' AND priority = ?2";
/// What was purged while it was being sent is recorded as it is: delivered.
pub(super) const SETTLE: &str = "
    UPDATE deliveries SET status = ?2, reason = ?3, reason_json = ?4, message_id = coalesce(?5, message_id),
        channel_id = coalesce(?6, channel_id), possible_repeat = ?7 OR (possible_repeat AND NOT ?10),
        attempts = attempts + ?8, updated = ?9
    WHERE id = ?1 AND (status IN ('pending', 'collecting') OR status = 'muted' AND ?2 = 'delivered')
    RETURNING destination";
pub(super) const POSTPONE: &str = "
    UPDATE deliveries SET not_before = ?2, reason = ?3, reason_json = ?4, possible_repeat = possible_repeat OR ?5,
        attempts = attempts + ?6, updated = ?7
    WHERE id = ?1 AND status = 'pending'";

// Digests. A row that is due: ?1 its moment, ?2 its destination, ?4 its route.
pub(super) const COLLECT: &str = "
    UPDATE deliveries SET status = 'collecting', not_before = ?2, reason = ?3, reason_json = ?4, updated = ?5
    WHERE id = ?1 AND status = 'pending' RETURNING destination";
pub(super) const NEXT_COLLECTING: &str = "
    SELECT not_before, destination FROM deliveries INDEXED BY deliveries_collecting
    WHERE status = 'collecting' AND (not_before, destination) > (?1, ?2) ORDER BY not_before, destination LIMIT 1";
pub(super) const FIRST_COLLECTING: &str = delivery!(
    "INDEXED BY deliveries_collecting
     WHERE status = 'collecting' AND not_before = ?1 AND destination = ?2 ORDER BY id LIMIT 1"
);
pub(super) const HEAD_CREATED: &str = "
    SELECT min(created) FROM (
        SELECT created FROM (SELECT created FROM deliveries INDEXED BY deliveries_waiting
            WHERE destination = ?1 AND status = 'pending' AND priority = 1 ORDER BY event, id LIMIT 1)
        UNION ALL
        SELECT created FROM (SELECT created FROM deliveries INDEXED BY deliveries_waiting
            WHERE destination = ?1 AND status = 'pending' AND priority = 0 ORDER BY event, id LIMIT 1))";
pub(super) const COLLECTED: &str = "
    SELECT e.seq, c.source, e.provider, e.ref, c.kind, c.topic, e.facts, e.time, e.received, d.id, d.reason, d.reason_json
    FROM deliveries d INDEXED BY deliveries_collecting
    CROSS JOIN events e ON e.seq = d.event JOIN classes c ON c.id = e.class
    WHERE d.status = 'collecting' AND d.not_before = ?1 AND d.destination = ?2 AND d.id > ?3
      AND coalesce(d.plan ->> '$.route', '') = ?4 ORDER BY d.id LIMIT ?5";
pub(super) const RELEASE_COLLECTED: &str = "
    UPDATE deliveries INDEXED BY deliveries_collecting SET status = 'pending'
    WHERE status = 'collecting' AND not_before = ?1 AND destination = ?2 AND coalesce(plan ->> '$.route', '') = ?3";
pub(super) const DIGESTED: &str = "
    UPDATE deliveries INDEXED BY deliveries_collecting
    SET status = 'merged', reason = ?5, reason_json = ?6, updated = ?7
    WHERE status = 'collecting' AND not_before = ?1 AND destination = ?2 AND id <= ?3
      AND coalesce(plan ->> '$.route', '') = ?4";
pub(super) const KEEP_SENT: &str = "INSERT OR REPLACE INTO sent (delivery, message) VALUES (?1, ?2)";
pub(super) const NEW_ATTEMPT: &str = "
    INSERT INTO attempts (delivery, n, at, took_ms, outcome, detail)
    VALUES (?1, 1 + coalesce((SELECT max(n) FROM attempts WHERE delivery = ?1), 0), ?2, ?3, ?4, ?5)";
pub(super) const OLD_ATTEMPTS: &str = "
    DELETE FROM attempts
    WHERE delivery = ?1 AND n <= (SELECT max(n) FROM attempts WHERE delivery = ?1) - ?2";
pub(super) const REMEMBER_POST: &str = "
    INSERT INTO posts (destination, title, thread_id, updated) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (destination, title) DO UPDATE SET thread_id = ?3, updated = ?4";
pub(super) const POST: &str = "SELECT thread_id FROM posts WHERE destination = ?1 AND title = ?2";

// Live messages.
pub(super) const LIVE_MESSAGE: &str = "
    SELECT l.id, l.message_id, l.channel_id, l.in_thread, l.slot, l.state
    FROM live_keys k JOIN live l ON l.id = k.live WHERE k.destination = ?1 AND k.key = ?2";
pub(super) const NEW_LIVE: &str = "
    INSERT INTO live (destination, message_id, channel_id, in_thread, slot, state, updated, remind_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
/// Without a message it keeps its own.
pub(super) const UPDATE_LIVE: &str = "
    UPDATE live SET message_id = coalesce(?2, message_id), channel_id = coalesce(?3, channel_id),
        in_thread = iif(?2 IS NULL, in_thread, ?4), slot = iif(?2 IS NULL, slot, ?5), state = ?6, updated = ?7, remind_at = ?8
    WHERE id = ?1";
/// The things of these names that are in the channel.
pub(super) const NAMED: &str = "
    SELECT k.key, l.state FROM live_keys k JOIN live l ON l.id = k.live
    WHERE k.destination = ?1 AND k.key >= ?2 AND k.key < ?3 AND l.message_id IS NOT NULL ORDER BY l.id DESC LIMIT 20";
pub(super) const DUE_REMINDERS: &str = "
    SELECT l.id, l.destination, l.message_id, l.channel_id, l.state,
        (SELECT guild FROM lanes WHERE lanes.destination = l.destination), l.remind_at
    FROM live l INDEXED BY live_by_reminder WHERE l.remind_at <= ?1 ORDER BY l.remind_at LIMIT ?2";
pub(super) const REMIND_AGAIN: &str = "UPDATE live SET remind_at = ?2 WHERE id = ?1";
pub(super) const KEYS_OF: &str = "SELECT key FROM live_keys WHERE live = ?1";
pub(super) const LEARN_KEY: &str = "
    INSERT INTO live_keys (destination, key, live) VALUES (?1, ?2, ?3)
    ON CONFLICT (destination, key) DO UPDATE SET live = ?3";
pub(super) const MOVE_KEYS: &str = "UPDATE live_keys SET live = ?2 WHERE live = ?1";
pub(super) const FORGET_LIVE: &str = "DELETE FROM live WHERE id = ?1";
pub(super) const FOLLOW: &str = "
    INSERT INTO follow_ups (destination, message_id, slot, channel_id, in_thread, pointer)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (destination, message_id, slot) DO UPDATE SET pointer = ?6, attempts = 0, not_before = 0";
pub(super) const FOLLOW_UP: &str = "
    SELECT message_id, channel_id, in_thread, nullif(slot, -1), pointer, attempts,
        (SELECT guild FROM lanes WHERE lanes.destination = ?1)
    FROM follow_ups WHERE destination = ?1 AND not_before <= ?2 LIMIT 1";
pub(super) const FOLLOW_AGAIN: &str = "
    UPDATE follow_ups SET attempts = attempts + 1, not_before = ?4
    WHERE destination = ?1 AND message_id = ?2 AND slot = ?3";
pub(super) const FOLLOWED: &str = "
    DELETE FROM follow_ups WHERE destination = ?1 AND message_id = ?2 AND slot = ?3 AND pointer = ?4";
pub(super) const KEEP_SHARED: &str = "
    INSERT INTO shared_messages (destination, message_id, message, updated) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (destination, message_id) DO UPDATE SET message = ?3, updated = ?4";
pub(super) const SHARED: &str = "SELECT message FROM shared_messages WHERE destination = ?1 AND message_id = ?2";
pub(super) const FORGET_SHARED: &str = "
    DELETE FROM shared_messages WHERE (destination, message_id) IN
        (SELECT destination, message_id FROM shared_messages WHERE updated < ?1 ORDER BY updated LIMIT ?2)";

// Replays.
/// Whether the event and its bytes are kept.
pub(super) const IS_WHOLE: &str = "
    SELECT EXISTS (SELECT 1 FROM events WHERE seq = ?1) AND EXISTS (SELECT 1 FROM bodies WHERE seq = ?1)";
pub(super) const REPLAY_OF: &str = "
    SELECT d.id, d.status FROM replays r JOIN deliveries d ON d.id = r.delivery
    WHERE r.replayed = ?1 AND d.destination = ?2 AND r.edits = ?3 AND (r.edits = 0 OR d.status = 'pending')
    ORDER BY r.delivery DESC LIMIT 1";
pub(super) const DELIVERY_TO: &str = "
    SELECT id, status FROM deliveries INDEXED BY deliveries_by_event
    WHERE event = ?1 AND destination = ?2 ORDER BY id DESC LIMIT 1";
pub(super) const NEW_REPLAY: &str = "
    INSERT INTO deliveries (event, class, destination, plan, status, not_before, created, updated)
    SELECT seq, class, ?2, ?3, 'pending', ?4, ?4, ?4 FROM events WHERE seq = ?1";
pub(super) const NOW_ROUTED: &str = "UPDATE events SET routed = 1 WHERE seq = ?1 AND routed = 0";
pub(super) const REPLAYED: &str = "INSERT INTO replays (replayed, delivery, edits) VALUES (?1, ?2, ?3)";
pub(super) const TAKE_OVER: &str = "
    UPDATE deliveries SET status = ?2, reason = ?3, reason_json = ?4, updated = ?5 WHERE id = ?1";
/// Changes when another connection has written.

// One event.
pub(super) const DELIVERY: &str = delivery!("WHERE id = ?1");
pub(super) const EVENT: &str = event!("WHERE e.seq = ?1");
pub(super) const RAW: &str = "SELECT headers, body FROM bodies WHERE seq = ?1";
pub(super) const DELIVERIES: &str = delivery!("WHERE event = ?1 ORDER BY id");
pub(super) const ATTEMPTS: &str = "SELECT at, took_ms, outcome, detail FROM attempts WHERE delivery = ?1 ORDER BY n";
pub(super) const SENT: &str = "SELECT message FROM sent WHERE delivery = ?1";
pub(super) const STATUSES: &str = "SELECT destination, status, plan FROM deliveries WHERE event = ?1";
pub(super) const REPETITIONS: &str = "SELECT count, first, last FROM repetitions WHERE event = ?1";
pub(super) const OLDEST_AND_NEWEST: &str = "SELECT (SELECT min(seq) FROM events), (SELECT max(seq) FROM events)";
pub(super) const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM events WHERE seq = ?1)";

// Many events. Streams: newest first, numbers below ?1 and above ?2, received from ?3 on, at most ?4.
pub(super) const STREAM_OF_ALL: &str = "
    SELECT seq FROM events WHERE seq < ?1 AND seq > ?2 AND received >= ?3 ORDER BY seq DESC LIMIT ?4";
pub(super) const STREAM_OF_CLASS: &str = "
    SELECT seq FROM events INDEXED BY events_by_class
    WHERE class = ?5 AND seq < ?1 AND seq > ?2 AND received >= ?3 ORDER BY seq DESC LIMIT ?4";
pub(super) const STREAM_OF_UNROUTED: &str = "
    SELECT seq FROM events INDEXED BY events_unrouted
    WHERE routed = 0 AND class = ?5 AND seq < ?1 AND seq > ?2 AND received >= ?3 ORDER BY seq DESC LIMIT ?4";
pub(super) const STREAM_OF_DELIVERIES: &str = "
    SELECT DISTINCT d.event FROM deliveries d INDEXED BY deliveries_by_status CROSS JOIN events e ON e.seq = d.event
    WHERE d.class = ?5 AND d.destination = ?6 AND d.status = ?7 AND d.event < ?1 AND d.event > ?2
      AND e.received >= ?3 ORDER BY d.event DESC LIMIT ?4";
pub(super) const CLASSES: &str = "
    SELECT id FROM classes
    WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR topic = ?2) AND (?3 IS NULL OR kind = ?3) ORDER BY id DESC";
/// The next class after ?3 that has deliveries of this destination and status: a hop through the index.
pub(super) const NEXT_CLASS: &str = "
    SELECT min(class) FROM deliveries INDEXED BY deliveries_by_status
    WHERE destination = ?1 AND status = ?2 AND class > ?3";
pub(super) const NEXT_DESTINATION: &str = "
    SELECT min(destination) FROM deliveries INDEXED BY deliveries_by_status WHERE destination > ?1";
pub(super) const FIRST_SINCE: &str = "
    SELECT seq FROM events INDEXED BY events_by_received WHERE received >= ?1 ORDER BY received LIMIT 1";
/// Counted by the caller: grouping here would sort all of them in memory.
pub(super) const CLASSES_SINCE: &str = "SELECT class FROM events INDEXED BY events_by_received WHERE received >= ?1";
pub(super) const SOURCE_OF_CLASS: &str = "SELECT source FROM classes WHERE id = ?1";

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
pub(super) const SOURCES: &str = distinct!("source");
pub(super) const EVENT_TYPES: &str = distinct!("kind");
pub(super) const TOPICS: &str = distinct!("topic");

// Capturing a secret.
pub(super) const WINDOW: &str = "SELECT opened, until, captured FROM windows WHERE source = ?1";
pub(super) const SECRETS: &str = "SELECT secret FROM secrets WHERE source = ?1 ORDER BY captured DESC, secret";
pub(super) const OPEN_WINDOW: &str = "
    INSERT INTO windows (source, opened, until) VALUES (?1, ?2, ?3)
    ON CONFLICT (source) DO UPDATE SET opened = ?2, until = ?3, captured = NULL";
pub(super) const CLOSE_WINDOW: &str = "
    UPDATE windows SET captured = ?2 WHERE source = ?1 AND captured IS NULL AND opened <= ?2 AND until > ?2";
pub(super) const FORGET_WINDOW: &str = "
    DELETE FROM windows WHERE source = ?1 AND opened = ?2 AND captured IS NULL";
pub(super) const NEW_SECRET: &str = "
    INSERT INTO secrets (source, secret, captured) VALUES (?1, ?2, ?3)
    ON CONFLICT (source, secret) DO UPDATE SET captured = ?3";
pub(super) const FORGET_SECRETS: &str = "DELETE FROM secrets WHERE source = ?1";

// Mutes.
pub(super) const NEW_MUTE: &str = "INSERT INTO mutes (created, until, matcher, reason) VALUES (?1, ?2, ?3, ?4)";
/// All of them where ?2 is NULL.
pub(super) const END_MUTES: &str = "
    UPDATE mutes SET until = ?1 WHERE reported IS NULL AND until > ?1 AND (?2 IS NULL OR id = ?2) RETURNING id";
pub(super) const ACTIVE_MUTES: &str = "
    SELECT id, matcher, reason, created, until FROM mutes INDEXED BY mutes_unreported
    WHERE reported IS NULL AND until > ?1 ORDER BY id";
pub(super) const ENDED_MUTES: &str = "
    SELECT id, matcher, reason, created, until FROM mutes INDEXED BY mutes_unreported
    WHERE reported IS NULL AND until <= ?1 ORDER BY id";
pub(super) const HELD_BACK: &str = "
    SELECT destination, kind, severity, count FROM held_back WHERE mute = ?1 ORDER BY destination, kind, severity";
pub(super) const HOLD_BACK: &str = "
    INSERT INTO held_back (mute, destination, kind, severity, count)
    SELECT ?1, d.destination, c.kind, ?3, 1 FROM deliveries d JOIN classes c ON c.id = d.class WHERE d.id = ?2
    ON CONFLICT (mute, destination, kind, severity) DO UPDATE SET count = count + 1";
pub(super) const REPORT_MUTE_AGAIN: &str = "
    UPDATE mutes SET reported = NULL WHERE id = ?1 AND reported IS NOT NULL";
pub(super) const MUTE_REPORTED: &str = "UPDATE mutes SET reported = ?2 WHERE id = ?1 AND reported IS NULL";
pub(super) const FORGET_HELD_BACK: &str = "DELETE FROM held_back WHERE mute = ?1";
pub(super) const FORGET_MUTES: &str = "DELETE FROM mutes WHERE reported < ?1";

// Removing old events.
pub(super) const LAST_BEFORE: &str = "
    SELECT seq FROM events INDEXED BY events_by_received WHERE received < ?1 ORDER BY received DESC LIMIT 1";
/// The next events after ?1 up to ?2, and of each whether it may go.
pub(super) const NEXT_OLD: &str = "
    SELECT seq, received < ?3 AND NOT EXISTS
        (SELECT 1 FROM deliveries WHERE event = seq AND status IN ('pending', 'collecting'))
    FROM events WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?4";
pub(super) const UNFINISHED: &str = "
    SELECT EXISTS (SELECT 1 FROM deliveries WHERE event = ?1 AND status IN ('pending', 'collecting'))";
pub(super) const FORGET: [&str; 7] = [
    "DELETE FROM replays WHERE replayed IN (SELECT id FROM deliveries WHERE event = ?1)",
    "DELETE FROM sent WHERE delivery IN (SELECT id FROM deliveries WHERE event = ?1)",
    "DELETE FROM attempts WHERE delivery IN (SELECT id FROM deliveries WHERE event = ?1)",
    "DELETE FROM deliveries WHERE event = ?1",
    "DELETE FROM bodies WHERE seq = ?1",
    "DELETE FROM repetitions WHERE event = ?1",
    "DELETE FROM events WHERE seq = ?1",
];
/// The records that were not touched since ?1; then their keys.
pub(super) const OLD_LIVE: &str = "SELECT id FROM live WHERE updated < ?1 ORDER BY updated LIMIT ?2";
pub(super) const FORGET_KEYS: &str = "DELETE FROM live_keys WHERE live = ?1";
pub(super) const FORGET_POSTS: &str = "
    DELETE FROM posts WHERE (destination, title) IN
        (SELECT destination, title FROM posts WHERE updated < ?1 ORDER BY updated LIMIT ?2)";
pub(super) const FORGET_CLASSES: &str = "
    DELETE FROM classes WHERE NOT EXISTS (SELECT 1 FROM events WHERE class = classes.id)";

/// The queries while hookbell serves; none may scan a table that grows.
#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[
    HEADS,
    NEXT_COLLECTING,
    FIRST_COLLECTING,
    HEAD_CREATED,
    COLLECTED,
    EVENT,
    RAW,
    DELIVERIES,
    ATTEMPTS,
    SENT,
    STATUSES,
    OLDEST_AND_NEWEST,
    EXISTS,
    STREAM_OF_ALL,
    STREAM_OF_CLASS,
    STREAM_OF_UNROUTED,
    STREAM_OF_DELIVERIES,
    CLASSES,
    NEXT_CLASS,
    NEXT_DESTINATION,
    FIRST_SINCE,
    CLASSES_SINCE,
    SOURCE_OF_CLASS,
    SOURCES,
    EVENT_TYPES,
    TOPICS,
    LIVE_MESSAGE,
    FOLLOW_UP,
    NAMED,
    DUE_REMINDERS,
    KEYS_OF,
    SHARED,
    FIRST_OF_EACH,
    OLD_LIVE,
    POST,
    LANE,
    ALL_LANES,
    COMMAND_COUNT,
    PENDING_AFTER,
    NEXT_PRIORITY,
    OLDEST_OF_PRIORITY,
    FIRST_ATTEMPT,
    DEPTH,
    PENDING_EVENTS,
    TOLD,
    NEWEST_OF_CLASS,
    SILENCE,
    WAITING,
    RECEIVED,
    LAST_BEFORE,
    NEXT_OLD,
    UNFINISHED,
    SAME_ID,
    SAME_BODY,
    REPETITIONS,
    IS_WHOLE,
    REPLAY_OF,
    DELIVERY_TO,
    DELIVERY,
    CLASS,
    WINDOW,
    SECRETS,
    ACTIVE_MUTES,
    ENDED_MUTES,
    HELD_BACK,
    HOLD_BACK,
];
