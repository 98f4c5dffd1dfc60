-- What operators' commands say about lanes, beside the running server.
ALTER TABLE lanes ADD COLUMN paused_json TEXT; -- {"v":1,"since":…,"reason":…}; NULL = not paused
ALTER TABLE lanes ADD COLUMN asked INTEGER; -- when an operator last asked for a retry

-- Counts what is written beside the running server, so that it notices.
CREATE TABLE commands (id INTEGER PRIMARY KEY, count INTEGER NOT NULL);
INSERT INTO commands VALUES (1, 0);

-- What the fallback of a lane was told: NULL = that all is well.
ALTER TABLE lanes ADD COLUMN told_json TEXT; -- {"v":1,"state":…,"since":…}

-- Sources of which somebody expects events, and since when it is reported that nothing comes.
CREATE TABLE silences (
    source TEXT PRIMARY KEY,
    since  INTEGER NOT NULL
) WITHOUT ROWID;
