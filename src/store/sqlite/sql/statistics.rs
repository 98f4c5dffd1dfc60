//! Counters of events, and the ledger of sales. A bucket is a quarter of an hour, or a day.

pub(in super::super) const PLACE_OF_DESTINATION: &str = "
    SELECT guild, channel FROM lanes WHERE destination = ?1 AND guild IS NOT NULL AND channel IS NOT NULL";
/// Where the deliveries of an event are; what waits follows its destination.
pub(in super::super) const MEMBERS_OF_EVENT: &str = "
    SELECT d.destination,
        CASE WHEN d.guild IS NOT NULL AND d.place IS NOT NULL THEN d.guild
             WHEN l.guild IS NOT NULL AND l.channel IS NOT NULL THEN l.guild ELSE '' END,
        CASE WHEN d.guild IS NOT NULL AND d.place IS NOT NULL THEN d.place
             WHEN l.guild IS NOT NULL AND l.channel IS NOT NULL THEN l.channel ELSE '' END
    FROM deliveries d LEFT JOIN lanes l ON l.destination = d.destination WHERE d.event = ?1";
/// The event of a delivery that is elsewhere than it is counted.
pub(in super::super) const MISPLACED: &str = "
    SELECT d.event FROM deliveries d JOIN events e ON e.seq = d.event
    WHERE d.id = ?1 AND d.guild IS NOT NULL AND e.audience IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM audience_members m WHERE m.audience = e.audience AND m.destination = d.destination
         AND m.guild = d.guild AND m.place = d.place)";
pub(in super::super) const WAITING_EVENTS: &str = "
    SELECT event FROM deliveries INDEXED BY deliveries_by_status
    WHERE destination = ?1 AND status IN ('pending', 'collecting')";
pub(in super::super) const AUDIENCE: &str = "SELECT id FROM audiences WHERE members = ?1";
pub(in super::super) const NEW_AUDIENCE: &str = "INSERT INTO audiences (members) VALUES (?1)";
pub(in super::super) const NAME_AUDIENCE: &str = "UPDATE audiences SET members = ?2 WHERE id = ?1";
pub(in super::super) const NEW_MEMBER: &str = "
    INSERT OR IGNORE INTO audience_members (audience, destination, guild, place) VALUES (?1, ?2, ?3, ?4)";
pub(in super::super) const MEMBERS: &str = "
    SELECT destination, guild, place FROM audience_members WHERE audience = ?1";
/// Those that wait for the place of a webhook.
pub(in super::super) const UNPLACED: &str = "
    SELECT audience FROM audience_members INDEXED BY audience_members_unplaced
    WHERE guild = '' AND destination = ?1 AND place IN (?2, '')";
pub(in super::super) const FORGET_UNPLACED: &str = "
    DELETE FROM audience_members WHERE audience = ?1 AND destination = ?2 AND guild = '' AND place IN (?3, '')";
pub(in super::super) const ALL_AUDIENCES: &str = "SELECT id FROM audiences";
pub(in super::super) const AUDIENCES_IN: &str = "
    SELECT audience FROM audience_members INDEXED BY audience_members_by_place
    WHERE guild = ?1 AND (?2 IS NULL OR place = ?2)";

pub(in super::super) const SERIES: &str = "
    SELECT id, newest FROM series WHERE source = ?1 AND topic = ?2 AND kind = ?3 AND severity = ?4";
pub(in super::super) const NEW_SERIES: &str = "
    INSERT INTO series (source, topic, kind, severity, newest) VALUES (?1, ?2, ?3, ?4, ?5)";
pub(in super::super) const SERIES_IS_NEW: &str = "UPDATE series SET newest = ?2 WHERE id = ?1";
pub(in super::super) const ALL_SERIES: &str = "SELECT id, source, topic, kind, severity FROM series";
/// ?4 more, by quarters and by days.
pub(in super::super) const COUNT: [&str; 2] = [
    "INSERT INTO quarter_counts (audience, bucket, series, count) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (audience, bucket, series) DO UPDATE SET count = count + ?4",
    "INSERT INTO day_counts (audience, bucket, series, count) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (audience, bucket, series) DO UPDATE SET count = count + ?4",
];
pub(in super::super) const COUNTS: [&str; 2] = [
    "SELECT series, sum(count) FROM quarter_counts WHERE audience = ?1 AND bucket >= ?2 AND bucket < ?3 GROUP BY series",
    "SELECT series, sum(count) FROM day_counts WHERE audience = ?1 AND bucket >= ?2 AND bucket < ?3 GROUP BY series",
];
pub(in super::super) const COUNTED: &str = "
    SELECT series, audience, received FROM events WHERE seq = ?1 AND series IS NOT NULL AND audience IS NOT NULL";
pub(in super::super) const COUNTED_IN: &str = "UPDATE events SET audience = ?2 WHERE seq = ?1";

pub(in super::super) const SALE_OF_KEY: &str = "SELECT sale FROM sale_keys WHERE source = ?1 AND key = ?2";
pub(in super::super) const NEW_SALE: &str = "INSERT INTO sales (source, updated) VALUES (?1, ?2)";
pub(in super::super) const TOUCH_SALE: &str = "UPDATE sales SET updated = max(updated, ?2) WHERE id = ?1";
pub(in super::super) const SOURCE_OF_SALE: &str = "SELECT source FROM sales WHERE id = ?1";
pub(in super::super) const NEW_KEY: &str = "
    INSERT INTO sale_keys (source, key, sale) VALUES (?1, ?2, ?3)
    ON CONFLICT (source, key) DO UPDATE SET sale = ?3 WHERE sale <> ?3";
pub(in super::super) const NEW_LINE: &str = "
    INSERT INTO sale_lines (event, kind, sale, part, amount, currency, decimals, void, test, position, at, audience)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
pub(in super::super) const LINES: &str = "
    SELECT event, kind, part, amount, currency, decimals, void, test, position, at, audience
    FROM sale_lines WHERE sale = ?1 LIMIT ?2";
/// What belongs to sale ?2 belongs to ?1.
pub(in super::super) const MERGE_SALES: [&str; 3] = [
    "UPDATE sale_keys SET sale = ?1 WHERE sale = ?2",
    "UPDATE sale_lines SET sale = ?1 WHERE sale = ?2",
    "DELETE FROM sales WHERE id = ?2 AND id <> ?1",
];
pub(in super::super) const SALES_OF_EVENT: &str = "SELECT sale FROM sale_lines WHERE event = ?1";
pub(in super::super) const SALES_OF_AUDIENCE: &str = "SELECT sale FROM sale_lines WHERE audience = ?1";
pub(in super::super) const LINES_SEEN_IN: &str = "UPDATE sale_lines SET audience = ?2 WHERE event = ?1";
pub(in super::super) const ADD_MONEY: &str = "
    INSERT INTO money (guild, place, bucket, source, kind, test, currency, decimals, amount, count)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
    ON CONFLICT (guild, place, bucket, source, kind, test, currency, decimals)
    DO UPDATE SET amount = amount + ?9, count = count + ?10";
pub(in super::super) const MONEY: &str = "
    SELECT source, kind, test, currency, decimals, sum(amount), sum(count) FROM money
    WHERE guild = ?1 AND place = ?2 AND bucket >= ?3 AND bucket < ?4 GROUP BY 1, 2, 3, 4, 5";

pub(in super::super) const FORGET_COUNTS: [&str; 2] = [
    "DELETE FROM quarter_counts WHERE audience = ?1 AND bucket < ?2",
    "DELETE FROM day_counts WHERE audience = ?1 AND bucket < ?2",
];
pub(in super::super) const FORGET_SERIES: &str = "DELETE FROM series WHERE newest < ?1";
/// The next place that has money, in their order.
pub(in super::super) const NEXT_MONEY_PLACE: &str = "
    SELECT guild, place FROM money WHERE (guild, place) > (?1, ?2) ORDER BY guild, place LIMIT 1";
pub(in super::super) const FORGET_MONEY: &str = "
    DELETE FROM money WHERE guild = ?1 AND place = ?2 AND bucket < ?3";
pub(in super::super) const OLD_SALES: &str = "SELECT id FROM sales WHERE updated < ?1 ORDER BY updated LIMIT ?2";
pub(in super::super) const FORGET_SALE: [&str; 3] = [
    "DELETE FROM sale_keys WHERE sale = ?1",
    "DELETE FROM sale_lines WHERE sale = ?1",
    "DELETE FROM sales WHERE id = ?1",
];

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[
    PLACE_OF_DESTINATION,
    MEMBERS_OF_EVENT,
    MISPLACED,
    WAITING_EVENTS,
    AUDIENCE,
    MEMBERS,
    UNPLACED,
    AUDIENCES_IN,
    SERIES,
    COUNTS[0],
    COUNTS[1],
    COUNTED,
    SALE_OF_KEY,
    SOURCE_OF_SALE,
    LINES,
    SALES_OF_EVENT,
    SALES_OF_AUDIENCE,
    MONEY,
    NEXT_MONEY_PLACE,
    OLD_SALES,
];
