-- Changes that were offered to somebody and wait for the press of a button. The button holds the token, this its hash.
CREATE TABLE confirmations (
    token   BLOB PRIMARY KEY, -- SHA-256
    person  TEXT NOT NULL,    -- a user's id
    guild   TEXT,             -- where it was offered; NULL = in a direct message
    channel TEXT,
    change  TEXT NOT NULL,    -- what is to be done, in the form of who asks
    expires INTEGER NOT NULL,
    spent   INTEGER           -- when it was done
) WITHOUT ROWID;
CREATE INDEX confirmations_by_expiry ON confirmations (expires);
