-- What somebody searched for, for the buttons below the answer: a button's id holds no text.
CREATE TABLE kept_queries (
    key     TEXT PRIMARY KEY,
    asker   TEXT NOT NULL, -- a user's id
    text    TEXT NOT NULL,
    expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX kept_queries_by_asker ON kept_queries (asker, expires);
