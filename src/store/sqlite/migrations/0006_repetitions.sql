-- Equal bytes without an id are a repetition for a short time only, so class and ref are not unique any more: the writer
-- looks before it inserts. SQLite cannot drop the constraint from a table, so its rows move to a new one.
CREATE TABLE new_events (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    class    INTEGER NOT NULL,
    ref      TEXT NOT NULL, -- the provider's id of the event; a hash of the body where there is none
    provider TEXT NOT NULL,
    facts    TEXT NOT NULL, -- JSON {"v":1,…}
    time     INTEGER NOT NULL,
    received INTEGER NOT NULL,
    routed   INTEGER NOT NULL -- 1 when it had deliveries
);
INSERT INTO new_events (seq, class, ref, provider, facts, time, received, routed)
    SELECT seq, class, ref, provider, facts, time, received, routed FROM events ORDER BY seq;
-- Numbers are not given twice, also when the newest events are gone.
DELETE FROM sqlite_sequence WHERE name = 'new_events';
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_events', seq FROM sqlite_sequence WHERE name = 'events';
DROP TABLE events;
ALTER TABLE new_events RENAME TO events;
CREATE INDEX events_by_class ON events (class);
CREATE INDEX events_by_received ON events (received, class);
CREATE INDEX events_unrouted ON events (class) WHERE routed = 0;
CREATE INDEX events_by_ref ON events (class, ref, received);

-- How often an event came again. Times are those of receipt.
CREATE TABLE repetitions (
    event INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL
);
