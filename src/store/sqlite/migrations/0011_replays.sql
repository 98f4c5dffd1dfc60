-- Deliveries that were made again by command, so that the same command does not make them twice.
CREATE TABLE replays (
    replayed INTEGER NOT NULL, -- a delivery
    delivery INTEGER NOT NULL, -- the one that brings its content, of the same event
    edits    INTEGER NOT NULL, -- 1 when it edits a posted message
    PRIMARY KEY (replayed, delivery)
) WITHOUT ROWID;
