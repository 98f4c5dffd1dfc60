-- What operators' commands say about lanes, beside the running server.
ALTER TABLE lanes ADD COLUMN paused_json TEXT; -- {"v":1,"since":…,"reason":…}; NULL = not paused
ALTER TABLE lanes ADD COLUMN asked INTEGER; -- when an operator last asked for a retry

-- Counts what is written beside the running server, so that it notices.
CREATE TABLE commands (id INTEGER PRIMARY KEY, count INTEGER NOT NULL);
INSERT INTO commands VALUES (1, 0);
