//! Inserts an event with its bytes and deliveries, unless it is the repetition of a kept one. The JSON is made before
//! the writer's turn, by the caller.

use rusqlite::{Connection, params};

use super::super::accepted::Accepted;
use super::super::error::Result;
use super::super::new_event::NewEvent;
use super::rows::{Headers, QueryExt, to_json};
use super::sql;
use hookbell_model::event::{Event, EventId, Identity};

/// An event ready to be inserted.
pub(super) struct PreparedEvent {
    event: Event,
    identity: Identity,
    facts: String,
    headers: String,
    body: Vec<u8>,
    /// Destination, plan and whether it is urgent.
    deliveries: Vec<(String, String, bool)>,
}

impl PreparedEvent {
    pub(super) fn new(NewEvent { event, identity, raw, receipt, deliveries }: NewEvent) -> Result<Self> {
        Ok(Self {
            facts: to_json(&event.facts)?,
            deliveries: deliveries
                .into_iter()
                .map(|new| Ok((new.destination, to_json(&new.plan)?, new.plan.is_urgent(&event))))
                .collect::<Result<_>>()?,
            event,
            identity,
            headers: to_json(Headers { headers: raw.headers, receipt })?,
            body: raw.body,
        })
    }

    pub(super) fn insert(&self, conn: &Connection) -> rusqlite::Result<Accepted> {
        let class = self.class(conn)?;
        let Event { reference, provider, time, received, .. } = &self.event;
        if let Some(kept) = self.repeated(conn, class)? {
            conn.change(sql::REPEATED, params![kept, received.0])?;
            return Ok(Accepted::Duplicate(EventId(kept)));
        }
        let routed = !self.deliveries.is_empty();
        let row = params![class, reference, provider, self.facts, time.0, received.0, routed];
        conn.change(sql::NEW_EVENT, row)?;
        let seq = conn.last_insert_rowid();
        conn.change(sql::NEW_BODY, params![seq, self.headers, self.body])?;
        for (destination, plan, urgent) in &self.deliveries {
            conn.change(sql::NEW_DELIVERY, params![seq, class, destination, plan, received.0, urgent])?;
        }
        Ok(Accepted::New(EventId(seq)))
    }

    /// The kept event that this one repeats. No other transaction inserts before this one ends, and what was inserted
    /// earlier in it is seen.
    fn repeated(&self, conn: &Connection, class: i64) -> rusqlite::Result<Option<i64>> {
        let Event { reference, received, .. } = &self.event;
        match self.identity {
            Identity::Id => conn.one(sql::SAME_ID, params![class, reference], |row| row.get(0)),
            Identity::Body { repeat } => {
                // Either way: requests may be queued in another order than they came, and a clock may be set back. Were
                // only the past looked at, an event of a clock that was ahead would swallow others until it is past.
                let (after, before) = (received.before(repeat), received.after(repeat));
                conn.one(sql::SAME_BODY, params![class, reference, after.0, before.0], |row| row.get(0))
            }
        }
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
