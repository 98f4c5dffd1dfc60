-- What is held back for a digest, by when that is due: small, because it holds only what waits.
CREATE INDEX deliveries_collecting ON deliveries (not_before, destination) WHERE status = 'collecting';
