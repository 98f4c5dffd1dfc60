-- What people do about things that are open, and what has to be drawn because of it. A delivery does not change it.
ALTER TABLE live ADD COLUMN handling TEXT;    -- JSON {"v":1,…}
ALTER TABLE live ADD COLUMN redraw INTEGER;   -- counts changes that the message does not show yet; NULL = it shows all
ALTER TABLE live ADD COLUMN firing INTEGER;   -- since when somebody has to do something; NULL = nobody has
ALTER TABLE live ADD COLUMN escalate_at INTEGER;
ALTER TABLE live ADD COLUMN escalated INTEGER NOT NULL DEFAULT 0; -- steps that were taken
CREATE INDEX live_by_redraw ON live (destination) WHERE redraw IS NOT NULL;
CREATE INDEX live_by_firing ON live (destination, firing) WHERE firing IS NOT NULL;
CREATE INDEX live_by_escalation ON live (escalate_at) WHERE escalate_at IS NOT NULL;
CREATE INDEX live_by_message ON live (message_id) WHERE message_id IS NOT NULL;
-- The application that a destination's webhook belongs to; NULL = none: it was made by hand.
ALTER TABLE lanes ADD COLUMN application TEXT;
