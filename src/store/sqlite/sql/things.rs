//! Things that are open, what people do about them, and escalation.

pub(in super::super) const FIRING: &str = "
    SELECT l.id, l.destination, l.message_id, l.channel_id, l.state, l.handling, l.firing
    FROM live l INDEXED BY live_by_firing WHERE l.destination = ?1 AND l.firing IS NOT NULL ORDER BY l.firing DESC LIMIT ?2";
pub(in super::super) const DESTINATIONS: &str = "SELECT destination FROM lanes ORDER BY destination";
pub(in super::super) const BY_MESSAGE: &str = "
    SELECT l.id, l.destination, l.message_id, l.channel_id, l.state, l.handling, l.firing
    FROM live l INDEXED BY live_by_message WHERE l.message_id = ?1";
pub(in super::super) const BY_KEY: &str = "
    SELECT l.id, l.destination, l.message_id, l.channel_id, l.state, l.handling, l.firing
    FROM live_keys k JOIN live l ON l.id = k.live WHERE k.destination = ?1 AND k.key = ?2";
pub(in super::super) const BY_RECORD: &str = "
    SELECT l.id, l.destination, l.message_id, l.channel_id, l.state, l.handling, l.firing FROM live l WHERE l.id = ?1";
/// Where a message was posted.
pub(in super::super) const PLACE: &str = "
    SELECT guild, place FROM deliveries INDEXED BY deliveries_by_message
    WHERE message_id = ?1 AND destination = ?2 AND guild IS NOT NULL ORDER BY event DESC LIMIT 1";
/// The destinations of the server that one is in, this one included.
pub(in super::super) const NEIGHBOURS: &str = "
    SELECT destination FROM lanes WHERE destination = ?1
        OR guild = (SELECT guild FROM lanes WHERE destination = ?1 AND guild IS NOT NULL)";
pub(in super::super) const HANDLE: &str = "
    UPDATE live SET handling = ?2, redraw = coalesce(redraw, 0) + 1,
        firing = iif(?3, NULL, firing), remind_at = iif(?3, NULL, remind_at),
        escalate_at = iif(?3, NULL, iif(?4, coalesce(escalate_at, ?5), escalate_at))
    WHERE id = ?1";
pub(in super::super) const TO_REDRAW: &str = "
    SELECT id, redraw FROM live INDEXED BY live_by_redraw WHERE destination = ?1 AND redraw IS NOT NULL LIMIT 1";
pub(in super::super) const REDRAWN: &str = "UPDATE live SET redraw = NULL WHERE id = ?1 AND redraw = ?2";
pub(in super::super) const LIVE: &str = "
    SELECT id, message_id, channel_id, in_thread, slot, state, handling, destination, redraw FROM live WHERE id = ?1";
pub(in super::super) const SHOWN_PLAN: &str = "
    SELECT plan FROM deliveries WHERE event = ?1 AND destination = ?2 ORDER BY id DESC LIMIT 1";
pub(in super::super) const DUE_ESCALATIONS: &str = "
    SELECT l.id, l.destination, l.message_id, l.channel_id, l.state, l.handling, l.firing, l.escalated,
        (SELECT guild FROM lanes WHERE lanes.destination = l.destination)
    FROM live l INDEXED BY live_by_escalation WHERE l.escalate_at <= ?1 ORDER BY l.escalate_at LIMIT ?2";
/// Unless somebody has done something meanwhile.
pub(in super::super) const ESCALATED: &str = "
    UPDATE live SET escalated = ?3, escalate_at = ?4 WHERE id = ?1 AND escalated = ?2";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[
    FIRING,
    DESTINATIONS,
    BY_MESSAGE,
    BY_KEY,
    BY_RECORD,
    PLACE,
    NEIGHBOURS,
    TO_REDRAW,
    LIVE,
    SHOWN_PLAN,
    DUE_ESCALATIONS,
];
