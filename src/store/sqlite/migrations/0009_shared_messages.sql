-- What waits in a lane goes by urgency, then as it was accepted.
ALTER TABLE deliveries ADD COLUMN priority INTEGER NOT NULL DEFAULT 0; -- 1 = goes before the others
DROP INDEX deliveries_waiting;
CREATE INDEX deliveries_waiting ON deliveries (destination, priority DESC, event) WHERE status = 'pending';

-- The deliveries of the request under way, where it carries several: after a crash these may have been posted. JSON
-- [id,…]
ALTER TABLE lanes ADD COLUMN in_flight TEXT;

-- Messages that were made of several: each has a slot, which can be edited alone.
CREATE TABLE shared_messages (
    destination TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    message     TEXT NOT NULL, -- JSON {"v":1,"slots":[…]}
    updated     INTEGER NOT NULL,
    PRIMARY KEY (destination, message_id)
) WITHOUT ROWID;
CREATE INDEX shared_messages_by_updated ON shared_messages (updated);
ALTER TABLE live ADD COLUMN slot INTEGER; -- in a shared message

CREATE TABLE follow_ups_new (
    destination TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    slot        INTEGER NOT NULL DEFAULT -1, -- in a shared message; -1 = it is none
    channel_id  TEXT NOT NULL,
    in_thread   INTEGER NOT NULL,
    pointer     TEXT NOT NULL, -- JSON {"v":1,"title":…,"message":…,"channel":…}
    attempts    INTEGER NOT NULL DEFAULT 0,
    not_before  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (destination, message_id, slot)
) WITHOUT ROWID;
INSERT INTO follow_ups_new (destination, message_id, channel_id, in_thread, pointer, attempts, not_before)
    SELECT destination, message_id, channel_id, in_thread, pointer, attempts, not_before FROM follow_ups;
DROP TABLE follow_ups;
ALTER TABLE follow_ups_new RENAME TO follow_ups;
