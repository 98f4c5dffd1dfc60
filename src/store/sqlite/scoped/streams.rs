//! The numbers of the events within a scope that an index can tell, in either order.

use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::store::event_status::EventStatus;
use crate::store::query::EventFilter;
use crate::store::scope::Scope;
use crate::store::sqlite::rows::QueryExt;
use crate::store::sqlite::{recent, sql};
use hookbell_model::delivery::Status;
use hookbell_model::timestamp::Timestamp;

/// How far consecutive events in the order of acceptance may be apart in time: `received` is read before the
/// queue, and clocks get set.
const DISORDER_MS: i64 = 3_600_000;
/// What waits has no place of its own.
const WAITING: [Status; 2] = [Status::Pending, Status::Collecting];

/// Which of several numbers are the nearest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    NewestFirst,
    OldestFirst,
}

/// A range of an index: the texts of both orders, and their parameters from ?6 on.
pub(super) struct Stream {
    sql: [&'static str; 2],
    rest: Vec<Value>,
}

/// Numbers between two others, of events that were received within a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    below: i64,
    above: i64,
    since: i64,
    until: i64,
}

impl Window {
    /// None when nothing can match.
    pub(super) fn new(conn: &Connection, filter: &EventFilter) -> rusqlite::Result<Option<Self>> {
        let mut window = Self {
            below: i64::MAX,
            above: 0,
            since: filter.since.map_or(i64::MIN, |since| since.0),
            until: filter.until.map_or(i64::MAX, |until| until.0),
        };
        let first_since = |at: i64| conn.one(sql::recent::FIRST_SINCE, [at], |row| row.get::<_, i64>(0));
        if let Some(Timestamp(since)) = filter.since {
            match first_since(since.saturating_sub(DISORDER_MS))? {
                Some(first) => window.above = first - 1,
                None => return Ok(None),
            }
        }
        if let Some(Timestamp(until)) = filter.until
            && let Some(first) = first_since(until.saturating_add(DISORDER_MS))?
        {
            window.below = first;
        }
        Ok(Some(window))
    }

    pub(super) fn before(self, number: i64) -> Self {
        Self { below: self.below.min(number), ..self }
    }

    pub(super) fn after(self, number: i64) -> Self {
        Self { above: self.above.max(number), ..self }
    }

    /// The nearest numbers of all streams, in their order.
    pub(super) fn nearest(
        mut self,
        conn: &Connection,
        streams: &[Stream],
        order: Order,
        limit: usize,
    ) -> rusqlite::Result<Vec<i64>> {
        let mut found: BTreeSet<i64> = BTreeSet::new();
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        for stream in streams {
            let mut values: Vec<Value> = [self.below, self.above, self.since, self.until, most].map(Value::from).into();
            values.extend(stream.rest.iter().cloned());
            let [newest_first, oldest_first] = stream.sql;
            let text = if order == Order::NewestFirst { newest_first } else { oldest_first };
            found.extend(conn.all(text, params_from_iter(values), |row| row.get::<_, i64>(0))?);
            while found.len() > limit {
                match order {
                    Order::NewestFirst => found.pop_first(),
                    Order::OldestFirst => found.pop_last(),
                };
            }
            // Once full, only nearer ones than the furthest are of use to the streams that follow.
            if found.len() == limit {
                match order {
                    Order::NewestFirst => self.above = found.first().map_or(self.above, |last| self.above.max(*last)),
                    Order::OldestFirst => self.below = found.last().map_or(self.below, |last| self.below.min(*last)),
                }
            }
        }
        Ok(match order {
            Order::NewestFirst => found.into_iter().rev().collect(),
            Order::OldestFirst => found.into_iter().collect(),
        })
    }
}

/// The newest numbers below one, newest first.
pub(super) fn newest(
    conn: &Connection,
    scope: &Scope,
    filter: &EventFilter,
    below: i64,
    limit: usize,
) -> rusqlite::Result<Vec<i64>> {
    let Some(window) = Window::new(conn, filter)? else { return Ok(Vec::new()) };
    window.before(below).nearest(conn, &of(conn, scope, filter)?, Order::NewestFirst, limit)
}

/// The streams of a scope and of what the filter says of source, type, topic and status.
pub(super) fn of(conn: &Connection, scope: &Scope, filter: &EventFilter) -> rusqlite::Result<Vec<Stream>> {
    let any_class = recent::takes_any_class(filter);
    let wanted = if any_class { None } else { Some(recent::classes(conn, filter)?) };
    let statuses = match filter.status {
        Some(EventStatus::Has(status)) => vec![status],
        Some(EventStatus::Unrouted) => vec![Status::Unrouted],
        None => Status::ALL.to_vec(),
    };
    let mut streams = Vec::new();
    if *scope == Scope::Everything {
        let all_classes = || recent::classes(conn, &EventFilter::default());
        let classes = |wanted: &Option<Vec<i64>>| wanted.clone().map_or_else(all_classes, Ok);
        if filter.status.is_none() {
            return Ok(match &wanted {
                None => vec![Stream { sql: sql::scoped::OF_ALL, rest: Vec::new() }],
                Some(wanted) => wanted.iter().map(|class| of_class(sql::scoped::OF_CLASS, *class)).collect(),
            });
        }
        if filter.status == Some(EventStatus::Unrouted) {
            streams.extend(classes(&wanted)?.into_iter().map(|class| of_class(sql::scoped::OF_UNROUTED, class)));
        }
        for destination in recent::all_destinations(conn)? {
            for status in &statuses {
                add_waiting(conn, &destination, *status, wanted.as_deref(), &mut streams)?;
            }
        }
        return Ok(streams);
    }
    for (guild, place) in places(conn, scope)? {
        if any_class && filter.status.is_none() {
            streams.push(Stream { sql: sql::scoped::ALL_OF_PLACE, rest: vec![guild.into(), place.into()] });
            continue;
        }
        let known = conn.all(sql::scoped::CLASSES_OF_PLACE, [&guild, &place], |row| row.get::<_, i64>(0))?;
        for class in known.into_iter().filter(|class| wanted.as_ref().is_none_or(|wanted| wanted.contains(class))) {
            streams.extend(statuses.iter().map(|status| Stream {
                sql: sql::scoped::OF_PLACE,
                rest: vec![class.into(), status.as_str().to_owned().into(), guild.clone().into(), place.clone().into()],
            }));
        }
    }
    for destination in destinations(conn, scope)? {
        for status in statuses.iter().filter(|status| WAITING.contains(status)) {
            add_waiting(conn, &destination, *status, wanted.as_deref(), &mut streams)?;
        }
    }
    Ok(streams)
}

fn of_class(sql: [&'static str; 2], class: i64) -> Stream {
    Stream { sql, rest: vec![class.into()] }
}

fn add_waiting(
    conn: &Connection,
    destination: &str,
    status: Status,
    wanted: Option<&[i64]>,
    streams: &mut Vec<Stream>,
) -> rusqlite::Result<()> {
    let classes = recent::classes_of(conn, destination, status)?;
    let classes = classes.into_iter().filter(|class| wanted.is_none_or(|wanted| wanted.contains(class)));
    streams.extend(classes.map(|class| Stream {
        sql: sql::scoped::OF_DESTINATION,
        rest: vec![class.into(), status.as_str().to_owned().into(), destination.to_owned().into()],
    }));
    Ok(())
}

/// The places of a scope in which something was posted.
pub(super) fn places(conn: &Connection, scope: &Scope) -> rusqlite::Result<Vec<(String, String)>> {
    match scope {
        Scope::Everything => Ok(Vec::new()),
        Scope::Guild(guild) => {
            let mut places: Vec<(String, String)> = Vec::new();
            let next = |after: &str| conn.one(sql::scoped::NEXT_PLACE, [guild.as_str(), after], |row| row.get(0));
            while let Some(place) = next(places.last().map_or("", |(_, place)| place))?.flatten() {
                places.push((guild.clone(), place));
            }
            Ok(places)
        }
        Scope::Channel { guild, channel } => {
            let key = [guild, channel];
            let is_known = !conn.all(sql::scoped::CLASSES_OF_PLACE, key, |_| Ok(()))?.is_empty();
            Ok(is_known.then(|| (guild.clone(), channel.clone())).into_iter().collect())
        }
    }
}

/// The destinations that post within a scope now.
pub(in super::super) fn destinations(conn: &Connection, scope: &Scope) -> rusqlite::Result<Vec<String>> {
    let (guild, channel) = match scope {
        Scope::Everything => return Ok(Vec::new()),
        Scope::Guild(guild) => (guild, None),
        Scope::Channel { guild, channel } => (guild, Some(channel)),
    };
    conn.all(sql::scoped::DESTINATIONS, (guild, channel), |row| row.get(0))
}
