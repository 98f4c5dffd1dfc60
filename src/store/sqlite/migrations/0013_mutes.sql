-- What an operator muted until when. Written by commands beside the running server.
CREATE TABLE mutes (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    created  INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    matcher  TEXT NOT NULL, -- JSON {"v":1,…}: which deliveries it concerns
    reason   TEXT NOT NULL,
    reported INTEGER        -- when its end was reported; NULL until then
);
CREATE INDEX mutes_unreported ON mutes (until) WHERE reported IS NULL;

-- How many messages each holds back, until that is reported.
CREATE TABLE held_back (
    mute        INTEGER NOT NULL,
    destination TEXT NOT NULL,
    kind        TEXT NOT NULL, -- the event type
    severity    TEXT NOT NULL,
    count       INTEGER NOT NULL,
    PRIMARY KEY (mute, destination, kind, severity)
) WITHOUT ROWID;
