-- Where the bot's commands were registered, so that they are removed where the config no longer wants them.
CREATE TABLE registrations (
    application TEXT NOT NULL,
    guild       TEXT NOT NULL, -- empty = everywhere
    PRIMARY KEY (application, guild)
) WITHOUT ROWID;
-- Sessions of the gateway that were begun: Discord allows 1000 a day.
CREATE TABLE gateway_starts (at INTEGER NOT NULL);
CREATE INDEX gateway_starts_by_time ON gateway_starts (at);
