-- A class is one combination of source, topic and kind. There are few of them, and each has an index range of
-- its own over events and deliveries, so every filter is a union of ranges that are already newest first.
CREATE TABLE classes (
    id     INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    topic  TEXT NOT NULL,
    kind   TEXT NOT NULL,
    UNIQUE (source, topic, kind)
);

CREATE TABLE events (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    class    INTEGER NOT NULL,
    ref      TEXT NOT NULL, -- the provider's id of the event
    provider TEXT NOT NULL,
    facts    TEXT NOT NULL, -- JSON {"v":1,…}
    time     INTEGER NOT NULL,
    received INTEGER NOT NULL,
    routed   INTEGER NOT NULL, -- 1 when it had deliveries
    -- Once: an id that comes again with the same type. Users' own apps reuse an order's id for each of its steps.
    UNIQUE (class, ref)
);
CREATE INDEX events_by_class ON events (class);
CREATE INDEX events_by_received ON events (received, class);
CREATE INDEX events_unrouted ON events (class) WHERE routed = 0;

-- Apart from events, so that lists never read past the bytes.
CREATE TABLE bodies (
    seq     INTEGER PRIMARY KEY,
    headers TEXT NOT NULL, -- JSON {"v":1,"headers":{…}}
    body    BLOB NOT NULL
);

CREATE TABLE deliveries (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    event           INTEGER NOT NULL,
    class           INTEGER NOT NULL, -- of the event
    destination     TEXT NOT NULL,
    plan            TEXT NOT NULL, -- JSON {"v":1,…}
    status          TEXT NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    not_before      INTEGER NOT NULL,
    reason          TEXT NOT NULL DEFAULT '',
    message_id      TEXT,
    channel_id      TEXT,
    possible_repeat INTEGER NOT NULL DEFAULT 0,
    created         INTEGER NOT NULL,
    updated         INTEGER NOT NULL
);
CREATE INDEX deliveries_by_event ON deliveries (event);
CREATE INDEX deliveries_by_status ON deliveries (destination, status, class, event);
-- The lanes: small, because it holds only what waits.
CREATE INDEX deliveries_waiting ON deliveries (destination, event) WHERE status = 'pending';

CREATE TABLE attempts (
    delivery INTEGER NOT NULL,
    n        INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    took_ms  INTEGER NOT NULL,
    outcome  TEXT NOT NULL,
    detail   TEXT NOT NULL,
    PRIMARY KEY (delivery, n)
) WITHOUT ROWID;

CREATE TABLE lanes (
    destination        TEXT PRIMARY KEY,
    owner              TEXT,
    lease_until        INTEGER NOT NULL DEFAULT 0,
    left_open          INTEGER NOT NULL DEFAULT 0,
    parked_reason      TEXT,
    parked_fingerprint TEXT,
    parked_since       INTEGER,
    guild              TEXT,
    channel            TEXT,
    place_fingerprint  TEXT
) WITHOUT ROWID;

CREATE TABLE messages (
    destination TEXT NOT NULL,
    key         TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    channel_id  TEXT NOT NULL,
    updated     INTEGER NOT NULL,
    PRIMARY KEY (destination, key)
) WITHOUT ROWID;
CREATE INDEX messages_by_updated ON messages (updated);

-- What the check of writability writes.
CREATE TABLE probe (id INTEGER PRIMARY KEY, writes INTEGER NOT NULL);
INSERT INTO probe VALUES (1, 0);
