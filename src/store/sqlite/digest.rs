//! Deliveries that are held back: which are due, what they are, and how they end, all at once, with the event of their
//! digest.

use rusqlite::{Connection, Row, params};

use super::super::accepted::Accepted;
use super::super::digest::{CollectedGroup, Collection};
use super::super::error::Result;
use super::super::new_event::NewEvent;
use super::accept::PreparedEvent;
use super::live::PreparedLiveUpdate;
use super::progress::PreparedReason;
use super::rows::{self, QueryExt};
use super::{Sqlite, sql};
use hookbell_model::delivery::{CollectCause, Collected, Delivery, Reason, RouteName};
use hookbell_model::event::Severity;
use hookbell_model::own_event::DigestEvent;
use hookbell_model::timestamp::Timestamp;

/// A delivery that is to be held back, ready to be written.
struct PreparedCollection {
    collection: Collection,
    reason: PreparedReason,
    live: Option<PreparedLiveUpdate>,
}

/// A digest ready to be inserted.
struct PreparedDigest {
    event: PreparedEvent,
    group: CollectedGroup,
    through: i64,
    now: Timestamp,
}

impl Sqlite {
    pub(in super::super) async fn collect(&self, collections: Vec<Collection>, now: Timestamp) -> Result<()> {
        let prepared: Vec<_> = collections.into_iter().map(PreparedCollection::new).collect();
        self.write(move |conn| prepared.iter().try_for_each(|one| one.write(conn, now))).await
    }

    pub(in super::super) async fn due_digests(
        &self,
        now: Timestamp,
    ) -> Result<(Vec<CollectedGroup>, Option<Timestamp>)> {
        self.readers.query(move |conn| due(conn, now)).await
    }

    pub(in super::super) async fn release(&self, group: CollectedGroup) -> Result<()> {
        let (wakeups, destination) = (self.wakeups.clone(), group.destination.clone());
        let release = move |conn: &Connection| release(conn, &group);
        self.writer()?.run(release, move |()| wakeups.wake(&destination)).await
    }

    pub(in super::super) async fn collected(
        &self,
        group: CollectedGroup,
        after: i64,
        limit: usize,
    ) -> Result<Vec<DigestEvent>> {
        self.readers.query(move |conn| collected(conn, &group, after, limit)).await
    }

    pub(in super::super) async fn accept_digest(
        &self,
        event: NewEvent,
        group: CollectedGroup,
        through: i64,
    ) -> Result<Accepted> {
        let (wakeups, destination) = (self.wakeups.clone(), group.destination.clone());
        let digest = PreparedDigest::new(event, group, through)?;
        self.writer()?.run(move |conn| digest.insert(conn), move |_| wakeups.wake(&destination)).await
    }
}

impl PreparedCollection {
    fn new(collection: Collection) -> Self {
        let live = collection.live.clone().and_then(|update| PreparedLiveUpdate::new(update).ok());
        Self { reason: PreparedReason::new(&collection.reason), live, collection }
    }

    fn write(&self, conn: &Connection, now: Timestamp) -> rusqlite::Result<()> {
        let Collection { delivery, until, .. } = &self.collection;
        let row = params![delivery, until.0, self.reason.text, self.reason.json, now.0];
        let Some(destination) = conn.one(sql::digest::COLLECT, row, |row| row.get::<_, String>(0))? else {
            return Ok(());
        };
        match &self.live {
            Some(update) => update.write(conn, &destination, None, (false, None), now),
            None => Ok(()),
        }
    }
}

impl PreparedDigest {
    fn new(event: NewEvent, group: CollectedGroup, through: i64) -> Result<Self> {
        let now = event.event.received;
        Ok(Self { event: PreparedEvent::new(event)?, group, through, now })
    }

    fn insert(&self, conn: &Connection) -> rusqlite::Result<Accepted> {
        let accepted = self.event.insert(conn)?;
        let (Accepted::New(digest) | Accepted::Duplicate(digest)) = accepted;
        let reason = PreparedReason::new(&Reason::Digested { digest });
        let CollectedGroup { destination, until, plan, .. } = &self.group;
        let route = route(plan.route.as_ref());
        conn.change(
            sql::digest::DIGESTED,
            params![until.0, destination, self.through, route, reason.text, reason.json, self.now.0],
        )?;
        Ok(accepted)
    }
}

/// Groups that are not due and looked at all the same, in case they are of a clock that was ahead.
const MOST_LATER: usize = 100;

/// The groups that are due, and when the next one is. There are few: one or two for each destination that has any.
fn due(conn: &Connection, now: Timestamp) -> rusqlite::Result<(Vec<CollectedGroup>, Option<Timestamp>)> {
    let (mut found, mut next, mut later) = (Vec::new(), None, 0);
    let mut after = (i64::MIN, String::new());
    while let Some(at) = conn.one(sql::digest::NEXT_COLLECTING, params![after.0, after.1], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })? {
        let Some(first) = conn.one(sql::digest::FIRST_COLLECTING, params![at.0, at.1], rows::delivery)? else { break };
        // One that was accepted by a clock that was ahead is not waited for.
        let is_due = at.0 <= now.0 || first.created > now;
        if is_due {
            found.push(group(conn, first)?);
        } else if next.is_none() {
            next = Some(Timestamp(at.0));
        }
        // Of those that are not due only so many are looked at: what is held back may be much.
        later += usize::from(after.0 > now.0);
        if later > MOST_LATER {
            break;
        }
        after = at;
    }
    Ok((found, next))
}

fn group(conn: &Connection, first: Delivery) -> rusqlite::Result<CollectedGroup> {
    let Delivery { destination, not_before: until, plan, reason, created: since, .. } = first;
    let head: Option<i64> =
        conn.one(sql::digest::HEAD_CREATED, [&destination], |row| row.get::<_, Option<i64>>(0))?.flatten();
    let cause = match reason {
        Some(Reason::Collecting { cause, .. }) => cause,
        Some(Reason::Held { .. }) => CollectCause::Hold,
        Some(Reason::Inhibited { .. }) => CollectCause::Inhibition,
        _ => CollectCause::Digest,
    };
    Ok(CollectedGroup {
        is_incomplete: head.is_some_and(|head| head < until.0),
        destination,
        until,
        plan,
        cause,
        since,
    })
}

/// The deliveries of a group beyond this one, in order, with their events.
fn collected(
    conn: &Connection,
    group: &CollectedGroup,
    after: i64,
    limit: usize,
) -> rusqlite::Result<Vec<DigestEvent>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let CollectedGroup { destination, until, plan, .. } = group;
    let route = route(plan.route.as_ref());
    conn.all(sql::digest::COLLECTED, params![until.0, destination, after, route, limit], digest_event)
}

fn digest_event(row: &Row<'_>) -> rusqlite::Result<DigestEvent> {
    let event = rows::event(row)?;
    let collected = match rows::reason(row, 10)? {
        Some(Reason::Collecting { collected, .. }) => collected,
        // Held back in a way that says nothing of its message.
        _ => Collected {
            line: event.facts.subject.clone().unwrap_or_else(|| event.event_type.clone()),
            severity: event.facts.severity.unwrap_or(Severity::Info),
            keys: Vec::new(),
        },
    };
    Ok(DigestEvent { delivery: row.get(9)?, event, collected })
}

/// Brings the deliveries of a group back into their lane.
fn release(conn: &Connection, group: &CollectedGroup) -> rusqlite::Result<()> {
    let CollectedGroup { destination, until, plan, .. } = group;
    conn.change(sql::digest::RELEASE_COLLECTED, params![until.0, destination, route(plan.route.as_ref())]).map(|_| ())
}

fn route(name: Option<&RouteName>) -> &str {
    name.map_or("", RouteName::as_str)
}
