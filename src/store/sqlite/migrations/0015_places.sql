-- Where a delivery was posted, or what its destination's place was when it ended: that decides who may ask about it, also
-- when the destination's name is given to another webhook later. NULL = it follows its destination. An empty guild = the
-- place was not known yet; `place` is the webhook's fingerprint then. `place` of a thread is its channel.
ALTER TABLE deliveries ADD COLUMN guild TEXT;
ALTER TABLE deliveries ADD COLUMN place TEXT;
-- The title that its message bore, without marks.
ALTER TABLE deliveries ADD COLUMN title TEXT;
-- What ended before this was posted where its destination posts now, as far as anybody knows.
UPDATE deliveries SET
    guild = (SELECT guild FROM lanes WHERE lanes.destination = deliveries.destination),
    place = (SELECT channel FROM lanes WHERE lanes.destination = deliveries.destination)
WHERE status NOT IN ('pending', 'collecting');
CREATE INDEX deliveries_by_place ON deliveries (guild, place, class, status, event) WHERE guild IS NOT NULL;
-- The same without a filter: one range.
CREATE INDEX deliveries_by_place_event ON deliveries (guild, place, event) WHERE guild IS NOT NULL;
CREATE INDEX deliveries_by_message ON deliveries (message_id, event) WHERE message_id IS NOT NULL;
-- What a place has seen, for suggestions.
CREATE TABLE place_classes (
    guild  TEXT NOT NULL,
    place  TEXT NOT NULL,
    class  INTEGER NOT NULL,
    newest INTEGER NOT NULL, -- the newest event
    PRIMARY KEY (guild, place, class)
) WITHOUT ROWID;
INSERT INTO place_classes
    SELECT guild, place, class, max(event) FROM deliveries WHERE guild IS NOT NULL AND place IS NOT NULL GROUP BY 1, 2, 3;
