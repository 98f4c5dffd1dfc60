//! A page of the events within a scope.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::streams::{self, Order, Window};
use super::visible;
use crate::store::event_status::EventStatus;
use crate::store::query::{EventFilter, EventSummary, Paging, Reached, RecentPage};
use crate::store::scope::Scope;
use crate::store::sqlite::lookup;
use crate::store::sqlite::rows::{self, QueryExt};
use crate::store::sqlite::sql;
use hookbell_model::event::EventId;
use hookbell_model::privacy::Masks;
use hookbell_model::timestamp::Timestamp;

/// How long events are walked that no index can tell; a search that spent it goes on from there at the next question.
const BUDGET: Duration = Duration::from_millis(200);
/// Numbers that are read at a time on such a walk.
const STEP: usize = 2048;

pub(super) fn page(
    conn: &Connection,
    scope: &Scope,
    filter: &EventFilter,
    paging: Paging,
    limit: usize,
) -> rusqlite::Result<RecentPage> {
    let Some(window) = Window::new(conn, filter)? else { return Ok(RecentPage::default()) };
    let streams = streams::of(conn, scope, filter)?;
    let (order, window) = match paging {
        Paging::Newest => (Order::NewestFirst, window),
        Paging::Before(id) => (Order::NewestFirst, window.before(id.0)),
        Paging::After(id) => (Order::OldestFirst, window.after(id.0)),
    };
    let mut walk = Walk { conn, scope, filter, needle: Needle::of(filter), started: Instant::now() };
    let (mut events, reached) = walk.collect(window, &streams, order, limit + 1)?;
    let has_more = events.len() > limit;
    events.truncate(limit);
    match paging {
        // Fewer newer ones than a page: the page of the newest is as new, and full.
        Paging::After(_) if !has_more => page(conn, scope, filter, Paging::Newest, limit),
        Paging::After(_) => {
            events.reverse();
            Ok(RecentPage { events, has_newer: true, has_older: true, reached })
        }
        Paging::Newest => {
            Ok(RecentPage { events, has_newer: false, has_older: has_more || reached.is_some(), reached })
        }
        Paging::Before(_) => {
            Ok(RecentPage { events, has_newer: true, has_older: has_more || reached.is_some(), reached })
        }
    }
}

/// Reads events one after another, and keeps those that fit.
struct Walk<'c> {
    conn: &'c Connection,
    scope: &'c Scope,
    filter: &'c EventFilter,
    needle: Option<Needle>,
    started: Instant,
}

/// What is searched for, in lower case.
struct Needle {
    text: String,
    /// Whether SQL can tell what cannot hold it: what a masked reader sees holds the text only where what is kept does.
    is_plain: bool,
}

impl Needle {
    fn of(filter: &EventFilter) -> Option<Self> {
        let text = filter.search.as_ref()?.trim().to_lowercase();
        // SQL lowers ASCII alone, the facts are JSON, and what covers private text, which is not ASCII, is in no row.
        let is_plain = text.is_ascii() && !text.contains(['"', '\\']) && !text.bytes().any(|c| c < b' ');
        (!text.is_empty()).then_some(Self { text, is_plain })
    }
}

impl Walk<'_> {
    fn collect(
        &mut self,
        mut window: Window,
        streams: &[streams::Stream],
        order: Order,
        limit: usize,
    ) -> rusqlite::Result<(Vec<EventSummary>, Option<Reached>)> {
        let is_indexed = self.needle.is_none() && self.filter.severity.is_none();
        let step = if is_indexed { limit } else { STEP };
        let mut events = Vec::new();
        loop {
            let numbers = window.nearest(self.conn, streams, order, step)?;
            let is_end = numbers.len() < step;
            for seq in numbers {
                window = match order {
                    Order::NewestFirst => window.before(seq),
                    Order::OldestFirst => window.after(seq),
                };
                if let Some(summary) = self.fitting(seq)? {
                    events.push(summary);
                }
                if events.len() >= limit {
                    return Ok((events, None));
                }
                if !is_indexed && self.started.elapsed() > BUDGET {
                    return Ok((events, self.reached(seq)?));
                }
            }
            if is_end {
                return Ok((events, None));
            }
        }
    }

    fn reached(&self, seq: i64) -> rusqlite::Result<Option<Reached>> {
        let received = self.conn.one(sql::lookup::RECEIVED, [seq], |row| row.get::<_, i64>(0))?;
        Ok(received.map(|received| Reached { id: EventId(seq), received: Timestamp(received) }))
    }

    fn fitting(&self, seq: i64) -> rusqlite::Result<Option<EventSummary>> {
        if let Some(needle) = self.needle.as_ref().filter(|needle| needle.is_plain && !self.filter.in_payload) {
            let is_id = EventId(seq).to_string().contains(&needle.text);
            let holds = is_id
                || self
                    .conn
                    .one(sql::scoped::HOLDS, (seq, &needle.text), |row| row.get::<_, Option<bool>>(0))?
                    .flatten()
                    .unwrap_or(false);
            if !holds {
                return Ok(None);
            }
        }
        let Some(event) = self.conn.one(sql::lookup::EVENT, [seq], rows::event)? else { return Ok(None) };
        let visible = visible::deliveries(self.conn, seq, self.scope)?;
        let masks = visible.iter().map(|one| one.masks).reduce(Masks::union).unwrap_or_else(Masks::all);
        let summary = EventSummary {
            status: EventStatus::of(visible.iter().map(|one| one.status)),
            title: visible::title(&visible),
            message: visible.iter().rev().find_map(|one| one.message.clone()),
            event,
            masks,
        };
        let is_severe = self.filter.severity.is_none_or(|wanted| summary.event.facts.severity == Some(wanted));
        let is_found = |needle: &Needle| -> rusqlite::Result<bool> {
            Ok(is_found(&summary, &needle.text)
                || self.filter.in_payload && self.is_in_payload(seq, &summary.masks, needle)?)
        };
        let holds = self.needle.as_ref().map_or(Ok(true), is_found)?;
        Ok((is_severe && holds).then_some(summary))
    }
}

impl Walk<'_> {
    /// Whether the payload, masked as the reader may see it, holds the text.
    fn is_in_payload(&self, seq: i64, masks: &Masks, needle: &Needle) -> rusqlite::Result<bool> {
        let Some((_, raw)) = lookup::event(self.conn, EventId(seq))? else { return Ok(false) };
        let text = String::from_utf8_lossy(&raw.body).to_lowercase();
        // What is masked holds less than what is not, but for what covers private text; an escape may stand for any character.
        if needle.is_plain && !text.contains('\\') && !text.contains(&needle.text) {
            return Ok(false);
        }
        let seen = match serde_json::from_slice::<serde_json::Value>(&raw.body) {
            Ok(mut value) => {
                masks.mask_json(&mut value);
                value.to_string()
            }
            Err(_) => masks.text(&String::from_utf8_lossy(&raw.body)).into_owned(),
        };
        Ok(seen.to_lowercase().contains(&needle.text))
    }
}

/// Whether what the reader may see of an event holds the text.
fn is_found(summary: &EventSummary, text: &str) -> bool {
    let event = summary.masked_event();
    let id = event.id.to_string();
    let seen = [
        Some(id.as_str()),
        Some(event.reference.as_str()),
        Some(summary.title.as_str()),
        event.facts.subject.as_deref(),
        event.facts.actor.as_deref(),
    ];
    seen.into_iter().flatten().any(|seen| seen.to_lowercase().contains(text))
}
