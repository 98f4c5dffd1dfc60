//! The lanes: leases, what is in flight, parking, the channel.

pub(in super::super) const LEASES_ARE_VOID: &str = "
    UPDATE lanes SET left_open = 1, owner = NULL, lease_until = 0 WHERE owner IS NOT NULL";
pub(in super::super) const LANE: &str = "
    SELECT owner, lease_until, left_open, parked_reason, parked_json, parked_fingerprint, parked_since,
           guild, channel, place_fingerprint, paused_json, asked, in_flight, application
    FROM lanes WHERE destination = ?1";
pub(in super::super) const CLAIM: &str = "
    INSERT INTO lanes (destination, owner, lease_until) VALUES (?1, ?2, ?3)
    ON CONFLICT (destination) DO UPDATE SET owner = ?2, lease_until = ?3, left_open = 0";
pub(in super::super) const RELEASE: &str = "UPDATE lanes SET owner = NULL, lease_until = 0 WHERE owner = ?1";
pub(in super::super) const RELEASE_ONE: &str = "
    UPDATE lanes SET owner = NULL, lease_until = 0 WHERE destination = ?1 AND owner = ?2";
pub(in super::super) const IN_FLIGHT: &str = "UPDATE lanes SET in_flight = ?2 WHERE destination = ?1";
pub(in super::super) const IN_FLIGHT_WITH: &str = "
    SELECT destination, in_flight FROM lanes
    WHERE destination = (SELECT destination FROM deliveries WHERE id = ?1) AND in_flight IS NOT NULL";
/// What a lane may have been sending, where it had written down nothing else: the first of each priority.
pub(in super::super) const FIRST_OF_EACH: &str = "
    SELECT id FROM (SELECT id FROM deliveries INDEXED BY deliveries_waiting
        WHERE destination = ?1 AND status = 'pending' AND priority = 1 ORDER BY event, id LIMIT 1)
    UNION ALL
    SELECT id FROM (SELECT id FROM deliveries INDEXED BY deliveries_waiting
        WHERE destination = ?1 AND status = 'pending' AND priority = 0 ORDER BY event, id LIMIT 1)";
pub(in super::super) const PARK: &str = "
    INSERT INTO lanes (destination, parked_reason, parked_json, parked_fingerprint, parked_since)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (destination)
    DO UPDATE SET parked_reason = ?2, parked_json = ?3, parked_fingerprint = ?4, parked_since = ?5";
pub(in super::super) const UNPARK: &str = "
    UPDATE lanes SET parked_reason = NULL, parked_json = NULL, parked_fingerprint = NULL, parked_since = NULL
    WHERE destination = ?1";
pub(in super::super) const FIRST_ATTEMPT: &str = "SELECT at FROM attempts WHERE delivery = ?1 ORDER BY n LIMIT 1";
pub(in super::super) const SET_CHANNEL: &str = "
    INSERT INTO lanes (destination, guild, channel, place_fingerprint, application) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (destination) DO UPDATE SET guild = ?2, channel = ?3, place_fingerprint = ?4, application = ?5";
pub(in super::super) const MOVE_CHANNEL: &str = "
    UPDATE lanes SET channel = ?3 WHERE destination = ?1 AND place_fingerprint = ?2 AND channel IS NOT NULL";
pub(in super::super) const FORGET_CHANNEL: &str = "
    UPDATE lanes SET guild = NULL, channel = NULL, place_fingerprint = NULL, application = NULL WHERE destination = ?1";
pub(in super::super) const ALL_LANES: &str = "SELECT destination FROM lanes ORDER BY destination";
pub(in super::super) const WAITING: &str = "
    SELECT destination, count(*), min(event) FROM deliveries INDEXED BY deliveries_waiting
    WHERE status = 'pending' GROUP BY destination";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[LANE, IN_FLIGHT_WITH, FIRST_OF_EACH, FIRST_ATTEMPT, ALL_LANES, WAITING];
