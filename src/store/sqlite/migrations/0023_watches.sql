-- What people want to hear of in direct messages.
CREATE TABLE watches (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    asker   TEXT NOT NULL,    -- a user's id
    guild   TEXT NOT NULL,    -- where they look
    channel TEXT,             -- NULL = all of the server
    locale  TEXT NOT NULL,
    filter  TEXT NOT NULL,    -- JSON {"v":1,…}
    noted   INTEGER NOT NULL, -- the newest event that they were told of, or that was there when it began
    created INTEGER NOT NULL
);
CREATE INDEX watches_by_asker ON watches (asker);
