//! Questions of people who may see a part of what is kept: the events of a server or a channel, page by page. Each answer
//! is made of streams, ranges of an index in the order that is wanted, of which the nearest few are merged. Where a
//! filter has no index, the streams are walked until a budget is spent, and the answer says how far that was.

mod follow;
mod kept;
mod page;
mod streams;
mod visible;

use rusqlite::Connection;

use self::kept::Kept;
pub(super) use self::streams::destinations;
pub(super) use self::visible::is_within;
use super::super::error::Result;
use super::super::query::{Class, EventDetails, EventFilter, FollowedEvent, Paging, PrefixMatch, RecentPage};
use super::super::scope::Scope;
use super::rows::QueryExt;
use super::{Sqlite, lookup, recent, sql};
use hookbell_model::delivery::Status;
use hookbell_model::event::EventId;

/// Events named when a prefix fits several.
const NAMED: usize = 10;
/// Prefixes up to this length fit so many events that those in view are walked instead.
const SHORT_PREFIX: usize = 2;
/// Events in view that are walked for a short prefix.
const WALKED: usize = 5_000;
/// Events of one message.
const OF_MESSAGE: usize = 25;

impl Sqlite {
    pub(in super::super) async fn recent_page(
        &self,
        scope: Scope,
        filter: EventFilter,
        paging: Paging,
        limit: usize,
    ) -> Result<RecentPage> {
        self.readers.query(move |conn| page::page(conn, &scope, &filter, paging, limit)).await
    }

    pub(in super::super) async fn events_after(
        &self,
        filter: EventFilter,
        after: EventId,
        limit: usize,
    ) -> Result<Vec<EventId>> {
        self.readers.query(move |conn| follow::after(conn, &filter, after, limit)).await
    }

    pub(in super::super) async fn followed(&self, ids: Vec<EventId>) -> Result<Vec<FollowedEvent>> {
        self.readers.query(move |conn| follow::followed(conn, &ids)).await
    }

    pub(in super::super) async fn find_in(&self, prefix: &str, scope: Scope) -> Result<PrefixMatch> {
        let prefix = prefix.to_owned();
        self.readers.query(move |conn| find(conn, &prefix, &scope)).await
    }

    pub(in super::super) async fn details_in(&self, id: EventId, scope: Scope) -> Result<Option<EventDetails>> {
        self.readers.query(move |conn| details(conn, id, &scope)).await
    }

    pub(in super::super) async fn events_of_message(&self, scope: Scope, message: &str) -> Result<Vec<EventId>> {
        let message = message.to_owned();
        self.readers.query(move |conn| events_of_message(conn, &scope, &message)).await
    }

    pub(in super::super) async fn classes(&self, scope: Scope) -> Result<Vec<Class>> {
        self.readers.query(move |conn| classes(conn, &scope)).await
    }

    pub(in super::super) async fn destinations_in(&self, scope: Scope) -> Result<Vec<String>> {
        self.readers.query(move |conn| streams::destinations(conn, &scope)).await
    }

    pub(in super::super) async fn has_place(&self, scope: Scope) -> Result<bool> {
        self.readers.query(move |conn| has_place(conn, &scope)).await
    }
}

fn find(conn: &Connection, prefix: &str, scope: &Scope) -> rusqlite::Result<PrefixMatch> {
    let mut found = Vec::new();
    if prefix.is_empty() {
        return Ok(PrefixMatch::None);
    }
    if prefix.len() <= SHORT_PREFIX && *scope != Scope::Everything {
        for seq in streams::newest(conn, scope, &EventFilter::default(), i64::MAX, WALKED)? {
            if EventId(seq).to_string().starts_with(prefix) {
                found.push(EventId(seq));
            }
            if found.len() == NAMED {
                break;
            }
        }
    } else {
        let Some(kept) = Kept::read(conn)? else { return Ok(PrefixMatch::None) };
        let Some(candidates) = EventId::candidates(prefix, kept.newest) else { return Ok(PrefixMatch::None) };
        let mut candidates = candidates.take_while(|id| id.0 >= kept.oldest).peekable();
        if candidates.peek().is_none() {
            visible::look_in_vain(conn, kept.instead_of(prefix))?;
        }
        for id in candidates {
            if visible::is_visible(conn, id.0, scope)? {
                found.push(id);
            }
            if found.len() == NAMED {
                break;
            }
        }
    }
    Ok(match found.as_slice() {
        [] => PrefixMatch::None,
        [one] => PrefixMatch::One(*one),
        _ => PrefixMatch::Many(found),
    })
}

fn details(conn: &Connection, id: EventId, scope: &Scope) -> rusqlite::Result<Option<EventDetails>> {
    // First, so that the size of what is elsewhere does not show in the time.
    let Some(kept) = Kept::read(conn)? else { return Ok(None) };
    if !kept.contains(id.0) {
        visible::look_in_vain(conn, kept.instead_of(id.0))?;
        return Ok(None);
    }
    let visible = visible::deliveries(conn, id.0, scope)?;
    if visible.is_empty() && *scope != Scope::Everything {
        return Ok(None);
    }
    let Some(mut details) = lookup::details(conn, id)? else { return Ok(None) };
    details.deliveries.retain(|(delivery, _)| visible.iter().any(|one| one.id == delivery.id));
    details.title = visible::title(&visible);
    details.event = details.masked_event();
    Ok(Some(details))
}

fn events_of_message(conn: &Connection, scope: &Scope, message: &str) -> rusqlite::Result<Vec<EventId>> {
    let mut events = Vec::new();
    let mut all: Vec<i64> = conn.all(sql::scoped::EVENTS_OF_MESSAGE, [message], |row| row.get(0))?;
    // What a digest sums up was posted with it.
    for digest in all.clone().into_iter().take(OF_MESSAGE) {
        let limit = i64::try_from(OF_MESSAGE).unwrap_or(i64::MAX);
        let summed =
            conn.all(sql::scoped::EVENTS_OF_DIGEST, (EventId(digest).to_string(), limit), |row| row.get::<_, i64>(0))?;
        all.extend(summed.into_iter().filter(|seq| !all.contains(seq)).collect::<Vec<_>>());
    }
    for seq in all {
        if visible::is_visible(conn, seq, scope)? {
            events.push(EventId(seq));
        }
        if events.len() == OF_MESSAGE {
            break;
        }
    }
    Ok(events)
}

/// What has been seen, the newest first.
fn classes(conn: &Connection, scope: &Scope) -> rusqlite::Result<Vec<Class>> {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Class { id: row.get(0)?, source: row.get(1)?, topic: row.get(2)?, event_type: row.get(3)? })
    };
    let mut found: Vec<(i64, Class)> = Vec::new();
    if *scope == Scope::Everything {
        for class in conn.all(sql::scoped::ALL_CLASSES, [], read)? {
            let newest = conn.one(sql::scoped::NEWEST_OF_CLASS, [class.id], |row| row.get::<_, Option<i64>>(0))?;
            found.extend(newest.flatten().map(|newest| (newest, class)));
        }
    }
    for (guild, place) in streams::places(conn, scope)? {
        let of_place =
            conn.all(sql::scoped::CLASSES_OF_PLACE, [&guild, &place], |row| Ok((row.get(4)?, read(row)?)))?;
        found.extend(of_place);
    }
    for destination in streams::destinations(conn, scope)? {
        for status in [Status::Pending, Status::Collecting] {
            for class in recent::classes_of(conn, &destination, status)? {
                let key = (&destination, status.as_str(), class);
                let newest = conn.one(sql::scoped::NEWEST_WAITING, key, |row| row.get::<_, Option<i64>>(0))?.flatten();
                found.extend(newest.zip(conn.one(sql::scoped::CLASS, [class], read)?));
            }
        }
    }
    found.sort_by(|(a, one), (b, other)| (b, other.id).cmp(&(a, one.id)));
    let mut known = std::collections::BTreeSet::new();
    Ok(found.into_iter().map(|(_, class)| class).filter(|class| known.insert(class.id)).collect())
}

fn has_place(conn: &Connection, scope: &Scope) -> rusqlite::Result<bool> {
    Ok(*scope == Scope::Everything
        || !streams::destinations(conn, scope)?.is_empty()
        || !streams::places(conn, scope)?.is_empty())
}
