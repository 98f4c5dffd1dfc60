-- What a digest or a storm sums up, found by its event.
CREATE INDEX deliveries_by_digest ON deliveries (reason_json ->> '$.digest', event)
    WHERE status = 'merged' AND reason_json ->> '$.digest' IS NOT NULL;
