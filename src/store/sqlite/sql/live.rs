//! Live messages, their keys, reminders, and the edits of earlier messages.

pub(in super::super) const LIVE_MESSAGE: &str = "
    SELECT l.id, l.message_id, l.channel_id, l.in_thread, l.slot, l.state, l.handling
    FROM live_keys k JOIN live l ON l.id = k.live WHERE k.destination = ?1 AND k.key = ?2";
pub(in super::super) const NEW_LIVE: &str = "
    INSERT INTO live (destination, message_id, channel_id, in_thread, slot, state, updated, remind_at, firing, escalate_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, iif(?9 AND ?2 IS NOT NULL, ?7, NULL), iif(?9 AND ?2 IS NOT NULL, ?7 + ?10, NULL))";
/// Without a message it keeps its own.
pub(in super::super) const UPDATE_LIVE: &str = "
    UPDATE live SET message_id = coalesce(?2, message_id), channel_id = coalesce(?3, channel_id),
        in_thread = iif(?2 IS NULL, in_thread, ?4), slot = iif(?2 IS NULL, slot, ?5), state = ?6, updated = ?7, remind_at = ?8,
        firing = iif(?9 AND coalesce(?2, message_id) IS NOT NULL, coalesce(firing, ?7), NULL),
        escalate_at = iif(?9 AND coalesce(?2, message_id) IS NOT NULL AND escalated < ?11,
            coalesce(escalate_at, coalesce(firing, ?7) + ?10), NULL)
    WHERE id = ?1";
pub(in super::super) const DRAW_AGAIN: &str = "UPDATE live SET redraw = coalesce(redraw, 0) + 1 WHERE id = ?1";
pub(in super::super) const SHOWN_IN: &str =
    "SELECT message_id, channel_id FROM live WHERE id = ?1 AND message_id IS NOT NULL";
/// The newest thing of these names that is in the channel and still open.
pub(in super::super) const NAMED: &str = "
    SELECT k.key, l.state FROM live_keys k JOIN live l ON l.id = k.live
    WHERE k.destination = ?1 AND k.key >= ?2 AND k.key < ?3 AND l.message_id IS NOT NULL
      AND NOT coalesce(l.state ->> '$.closed', 0) AND l.handling ->> '$.resolved' IS NULL ORDER BY l.id DESC LIMIT 1";
pub(in super::super) const DUE_REMINDERS: &str = "
    SELECT l.id, l.destination, l.message_id, l.channel_id, l.state,
        (SELECT guild FROM lanes WHERE lanes.destination = l.destination), l.remind_at
    FROM live l INDEXED BY live_by_reminder WHERE l.remind_at <= ?1 ORDER BY l.remind_at LIMIT ?2";
pub(in super::super) const REMIND_AGAIN: &str = "UPDATE live SET remind_at = ?2 WHERE id = ?1";
pub(in super::super) const KEYS_OF: &str = "SELECT key FROM live_keys WHERE live = ?1";
pub(in super::super) const LEARN_KEY: &str = "
    INSERT INTO live_keys (destination, key, live) VALUES (?1, ?2, ?3)
    ON CONFLICT (destination, key) DO UPDATE SET live = ?3";
pub(in super::super) const MOVE_KEYS: &str = "UPDATE live_keys SET live = ?2 WHERE live = ?1";
/// What was done about a record that ends counts for the one that stays.
pub(in super::super) const KEEP_HANDLING: &str = "
    UPDATE live SET handling = coalesce(handling, (SELECT handling FROM live WHERE id = ?1)) WHERE id = ?2";
pub(in super::super) const FORGET_LIVE: &str = "DELETE FROM live WHERE id = ?1";
pub(in super::super) const FOLLOW: &str = "
    INSERT INTO follow_ups (destination, message_id, slot, channel_id, in_thread, pointer)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (destination, message_id, slot) DO UPDATE SET pointer = ?6, attempts = 0, not_before = 0";
pub(in super::super) const FOLLOW_UP: &str = "
    SELECT message_id, channel_id, in_thread, nullif(slot, -1), pointer, attempts,
        (SELECT guild FROM lanes WHERE lanes.destination = ?1)
    FROM follow_ups WHERE destination = ?1 AND not_before <= ?2 LIMIT 1";
pub(in super::super) const FOLLOW_AGAIN: &str = "
    UPDATE follow_ups SET attempts = attempts + 1, not_before = ?4
    WHERE destination = ?1 AND message_id = ?2 AND slot = ?3";
pub(in super::super) const FOLLOWED: &str = "
    DELETE FROM follow_ups WHERE destination = ?1 AND message_id = ?2 AND slot = ?3 AND pointer = ?4";
pub(in super::super) const KEEP_SHARED: &str = "
    INSERT INTO shared_messages (destination, message_id, message, updated) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (destination, message_id) DO UPDATE SET message = ?3, updated = ?4";
pub(in super::super) const SHARED: &str =
    "SELECT message FROM shared_messages WHERE destination = ?1 AND message_id = ?2";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[LIVE_MESSAGE, NAMED, DUE_REMINDERS, KEYS_OF, FOLLOW_UP, SHARED, SHOWN_IN];
