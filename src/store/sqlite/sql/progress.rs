//! What an attempt did to deliveries.

/// What was purged while it was being sent is recorded as it is: delivered.
pub(in super::super) const SETTLE: &str = "
    UPDATE deliveries SET status = ?2, reason = ?3, reason_json = ?4, message_id = coalesce(?5, message_id),
        channel_id = coalesce(?6, channel_id), possible_repeat = ?7 OR (possible_repeat AND NOT ?10),
        attempts = attempts + ?8, updated = ?9, title = coalesce(?11, title),
        guild = coalesce((SELECT guild FROM lanes l WHERE l.destination = deliveries.destination
                          AND (?12 IS NULL OR l.place_fingerprint = ?12) AND l.channel IS NOT NULL), ''),
        place = coalesce((SELECT channel FROM lanes l WHERE l.destination = deliveries.destination
                          AND (?12 IS NULL OR l.place_fingerprint = ?12) AND l.guild IS NOT NULL), ?12, '')
    WHERE id = ?1 AND (status IN ('pending', 'collecting') OR status = 'muted' AND ?2 = 'delivered')
    RETURNING destination";
/// What has ended in a place, for suggestions.
pub(in super::super) const SEEN_IN_PLACE: &str = "
    INSERT INTO place_classes (guild, place, class, newest)
    SELECT guild, place, class, event FROM deliveries WHERE id = ?1 AND guild <> ''
    ON CONFLICT (guild, place, class) DO UPDATE SET newest = max(newest, excluded.newest)";
/// What a webhook posted before its place was known, and what ended with no webhook named.
pub(in super::super) const FIND_PLACE: &str = "
    UPDATE deliveries SET guild = ?2, place = ?3
    WHERE guild = '' AND place IN (?4, '') AND destination = ?1";
pub(in super::super) const FOUND_IN_PLACE: &str = "
    INSERT INTO place_classes (guild, place, class, newest)
    SELECT guild, place, class, max(event) FROM deliveries INDEXED BY deliveries_by_place
    WHERE guild = ?1 AND place = ?2 GROUP BY class
    ON CONFLICT (guild, place, class) DO UPDATE SET newest = max(newest, excluded.newest)";
pub(in super::super) const POSTPONE: &str = "
    UPDATE deliveries SET not_before = ?2, reason = ?3, reason_json = ?4, possible_repeat = possible_repeat OR ?5,
        attempts = attempts + ?6, updated = ?7
    WHERE id = ?1 AND status = 'pending'";
pub(in super::super) const KEEP_SENT: &str = "INSERT OR REPLACE INTO sent (delivery, message) VALUES (?1, ?2)";
pub(in super::super) const NEW_ATTEMPT: &str = "
    INSERT INTO attempts (delivery, n, at, took_ms, outcome, detail)
    VALUES (?1, 1 + coalesce((SELECT max(n) FROM attempts WHERE delivery = ?1), 0), ?2, ?3, ?4, ?5)";
pub(in super::super) const OLD_ATTEMPTS: &str = "
    DELETE FROM attempts
    WHERE delivery = ?1 AND n <= (SELECT max(n) FROM attempts WHERE delivery = ?1) - ?2";
pub(in super::super) const REMEMBER_POST: &str = "
    INSERT INTO posts (destination, title, thread_id, updated) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (destination, title) DO UPDATE SET thread_id = ?3, updated = ?4";
pub(in super::super) const HOLD_BACK: &str = "
    INSERT INTO held_back (mute, destination, kind, severity, count)
    SELECT ?1, d.destination, c.kind, ?3, 1 FROM deliveries d JOIN classes c ON c.id = d.class WHERE d.id = ?2
    ON CONFLICT (mute, destination, kind, severity) DO UPDATE SET count = count + 1";
pub(in super::super) const REPORT_MUTE_AGAIN: &str = "
    UPDATE mutes SET reported = NULL WHERE id = ?1 AND reported IS NOT NULL";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[HOLD_BACK, SEEN_IN_PLACE, FIND_PLACE, FOUND_IN_PLACE];
