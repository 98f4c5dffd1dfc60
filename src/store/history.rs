//! Past events with all that was made of them, page by page: for `backtest`.

use rusqlite::Connection;

use super::rows::{self, Ask};
use super::{Filter, Result, Sent, Store, recent, sql};
use hookbell_model::delivery::Delivery;
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::timestamp::Timestamp;

/// A page ends early when its bodies weigh this much.
const PAGE_BYTES: usize = 8 << 20;

/// An event as it came, and what was made of it then.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    pub event: Event,
    pub raw: Raw,
    /// Each with the message as it was posted; none where nothing was, or by a hookbell that did not keep it.
    pub deliveries: Vec<(Delivery, Option<Sent>)>,
}

impl Store {
    /// Events newest first, from before `before` on, at most `limit` and fewer where they are large; an empty page
    /// is the end.
    pub async fn history(&self, since: Option<Timestamp>, before: Option<EventId>, limit: usize) -> Result<Vec<Past>> {
        self.readers.ask(move |conn| page(conn, since, before, limit)).await
    }
}

fn page(
    conn: &Connection,
    since: Option<Timestamp>,
    before: Option<EventId>,
    limit: usize,
) -> rusqlite::Result<Vec<Past>> {
    let (mut page, mut bytes) = (Vec::new(), 0);
    for seq in recent::numbers(conn, &Filter { since, ..Filter::default() }, before, limit)? {
        let Some(past) = past(conn, seq)? else { continue };
        bytes += past.raw.body.len();
        page.push(past);
        if bytes >= PAGE_BYTES {
            break;
        }
    }
    Ok(page)
}

fn past(conn: &Connection, seq: i64) -> rusqlite::Result<Option<Past>> {
    let event = conn.one(sql::EVENT, [seq], rows::event)?;
    let Some((event, raw)) = event.zip(conn.one(sql::RAW, [seq], rows::raw)?) else { return Ok(None) };
    let with_sent = |delivery: Delivery| {
        let sent = conn.one(sql::SENT, [delivery.id], |row| Sent::unpack(row, 0))?;
        Ok((delivery, sent))
    };
    let deliveries = conn.all(sql::DELIVERIES, [seq], rows::delivery)?;
    let deliveries = deliveries.into_iter().map(with_sent).collect::<rusqlite::Result<_>>()?;
    Ok(Some(Past { event, raw, deliveries }))
}
