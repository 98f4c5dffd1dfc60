//! Inserts an event with its bytes and deliveries. The JSON is made before the writer's turn, by the caller.

use rusqlite::{Connection, params};

use super::super::accepted::Accepted;
use super::super::error::Result;
use super::rows::{Headers, QueryExt, to_json};
use super::sql;
use hookbell_model::delivery::NewDelivery;
use hookbell_model::event::{Event, EventId, Raw};

/// An event ready to be inserted.
pub(super) struct PreparedEvent {
    event: Event,
    facts: String,
    headers: String,
    body: Vec<u8>,
    /// Destination and plan.
    deliveries: Vec<(String, String)>,
}

impl PreparedEvent {
    pub(super) fn new(event: Event, raw: Raw, deliveries: Vec<NewDelivery>) -> Result<Self> {
        Ok(Self {
            facts: to_json(&event.facts)?,
            event,
            headers: to_json(Headers { headers: raw.headers })?,
            body: raw.body,
            deliveries: deliveries
                .into_iter()
                .map(|new| Ok((new.destination, to_json(&new.plan)?)))
                .collect::<Result<_>>()?,
        })
    }

    pub(super) fn insert(&self, conn: &Connection) -> rusqlite::Result<Accepted> {
        let class = self.class(conn)?;
        let Event { reference, provider, time, received, .. } = &self.event;
        let routed = !self.deliveries.is_empty();
        let row = params![class, reference, provider, self.facts, time.0, received.0, routed];
        if conn.change(sql::NEW_EVENT, row)? == 0 {
            let first = conn.one(sql::FIRST_EVENT, params![class, reference], |row| row.get(0))?;
            return first.map(|id| Accepted::Duplicate(EventId(id))).ok_or(rusqlite::Error::QueryReturnedNoRows);
        }
        let seq = conn.last_insert_rowid();
        conn.change(sql::NEW_BODY, params![seq, self.headers, self.body])?;
        for (destination, plan) in &self.deliveries {
            conn.change(sql::NEW_DELIVERY, params![seq, class, destination, plan, received.0])?;
        }
        Ok(Accepted::New(EventId(seq)))
    }

    fn class(&self, conn: &Connection) -> rusqlite::Result<i64> {
        let Event { source, topic, event_type, .. } = &self.event;
        let class = params![source, topic.as_str(), event_type];
        if let Some(known) = conn.one(sql::CLASS, class, |row| row.get(0))? {
            return Ok(known);
        }
        conn.change(sql::NEW_CLASS, class)?;
        Ok(conn.last_insert_rowid())
    }
}
