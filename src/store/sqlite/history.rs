//! Events with what was posted for them, page by page.

use rusqlite::Connection;

use super::super::error::Result;
use super::super::query::{EventFilter, HistoryEntry};
use super::rows::{self, QueryExt};
use super::{Sqlite, recent, sent, sql};
use hookbell_model::delivery::Delivery;
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;

/// In bytes. A page ends early when its bodies together are as large.
const PAGE_BYTES: usize = 8 << 20;

impl Sqlite {
    pub(in super::super) async fn history(
        &self,
        since: Option<Timestamp>,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>> {
        self.readers.query(move |conn| page(conn, since, before, limit)).await
    }
}

fn page(
    conn: &Connection,
    since: Option<Timestamp>,
    before: Option<EventId>,
    limit: usize,
) -> rusqlite::Result<Vec<HistoryEntry>> {
    let (mut page, mut bytes) = (Vec::new(), 0);
    for seq in recent::numbers(conn, &EventFilter { since, ..EventFilter::default() }, before, limit)? {
        let Some(entry) = entry(conn, seq)? else { continue };
        bytes += entry.raw.body.len();
        page.push(entry);
        if bytes >= PAGE_BYTES {
            break;
        }
    }
    Ok(page)
}

fn entry(conn: &Connection, seq: i64) -> rusqlite::Result<Option<HistoryEntry>> {
    let event = conn.one(sql::lookup::EVENT, [seq], rows::event)?;
    let Some((event, raw)) = event.zip(conn.one(sql::lookup::RAW, [seq], rows::raw)?) else { return Ok(None) };
    let with_sent = |delivery: Delivery| {
        let sent = conn.one(sql::lookup::SENT, [delivery.id], |row| sent::unpack(row, 0))?;
        Ok((delivery, sent))
    };
    let deliveries = conn.all(sql::lookup::DELIVERIES, [seq], rows::delivery)?;
    let deliveries = deliveries.into_iter().map(with_sent).collect::<rusqlite::Result<_>>()?;
    Ok(Some(HistoryEntry { event, raw, deliveries }))
}
