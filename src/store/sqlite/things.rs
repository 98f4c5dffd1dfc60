//! Things that are open: lists of them within a scope, what people do about them, and what has to be drawn because of it.

use rusqlite::{Connection, Row, params};

use super::super::error::Result;
use super::super::query::MessageLink;
use super::super::scope::Scope;
use super::super::thing::{Handled, Thing, ThingMessage};
use super::change::Changed;
use super::rows::{self, QueryExt, to_json};
use super::{Sqlite, lookup, sql};
use hookbell_model::audit::AuditAction;
use hookbell_model::delivery::{MessageRef, Plan};
use hookbell_model::handling::{Handling, HandlingChange, Person};
use hookbell_model::live::LiveMessage;
use hookbell_model::timestamp::Timestamp;

impl Sqlite {
    pub(in super::super) async fn firing(&self, scope: Scope, limit: usize) -> Result<Vec<Thing>> {
        self.readers.query(move |conn| firing(conn, &scope, limit)).await
    }

    pub(in super::super) async fn things_of_message(&self, scope: Scope, message: &str) -> Result<Vec<Thing>> {
        let message = message.to_owned();
        self.readers
            .query(move |conn| {
                let found = conn.all(sql::things::BY_MESSAGE, [&message], thing)?;
                visible(conn, found, &scope)
            })
            .await
    }

    pub(in super::super) async fn things_by_key(&self, scope: Scope, key: &str) -> Result<Vec<Thing>> {
        let key = key.to_owned();
        self.readers
            .query(move |conn| {
                let mut found = Vec::new();
                for destination in destinations(conn, &scope)? {
                    found.extend(conn.one(sql::things::BY_KEY, [&destination, &key], thing)?);
                }
                visible(conn, found, &scope)
            })
            .await
    }

    pub(in super::super) async fn handle(
        &self,
        record: i64,
        change: HandlingChange,
        by: Person,
        now: Timestamp,
    ) -> Result<Option<Handled>> {
        let (handled, destinations) = self.change(now, move |conn| handle(conn, record, &change, &by, now)).await?;
        destinations.iter().for_each(|destination| self.wakeups.wake(destination));
        Ok(handled)
    }

    pub(in super::super) async fn thing_message(&self, record: i64) -> Result<Option<ThingMessage>> {
        self.readers.query(move |conn| thing_message(conn, record)).await
    }

    pub(in super::super) async fn to_redraw(&self, destination: &str) -> Result<Option<ThingMessage>> {
        let destination = destination.to_owned();
        self.readers
            .query(move |conn| {
                let next = conn.one(sql::things::TO_REDRAW, [&destination], |row| row.get::<_, i64>(0))?;
                next.map_or(Ok(None), |record| thing_message(conn, record))
            })
            .await
    }

    pub(in super::super) async fn redrawn(&self, record: i64, redraw: i64) -> Result<()> {
        self.write(move |conn| conn.change(sql::things::REDRAWN, [record, redraw]).map(|_| ())).await
    }
}

fn firing(conn: &Connection, scope: &Scope, limit: usize) -> rusqlite::Result<Vec<Thing>> {
    let mut found = Vec::new();
    for destination in destinations(conn, scope)? {
        let row = params![destination, i64::try_from(limit).unwrap_or(i64::MAX)];
        found.extend(conn.all(sql::things::FIRING, row, thing)?);
    }
    let mut found = visible(conn, found, scope)?;
    found.retain(|thing| !thing.is_over());
    Ok(found)
}

fn destinations(conn: &Connection, scope: &Scope) -> rusqlite::Result<Vec<String>> {
    match scope {
        Scope::Everything => conn.all(sql::things::DESTINATIONS, [], |row| row.get(0)),
        scope => super::scoped::destinations(conn, scope),
    }
}

/// Those whose message was posted within the scope, with their links and names.
fn visible(conn: &Connection, found: Vec<Thing>, scope: &Scope) -> rusqlite::Result<Vec<Thing>> {
    let mut visible = Vec::new();
    for mut thing in found {
        let Some(message) = thing.message.as_mut() else { continue };
        let place = conn.one(sql::things::PLACE, params![message.message, thing.destination], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        if !super::scoped::is_within(scope, place.as_ref()) {
            continue;
        }
        message.guild = place.map(|(guild, _)| guild).unwrap_or_default();
        thing.keys = conn.all(sql::live::KEYS_OF, [thing.record], |row| row.get(0))?;
        visible.push(thing);
    }
    Ok(visible)
}

/// Changes the thing, and what is the same thing in other channels of its server. Returns what became of it, and the
/// destinations whose messages have to be drawn again.
fn handle(
    conn: &Connection,
    record: i64,
    change: &HandlingChange,
    by: &Person,
    now: Timestamp,
) -> rusqlite::Result<Changed<(Option<Handled>, Vec<String>)>> {
    let nothing = |handled| Ok(Changed { result: (handled, Vec::new()), action: None });
    let Some(asked) = conn.one(sql::things::BY_RECORD, [record], thing)? else { return nothing(None) };
    let mut handling = asked.handling.clone();
    if let Err(conflict) = handling.apply(change, by.clone(), now) {
        return nothing(Some(Err(conflict)));
    }
    let mut same = vec![asked.clone()];
    let keys: Vec<String> = conn.all(sql::live::KEYS_OF, [record], |row| row.get(0))?;
    for destination in conn.all(sql::things::NEIGHBOURS, [&asked.destination], |row| row.get::<_, String>(0))? {
        for key in &keys {
            let other = conn.one(sql::things::BY_KEY, [&destination, key], thing)?;
            same.extend(
                other.filter(|other| !other.is_over() && !same.iter().any(|known| known.record == other.record)),
            );
        }
    }
    let is_over = handling.resolved.is_some();
    // What was escalated goes on where it is nobody's again.
    let (is_free, at) = (handling.owner.is_none() && !is_over, now.0);
    let json = to_json(&handling).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    for thing in &same {
        let escalates = is_free && thing.firing.is_some() && !thing.state.escalate.is_empty();
        conn.change(sql::things::HANDLE, params![thing.record, json, is_over, escalates, at])?;
    }
    let mut destinations: Vec<String> = same.iter().map(|thing| thing.destination.clone()).collect();
    destinations.dedup();
    let action = AuditAction::Handled { title: asked.title().to_owned(), change: change.clone() };
    Ok(Changed::new((Some(Ok(handling)), destinations), action))
}

fn thing_message(conn: &Connection, record: i64) -> rusqlite::Result<Option<ThingMessage>> {
    let found = conn.one(sql::things::LIVE, [record], |row| {
        let message = Option::zip(row.get(1)?, row.get(2)?).map(|(id, channel)| MessageRef { id, channel });
        let live = LiveMessage {
            id: row.get(0)?,
            message,
            in_thread: row.get(3)?,
            slot: row.get::<_, Option<i64>>(4)?.and_then(|slot| usize::try_from(slot).ok()),
            state: rows::from_json(row, 5)?,
            handling: handling(row, 6)?,
        };
        let redraw = row.get::<_, Option<i64>>(8)?.unwrap_or_default();
        Ok(ThingMessage { destination: row.get(7)?, live, shown: None, redraw })
    })?;
    let Some(mut found) = found else { return Ok(None) };
    if let Some(shown) = found.live.state.shown.as_ref() {
        let plan = conn.one(sql::things::SHOWN_PLAN, params![shown.id.0, found.destination], |row| {
            rows::from_json::<Plan>(row, 0)
        })?;
        let event = lookup::event(conn, shown.id)?;
        found.shown = event.zip(plan).map(|((event, raw), plan)| (event, raw, plan));
    }
    Ok(Some(found))
}

pub(super) fn thing(row: &Row<'_>) -> rusqlite::Result<Thing> {
    let message: Option<(String, String)> = Option::zip(row.get(2)?, row.get(3)?);
    Ok(Thing {
        record: row.get(0)?,
        destination: row.get(1)?,
        keys: Vec::new(),
        message: message.map(|(message, channel)| MessageLink { guild: String::new(), channel, message }),
        state: rows::from_json(row, 4)?,
        handling: handling(row, 5)?,
        firing: row.get::<_, Option<i64>>(6)?.map(Timestamp),
    })
}

/// None that is stored is one in which nothing was done.
pub(super) fn handling(row: &Row<'_>, at: usize) -> rusqlite::Result<Handling> {
    match row.get_ref(at)? {
        rusqlite::types::ValueRef::Null => Ok(Handling::default()),
        _ => rows::from_json(row, at),
    }
}
