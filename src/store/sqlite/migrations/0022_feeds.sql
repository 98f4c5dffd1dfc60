-- What people subscribed channels to in Discord. A feed that has ended has no row; its number is not given again.
CREATE TABLE feeds (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    guild    TEXT NOT NULL,
    channel  TEXT NOT NULL,
    thread   TEXT,             -- NULL = the channel itself
    application TEXT NOT NULL, -- the bot's, whose webhook it is
    webhook  TEXT NOT NULL,    -- the webhook's id
    token    TEXT NOT NULL,    -- the webhook's; a secret
    settings TEXT NOT NULL,    -- JSON {"v":1,…}
    created  INTEGER NOT NULL,
    template INTEGER           -- the version of its own template that is in use; NULL = none
);

-- The templates that were made for a feed, each version.
CREATE TABLE feed_templates (
    feed    INTEGER NOT NULL,
    version INTEGER NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (feed, version)
) WITHOUT ROWID;
