//! What came in after an event, and what has become of events that are followed. Both are ranges of an index or rows by key, so
//! that looking again and again costs what is new alone.

use rusqlite::Connection;

use super::streams::{self, Order, Window};
use super::visible;
use crate::store::query::{EventFilter, FollowedEvent};
use crate::store::scope::Scope;
use crate::store::sqlite::rows::{self, QueryExt};
use crate::store::sqlite::sql;
use hookbell_model::event::EventId;
use hookbell_model::privacy::Masks;

/// Oldest first.
pub(super) fn after(
    conn: &Connection,
    filter: &EventFilter,
    after: EventId,
    limit: usize,
) -> rusqlite::Result<Vec<EventId>> {
    let Some(window) = Window::new(conn, filter)? else { return Ok(Vec::new()) };
    let streams = streams::of(conn, &Scope::Everything, filter)?;
    let found = window.after(after.0).nearest(conn, &streams, Order::OldestFirst, limit)?;
    Ok(found.into_iter().map(EventId).collect())
}

/// Without those that are no longer kept.
pub(super) fn followed(conn: &Connection, ids: &[EventId]) -> rusqlite::Result<Vec<FollowedEvent>> {
    ids.iter().filter_map(|id| one(conn, *id).transpose()).collect()
}

fn one(conn: &Connection, id: EventId) -> rusqlite::Result<Option<FollowedEvent>> {
    let Some(event) = conn.one(sql::lookup::EVENT, [id.0], rows::event)? else { return Ok(None) };
    let deliveries = conn.all(sql::lookup::DELIVERIES, [id.0], rows::delivery)?;
    let masks = deliveries.iter().map(|delivery| delivery.plan.masks()).reduce(Masks::union);
    let title = visible::title(&visible::deliveries(conn, id.0, &Scope::Everything)?);
    Ok(Some(FollowedEvent { event: masks.unwrap_or_else(Masks::all).event(&event), title, deliveries }))
}
