//! What waits in a lane, and what it posted lately. `pending` is in its lane; `collecting` is in none yet, and not final
//! either.

pub(in super::super) const HEADS: &str = delivery!(
    "INDEXED BY deliveries_waiting
     WHERE destination = ?1 AND status = 'pending' ORDER BY priority DESC, event, id LIMIT ?2"
);
/// A lane posts in order, so what it posted lately is right before its pending deliveries; what overtook them is among
/// the newest.
pub(in super::super) const POSTS: &str = "
    SELECT updated FROM (
        SELECT id, destination, status, updated, message_id FROM (
            SELECT id, destination, status, updated, message_id FROM deliveries
            WHERE id < coalesce((SELECT id FROM deliveries INDEXED BY deliveries_waiting
                                 WHERE destination = ?1 AND status = 'pending' AND priority = 0
                                 ORDER BY event, id LIMIT 1),
                                9223372036854775807)
            ORDER BY id DESC LIMIT 2000)
        UNION
        SELECT id, destination, status, updated, message_id FROM (
            SELECT id, destination, status, updated, message_id, priority FROM deliveries ORDER BY id DESC LIMIT 2000)
        WHERE priority > 0)
    WHERE destination = ?1 AND status = 'delivered' AND updated >= ?2 GROUP BY coalesce(message_id, id) ORDER BY updated";
/// The newest message of a lane, among those that [`POSTS`] examines too: what is urgent, or what is not.
pub(in super::super) const LAST_MESSAGE: &str = "
    SELECT max(CAST(message_id AS INTEGER)) FROM (
        SELECT destination, status, message_id, priority FROM deliveries
        WHERE id < coalesce((SELECT id FROM deliveries INDEXED BY deliveries_waiting
                             WHERE destination = ?1 AND status = 'pending' AND priority = ?2 ORDER BY event, id LIMIT 1),
                            9223372036854775807)
        ORDER BY id DESC LIMIT 2000)
    WHERE destination = ?1 AND status = 'delivered' AND priority = ?2";

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[HEADS];
