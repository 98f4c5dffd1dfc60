-- Live messages: what each shows and remembers, found by any of the keys that its thing is known by.
CREATE TABLE live (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    destination TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    channel_id  TEXT NOT NULL,
    in_thread   INTEGER NOT NULL, -- 1 when `channel_id` is a thread of the webhook's channel, which an edit has to name
    state       TEXT NOT NULL,    -- JSON {"v":1,…}
    updated     INTEGER NOT NULL
);
CREATE INDEX live_by_updated ON live (updated);

CREATE TABLE live_keys (
    destination TEXT NOT NULL,
    key         TEXT NOT NULL,
    live        INTEGER NOT NULL,
    PRIMARY KEY (destination, key)
) WITHOUT ROWID;
CREATE INDEX live_keys_by_live ON live_keys (live);

-- Earlier messages of a thing that are still to be edited: each becomes a title and a link to the newer message.
CREATE TABLE follow_ups (
    destination TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    channel_id  TEXT NOT NULL,
    in_thread   INTEGER NOT NULL,
    pointer     TEXT NOT NULL, -- JSON {"v":1,"title":…,"message":…,"channel":…}
    attempts    INTEGER NOT NULL DEFAULT 0,
    not_before  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (destination, message_id)
) WITHOUT ROWID;

INSERT INTO live (destination, message_id, channel_id, in_thread, state, updated)
    SELECT destination, message_id, channel_id, in_thread, '{"v":1}', updated FROM messages;
INSERT INTO live_keys (destination, key, live)
    SELECT m.destination, m.key, min(l.id) FROM messages m
    JOIN live l ON l.destination = m.destination AND l.message_id = m.message_id GROUP BY 1, 2;
DROP TABLE messages;
