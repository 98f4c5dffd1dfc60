//! The queue of a lane: its head, and what was posted right before it.

use rusqlite::{Connection, params};

use super::super::error::Result;
use super::super::lane::QueuedDelivery;
use super::rows::{self, QueryExt};
use super::{Sqlite, lookup, sql};
use hookbell_model::delivery::Delivery;
use hookbell_model::timestamp::Timestamp;

/// In bytes. Fewer heads are read when their bodies together are larger.
const HEADS_BYTES: usize = 4 << 20;

impl Sqlite {
    pub(in super::super) async fn heads(&self, destination: &str, limit: usize) -> Result<Vec<QueuedDelivery>> {
        self.readers.query_here(|conn| heads(conn, destination, limit)).await
    }

    pub(in super::super) async fn posts_since(&self, destination: &str, since: Timestamp) -> Result<Vec<Timestamp>> {
        self.readers.query_here(|conn| posts_since(conn, destination, since)).await
    }

    pub(in super::super) async fn last_message(&self, destination: &str, is_urgent: bool) -> Result<Option<u64>> {
        self.readers.query_here(|conn| last_message(conn, destination, is_urgent)).await
    }
}

fn heads(conn: &Connection, destination: &str, limit: usize) -> rusqlite::Result<Vec<QueuedDelivery>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (mut heads, mut bytes) = (Vec::new(), 0);
    for delivery in conn.all(sql::queue::HEADS, params![destination, limit], rows::delivery)? {
        let queued = queued(conn, delivery)?;
        bytes += queued.raw.body.len();
        if !heads.is_empty() && bytes > HEADS_BYTES {
            break;
        }
        heads.push(queued);
    }
    Ok(heads)
}

fn queued(conn: &Connection, delivery: Delivery) -> rusqlite::Result<QueuedDelivery> {
    let (event, raw) = lookup::event(conn, delivery.event)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok(QueuedDelivery { delivery, event, raw })
}

fn posts_since(conn: &Connection, destination: &str, since: Timestamp) -> rusqlite::Result<Vec<Timestamp>> {
    conn.all(sql::queue::POSTS, params![destination, since.0], |row| row.get(0).map(Timestamp))
}

fn last_message(conn: &Connection, destination: &str, is_urgent: bool) -> rusqlite::Result<Option<u64>> {
    let found =
        conn.one(sql::queue::LAST_MESSAGE, params![destination, is_urgent], |row| row.get::<_, Option<i64>>(0))?;
    Ok(found.flatten().and_then(|id| u64::try_from(id).ok()))
}
