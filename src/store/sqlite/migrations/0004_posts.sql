-- The thread that a title became at a destination: later messages of the title go into it.
CREATE TABLE posts (
    destination TEXT NOT NULL,
    title       TEXT NOT NULL,
    thread_id   TEXT NOT NULL,
    updated     INTEGER NOT NULL,
    PRIMARY KEY (destination, title)
) WITHOUT ROWID;
CREATE INDEX posts_by_updated ON posts (updated);

-- 1 when `channel_id` is a thread of the webhook's channel, which an edit has to name.
ALTER TABLE messages ADD COLUMN in_thread INTEGER NOT NULL DEFAULT 0;
