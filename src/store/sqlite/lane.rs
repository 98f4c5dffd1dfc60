//! Lanes: the lease, parking, the channel of the webhook, and the state of all of them.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};

use super::super::error::Result;
use super::super::lane::{ClaimedLane, LaneState, Parked, Paused, WebhookChannel};
use super::rows::{self, QueryExt, natural, park_reason, to_json};
use super::{Sqlite, feeds, sql, statistics};
use hookbell_model::timestamp::Timestamp;

struct LaneRow {
    owner: Option<String>,
    until: Timestamp,
    left_open: bool,
    parked: Option<Parked>,
    channel: Option<WebhookChannel>,
    in_flight: Option<String>,
    paused: Option<Paused>,
    asked: Option<Timestamp>,
}

impl Sqlite {
    pub(in super::super) async fn claim_lane(
        &self,
        destination: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<ClaimedLane>> {
        let (destination, owner) = (destination.to_owned(), owner.to_owned());
        self.write(move |conn| claim(conn, &destination, &owner, now, until)).await
    }

    pub(in super::super) async fn release_lanes(&self, owner: &str) -> Result<()> {
        let owner = owner.to_owned();
        self.write(move |conn| release(conn, &owner)).await
    }

    pub(in super::super) async fn release_lane(&self, destination: &str, owner: &str) -> Result<()> {
        let (destination, owner) = (destination.to_owned(), owner.to_owned());
        self.write(move |conn| release_one(conn, &destination, &owner)).await
    }

    pub(in super::super) async fn set_in_flight(&self, destination: &str, deliveries: Vec<i64>) -> Result<()> {
        let destination = destination.to_owned();
        self.write(move |conn| set_in_flight(conn, &destination, &deliveries)).await
    }

    pub(in super::super) async fn open_deliveries(&self, destination: &str) -> Result<Vec<i64>> {
        let destination = destination.to_owned();
        self.write(move |conn| open_deliveries(conn, &destination)).await
    }

    pub(in super::super) async fn park_lane(&self, destination: &str, parked: Parked) -> Result<()> {
        let destination = destination.to_owned();
        self.write(move |conn| park(conn, &destination, &parked)).await
    }

    pub(in super::super) async fn unpark_lane(&self, destination: &str) -> Result<()> {
        let (destination, wakeups, freed) = (destination.to_owned(), self.wakeups.clone(), destination.to_owned());
        self.writer()?.run(move |conn| unpark(conn, &destination), move |()| wakeups.wake(&freed)).await
    }

    pub(in super::super) async fn set_channel(&self, destination: &str, channel: WebhookChannel) -> Result<()> {
        let destination = destination.to_owned();
        self.write(move |conn| set_channel(conn, &destination, &channel)).await
    }

    pub(in super::super) async fn move_channel(
        &self,
        destination: &str,
        fingerprint: String,
        channel: &str,
    ) -> Result<()> {
        let row = (destination.to_owned(), fingerprint, channel.to_owned());
        let moved = move |conn: &Connection| match conn.change(sql::lane::MOVE_CHANNEL, (&row.0, &row.1, &row.2))? {
            0 => Ok(()),
            _ => statistics::destination_moved(conn, &row.0),
        };
        self.write(moved).await
    }

    pub(in super::super) async fn forget_channel(&self, destination: &str) -> Result<()> {
        let destination = destination.to_owned();
        let forgotten = move |conn: &Connection| {
            conn.change(sql::lane::FORGET_CHANNEL, [&destination])?;
            statistics::destination_moved(conn, &destination)
        };
        self.write(forgotten).await
    }

    pub(in super::super) async fn lanes(&self) -> Result<Vec<LaneState>> {
        self.readers.query(states).await
    }
}

fn claim(
    conn: &Connection,
    destination: &str,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> rusqlite::Result<Option<ClaimedLane>> {
    // Its lane is about to end.
    if feeds::has_ended(conn, destination)?.is_some() {
        return Ok(None);
    }
    let before = conn.one(sql::lane::LANE, [destination], lane)?;
    let other = before.as_ref().filter(|lane| lane.owner.as_deref().is_some_and(|holder| holder != owner));
    // A lease that lasts much longer than one that begins now was taken before the clock was set back.
    let longest = now.after(until.since(now) * 2);
    if other.is_some_and(|lane| lane.until > now && lane.until <= longest) {
        return Ok(None);
    }
    let expired = other.is_some();
    conn.change(sql::lane::CLAIM, params![destination, owner, until.0])?;
    let Some(LaneRow { parked, paused, asked, channel, left_open, .. }) = before else {
        return Ok(Some(ClaimedLane::default()));
    };
    let left_open = if left_open || expired { open_deliveries(conn, destination)? } else { Vec::new() };
    Ok(Some(ClaimedLane { parked, paused, asked, channel, left_open }))
}

/// What a request may have carried that was under way when its process ended.
fn open_deliveries(conn: &Connection, destination: &str) -> rusqlite::Result<Vec<i64>> {
    let in_flight = conn.one(sql::lane::LANE, [destination], lane)?.and_then(|lane| lane.in_flight);
    match in_flight.and_then(|json| serde_json::from_str(&json).ok()) {
        Some(ids) => Ok(ids),
        None => conn.all(sql::lane::FIRST_OF_EACH, [destination], |row| row.get(0)),
    }
}

/// The request of these deliveries is over, and its outcome is recorded with this transaction. Others that may have been
/// posted stay written down.
pub(super) fn landed(conn: &Connection, deliveries: &[i64]) -> rusqlite::Result<()> {
    let Some(first) = deliveries.first() else { return Ok(()) };
    let row = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let Some((destination, json)) = conn.one(sql::lane::IN_FLIGHT_WITH, [first], row)? else { return Ok(()) };
    let mut open: Vec<i64> = serde_json::from_str(&json).unwrap_or_default();
    open.retain(|id| !deliveries.contains(id));
    set_in_flight(conn, &destination, &open)
}

/// The deliveries that may be posted by the request that is made next, or were by one before it; none = the first alone.
fn set_in_flight(conn: &Connection, destination: &str, deliveries: &[i64]) -> rusqlite::Result<()> {
    let json = if deliveries.is_empty() { None } else { serde_json::to_string(deliveries).ok() };
    conn.change(sql::lane::IN_FLIGHT, params![destination, json]).map(|_| ())
}

fn release(conn: &Connection, owner: &str) -> rusqlite::Result<()> {
    conn.change(sql::lane::RELEASE, [owner]).map(|_| ())
}

fn release_one(conn: &Connection, destination: &str, owner: &str) -> rusqlite::Result<()> {
    conn.change(sql::lane::RELEASE_ONE, [destination, owner]).map(|_| ())
}

fn park(conn: &Connection, destination: &str, parked: &Parked) -> rusqlite::Result<()> {
    let Parked { reason, fingerprint, since } = parked;
    let row = params![destination, reason.to_string(), to_json(reason).ok(), fingerprint, since.0];
    conn.change(sql::lane::PARK, row).map(|_| ())
}

fn unpark(conn: &Connection, destination: &str) -> rusqlite::Result<()> {
    conn.change(sql::lane::UNPARK, [destination]).map(|_| ())
}

fn set_channel(conn: &Connection, destination: &str, channel: &WebhookChannel) -> rusqlite::Result<()> {
    let WebhookChannel { guild, channel, fingerprint, application } = channel;
    let before = place(conn, destination)?;
    conn.change(sql::lane::SET_CHANNEL, params![destination, guild, channel, fingerprint, application])?;
    if before.is_some() && before != place(conn, destination)? {
        statistics::destination_moved(conn, destination)?;
    }
    let Some(guild) = guild else { return Ok(()) };
    statistics::place_found(conn, destination, fingerprint, (guild, channel))?;
    if conn.change(sql::progress::FIND_PLACE, params![destination, guild, channel, fingerprint])? > 0 {
        conn.change(sql::progress::FOUND_IN_PLACE, [guild, channel])?;
    }
    Ok(())
}

/// Where a destination posts, as far as it is known.
fn place(conn: &Connection, destination: &str) -> rusqlite::Result<Option<(String, String)>> {
    conn.one(sql::statistics::PLACE_OF_DESTINATION, [destination], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn states(conn: &Connection) -> rusqlite::Result<Vec<LaneState>> {
    let mut waiting = BTreeMap::new();
    for name in conn.all(sql::lane::ALL_LANES, [], |row| row.get::<_, String>(0))? {
        waiting.insert(name, (0, None));
    }
    let depths =
        conn.all(sql::lane::WAITING, [], |row| Ok((row.get(0)?, (natural(row, 1)?, row.get::<_, Option<i64>>(2)?))))?;
    waiting.extend(depths);
    waiting.into_iter().map(|(destination, (depth, first))| state(conn, destination, depth, first)).collect()
}

/// Why the lane makes no requests: its webhook is dead, an operator has stopped it.
pub(super) fn obstacles(conn: &Connection, destination: &str) -> rusqlite::Result<(Option<Parked>, Option<Paused>)> {
    let row = conn.one(sql::lane::LANE, [destination], lane)?;
    Ok(row.map(|lane| (lane.parked, lane.paused)).unwrap_or_default())
}

fn state(conn: &Connection, destination: String, depth: u64, first: Option<i64>) -> rusqlite::Result<LaneState> {
    let oldest = conn.one(sql::lookup::RECEIVED, [first], |row| row.get(0).map(Timestamp))?;
    let head = conn.all(sql::queue::HEADS, (&destination, 1), rows::delivery)?.pop();
    let attempted =
        head.as_ref().map(|head| conn.one(sql::lane::FIRST_ATTEMPT, [head.id], |row| row.get(0).map(Timestamp)));
    let first_attempt = attempted.transpose()?.flatten();
    let row = conn.one(sql::lane::LANE, [&destination], lane)?;
    let (parked, paused, channel) = row.map(|lane| (lane.parked, lane.paused, lane.channel)).unwrap_or_default();
    Ok(LaneState { destination, depth, oldest, parked, paused, head, first_attempt, channel })
}

fn lane(row: &Row<'_>) -> rusqlite::Result<LaneRow> {
    let parked: (_, Option<String>, Option<i64>) = (park_reason(row, 3)?, row.get(5)?, row.get(6)?);
    let channel: (Option<String>, Option<String>, Option<String>) = (row.get(7)?, row.get(8)?, row.get(9)?);
    Ok(LaneRow {
        owner: row.get(0)?,
        until: Timestamp(row.get(1)?),
        left_open: row.get(2)?,
        parked: match parked {
            (Some(reason), Some(fingerprint), Some(since)) => {
                Some(Parked { reason, fingerprint, since: Timestamp(since) })
            }
            _ => None,
        },
        channel: match channel {
            (guild, Some(channel), Some(fingerprint)) => {
                Some(WebhookChannel { guild, channel, fingerprint, application: row.get(13)? })
            }
            _ => None,
        },
        paused: match row.get::<_, Option<String>>(10)? {
            Some(json) => Some(rows::read_json(json.as_bytes(), 10)?),
            None => None,
        },
        asked: row.get::<_, Option<i64>>(11)?.map(Timestamp),
        in_flight: row.get(12)?,
    })
}
