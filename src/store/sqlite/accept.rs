//! Inserts an event with its bytes and deliveries, unless it is the repetition of a kept one. The JSON is made before
//! the writer's turn, by the caller.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::super::accepted::Accepted;
use super::super::error::Result;
use super::super::new_event::NewEvent;
use super::rows::{Headers, QueryExt, to_json};
use super::statistics::{Counted, PreparedCount};
use super::{Sqlite, feeds, sql};
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
    /// None where it is not counted.
    count: Option<PreparedCount>,
}

impl Sqlite {
    pub(in super::super) async fn accept(&self, event: NewEvent) -> Result<Accepted> {
        let wakeups = self.wakeups.clone();
        let destinations: Vec<String> = event.deliveries.iter().map(|delivery| delivery.destination.clone()).collect();
        let event = PreparedEvent::new(event)?;
        let committed = move |accepted: &Accepted| {
            if matches!(accepted, Accepted::New(_)) {
                destinations.iter().for_each(|destination| wakeups.wake(destination));
            }
        };
        self.writer()?.run(move |conn| event.insert(conn), committed).await
    }

    pub(in super::super) async fn accept_all(&self, events: Vec<NewEvent>) -> Result<Vec<Accepted>> {
        let wakeups = self.wakeups.clone();
        let of = |new: &NewEvent| new.deliveries.iter().map(|one| one.destination.clone()).collect::<Vec<_>>();
        let destinations: Vec<Vec<String>> = events.iter().map(of).collect();
        let events: Vec<_> = events.into_iter().map(PreparedEvent::new).collect::<Result<_>>()?;
        let committed = move |accepted: &Vec<Accepted>| {
            let new = accepted.iter().zip(destinations).filter(|(one, _)| matches!(one, Accepted::New(_)));
            let woken: BTreeSet<String> = new.flat_map(|(_, destinations)| destinations).collect();
            woken.iter().for_each(|destination| wakeups.wake(destination));
        };
        self.writer()?.run(move |conn| events.iter().map(|event| event.insert(conn)).collect(), committed).await
    }
}

impl PreparedEvent {
    pub(super) fn new(NewEvent { event, identity, raw, receipt, deliveries, sales }: NewEvent) -> Result<Self> {
        Ok(Self {
            facts: to_json(&event.facts)?,
            deliveries: deliveries
                .into_iter()
                .map(|new| Ok((new.destination, to_json(&new.plan)?, new.plan.is_urgent(&event))))
                .collect::<Result<_>>()?,
            count: PreparedCount::new(&event, sales)?,
            event,
            identity,
            headers: to_json(Headers { headers: raw.headers, receipt })?,
            body: raw.body,
        })
    }

    /// Not in the statistics: nothing has happened.
    pub(super) fn uncounted(self) -> Self {
        Self { count: None, ..self }
    }

    pub(super) fn insert(&self, conn: &Connection) -> rusqlite::Result<Accepted> {
        let class = self.class(conn)?;
        let Event { reference, provider, time, received, .. } = &self.event;
        if let Some(kept) = self.repeated(conn, class)? {
            conn.change(sql::accept::REPEATED, params![kept, received.0])?;
            return Ok(Accepted::Duplicate(EventId(kept)));
        }
        let destinations = self.deliveries.iter().map(|(destination, ..)| destination.as_str());
        let counted = match &self.count {
            Some(count) => Some((count, count.count(conn, &self.event, destinations)?)),
            None => None,
        };
        let (series, audience) = counted.as_ref().map(|(_, Counted { series, audience })| (series, audience)).unzip();
        let routed = !self.deliveries.is_empty();
        let row = params![class, reference, provider, self.facts, time.0, received.0, routed, series, audience];
        conn.change(sql::accept::NEW_EVENT, row)?;
        let seq = conn.last_insert_rowid();
        conn.change(sql::accept::NEW_BODY, params![seq, self.headers, self.body])?;
        for (destination, plan, urgent) in &self.deliveries {
            conn.change(sql::accept::NEW_DELIVERY, params![seq, class, destination, plan, received.0, urgent])?;
            // Routed before the feed ended: nobody would take it.
            if let Some(feed) = feeds::has_ended(conn, destination)? {
                feeds::end_deliveries(conn, feed, ("", ""), *received)?;
            }
        }
        if let Some((count, counted)) = &counted {
            count.record_sales(conn, &self.event, seq, counted)?;
        }
        Ok(Accepted::New(EventId(seq)))
    }

    /// The kept event that this one repeats. No other transaction inserts before this one ends, and what was inserted
    /// earlier in it is seen.
    fn repeated(&self, conn: &Connection, class: i64) -> rusqlite::Result<Option<i64>> {
        let Event { reference, received, .. } = &self.event;
        match self.identity {
            Identity::Id => conn.one(sql::accept::SAME_ID, params![class, reference], |row| row.get(0)),
            Identity::Body { repeat } => {
                // Either way: requests may be queued in another order than they came, and a clock may be set back. Were
                // only the past looked at, an event of a clock that was ahead would swallow others until it is past.
                let (after, before) = (received.before(repeat), received.after(repeat));
                conn.one(sql::accept::SAME_BODY, params![class, reference, after.0, before.0], |row| row.get(0))
            }
        }
    }

    fn class(&self, conn: &Connection) -> rusqlite::Result<i64> {
        let Event { source, topic, event_type, .. } = &self.event;
        let class = params![source, topic.as_str(), event_type];
        if let Some(known) = conn.one(sql::accept::CLASS, class, |row| row.get(0))? {
            return Ok(known);
        }
        conn.change(sql::accept::NEW_CLASS, class)?;
        Ok(conn.last_insert_rowid())
    }
}
