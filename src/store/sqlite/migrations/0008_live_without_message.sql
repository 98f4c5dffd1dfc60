-- What is known of a thing before it has a message: routine events are recorded, and posted by none.
CREATE TABLE live_new (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    destination TEXT NOT NULL,
    message_id  TEXT, -- NULL: nothing was posted yet
    channel_id  TEXT,
    in_thread   INTEGER NOT NULL, -- 1 when `channel_id` is a thread of the webhook's channel, which an edit has to name
    state       TEXT NOT NULL,    -- JSON {"v":1,…}
    updated     INTEGER NOT NULL
);
INSERT INTO live_new SELECT id, destination, message_id, channel_id, in_thread, state, updated FROM live;
DROP TABLE live;
ALTER TABLE live_new RENAME TO live;
CREATE INDEX live_by_updated ON live (updated);
