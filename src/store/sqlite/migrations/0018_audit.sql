-- Who changed what, when and from where. Kept for a year, whatever is kept of events.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL, -- JSON {"v":1,"type":…}
    guild   TEXT,          -- where they were; NULL = not in Discord
    channel TEXT,
    action  TEXT NOT NULL  -- JSON {"v":1,"action":…}
);
CREATE INDEX audit_by_place ON audit (guild, channel, id);
CREATE INDEX audit_by_time ON audit (at);
