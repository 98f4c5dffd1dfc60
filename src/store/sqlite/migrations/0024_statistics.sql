-- Statistics: counters of events and a ledger of sales, written in the transaction that accepts, and kept for 400 days
-- whatever is kept of events.

-- An audience is where an event may be asked about: the places of its deliveries. Each event belongs to one, so counters
-- of several audiences can be added.
CREATE TABLE audiences (
    id      INTEGER PRIMARY KEY,
    members TEXT UNIQUE -- JSON [[destination,guild,place],…]; NULL = another audience has the same
);
-- An empty guild = the place is not known yet; `place` is the webhook's fingerprint then, empty for what waits.
CREATE TABLE audience_members (
    audience    INTEGER NOT NULL,
    destination TEXT NOT NULL,
    guild       TEXT NOT NULL,
    place       TEXT NOT NULL,
    PRIMARY KEY (audience, destination, guild, place)
) WITHOUT ROWID;
CREATE INDEX audience_members_by_place ON audience_members (guild, place, audience);
CREATE INDEX audience_members_unplaced ON audience_members (destination, place) WHERE guild = '';

-- What events are counted by.
CREATE TABLE series (
    id       INTEGER PRIMARY KEY AUTOINCREMENT, -- events may name one that is gone
    source   TEXT NOT NULL,
    topic    TEXT NOT NULL,
    kind     TEXT NOT NULL, -- the event type
    severity TEXT NOT NULL,
    newest   INTEGER NOT NULL, -- the last day that has any, as in day_counts
    UNIQUE (source, topic, kind, severity)
);
-- Quarters of an hour since 1970: every zone's days can be cut from them.
CREATE TABLE quarter_counts (
    audience INTEGER NOT NULL,
    bucket   INTEGER NOT NULL,
    series   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (audience, bucket, series)
) WITHOUT ROWID;
-- The same by days of UTC, for long windows.
CREATE TABLE day_counts (
    audience INTEGER NOT NULL,
    bucket   INTEGER NOT NULL,
    series   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (audience, bucket, series)
) WITHOUT ROWID;
-- Where an event is counted; NULL = it is not.
ALTER TABLE events ADD COLUMN series INTEGER;
ALTER TABLE events ADD COLUMN audience INTEGER;

-- Sales, found by any of the keys that they are known by.
CREATE TABLE sales (
    id      INTEGER PRIMARY KEY,
    source  TEXT NOT NULL,
    updated INTEGER NOT NULL
);
CREATE INDEX sales_by_updated ON sales (updated);
CREATE TABLE sale_keys (
    source TEXT NOT NULL,
    key    TEXT NOT NULL,
    sale   INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE INDEX sale_keys_by_sale ON sale_keys (sale);
-- What each event said of the money of its sale.
CREATE TABLE sale_lines (
    event    INTEGER NOT NULL, -- also when it is pruned
    kind     TEXT NOT NULL,    -- sale, refund, dispute
    sale     INTEGER NOT NULL,
    part     TEXT NOT NULL,    -- empty = the whole
    amount   INTEGER,          -- in the minor unit
    currency TEXT NOT NULL,
    decimals INTEGER NOT NULL, -- of the minor unit
    void     INTEGER NOT NULL,
    test     INTEGER NOT NULL,
    position TEXT NOT NULL,    -- JSON {"v":1,"time":…}
    at       INTEGER NOT NULL, -- when it counts
    audience INTEGER NOT NULL,
    PRIMARY KEY (event, kind)
) WITHOUT ROWID;
CREATE INDEX sale_lines_by_sale ON sale_lines (sale);
CREATE INDEX sale_lines_by_audience ON sale_lines (audience);
-- What the sales add up to, as far as it may be seen in a place. Both empty = everything; an empty place = all of the
-- guild.
CREATE TABLE money (
    guild    TEXT NOT NULL,
    place    TEXT NOT NULL,
    bucket   INTEGER NOT NULL, -- as in quarter_counts
    source   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    test     INTEGER NOT NULL,
    currency TEXT NOT NULL,
    decimals INTEGER NOT NULL,
    amount   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (guild, place, bucket, source, kind, test, currency, decimals)
) WITHOUT ROWID;
