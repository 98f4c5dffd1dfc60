-- The forum post of a thing, at destinations whose posts are per key.
CREATE TABLE threads (
    destination TEXT NOT NULL,
    thread_id   TEXT NOT NULL,
    title       TEXT NOT NULL,
    over        INTEGER NOT NULL,           -- 1 when its thing is over
    archive_at  INTEGER,                    -- when it is to be archived; NULL = not, or it is
    attempts    INTEGER NOT NULL DEFAULT 0, -- to archive it
    delivery    INTEGER NOT NULL,           -- the last one in it
    updated     INTEGER NOT NULL,
    PRIMARY KEY (destination, thread_id)
) WITHOUT ROWID;
CREATE INDEX threads_by_updated ON threads (updated);
CREATE INDEX threads_to_archive ON threads (destination, archive_at) WHERE archive_at IS NOT NULL;

-- The names of its thing.
CREATE TABLE thread_keys (
    destination TEXT NOT NULL,
    key         TEXT NOT NULL,
    thread_id   TEXT NOT NULL,
    PRIMARY KEY (destination, key)
) WITHOUT ROWID;
CREATE INDEX thread_keys_by_thread ON thread_keys (destination, thread_id);
