-- When a thing that is still open is reported again; NULL = never.
ALTER TABLE live ADD COLUMN remind_at INTEGER;
CREATE INDEX live_by_reminder ON live (remind_at) WHERE remind_at IS NOT NULL;
