//! Audiences: each set of places, in which events may be asked about, has a number.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::store::sqlite::rows::QueryExt;
use crate::store::sqlite::sql;

/// Destination, guild and place; an empty guild = the place is not known yet.
type Member = (String, String, String);

/// The audience of an event that goes to these destinations.
pub(super) fn of_destinations<'d>(
    conn: &Connection,
    destinations: impl Iterator<Item = &'d str>,
) -> rusqlite::Result<i64> {
    let mut members = BTreeSet::new();
    for destination in destinations {
        let place = conn
            .one(sql::statistics::PLACE_OF_DESTINATION, [destination], |row| Ok((row.get(0)?, row.get(1)?)))?
            .unwrap_or_default();
        members.insert((destination.to_owned(), place.0, place.1));
    }
    intern(conn, &members)
}

/// The audience of a kept event, by its deliveries.
pub(super) fn of_event(conn: &Connection, seq: i64) -> rusqlite::Result<i64> {
    let members = conn.all(sql::statistics::MEMBERS_OF_EVENT, [seq], member)?;
    intern(conn, &members.into_iter().collect())
}

/// The members of an audience that wait for the place of a webhook have it from now on.
pub(super) fn place(
    conn: &Connection,
    audience: i64,
    destination: &str,
    fingerprint: &str,
    (guild, place): (&str, &str),
) -> rusqlite::Result<()> {
    conn.change(sql::statistics::FORGET_UNPLACED, (audience, destination, fingerprint))?;
    conn.change(sql::statistics::NEW_MEMBER, (audience, destination, guild, place))?;
    let members: BTreeSet<Member> = conn.all(sql::statistics::MEMBERS, [audience], member)?.into_iter().collect();
    let name = name(&members);
    let same = conn.one(sql::statistics::AUDIENCE, [&name], |row| row.get::<_, i64>(0))?;
    let name = if same.is_some_and(|same| same != audience) { None } else { Some(name) };
    conn.change(sql::statistics::NAME_AUDIENCE, (audience, name)).map(|_| ())
}

/// The places of an audience that are known: guild and place.
pub(super) fn places(conn: &Connection, audience: i64) -> rusqlite::Result<Vec<(String, String)>> {
    let members = conn.all(sql::statistics::MEMBERS, [audience], member)?;
    Ok(members.into_iter().filter(|(_, guild, _)| !guild.is_empty()).map(|(_, guild, place)| (guild, place)).collect())
}

fn intern(conn: &Connection, members: &BTreeSet<Member>) -> rusqlite::Result<i64> {
    let name = name(members);
    if let Some(known) = conn.one(sql::statistics::AUDIENCE, [&name], |row| row.get(0))? {
        return Ok(known);
    }
    conn.change(sql::statistics::NEW_AUDIENCE, [&name])?;
    let audience = conn.last_insert_rowid();
    for (destination, guild, place) in members {
        conn.change(sql::statistics::NEW_MEMBER, (audience, destination, guild, place))?;
    }
    Ok(audience)
}

fn name(members: &BTreeSet<Member>) -> String {
    serde_json::json!(members).to_string()
}

fn member(row: &rusqlite::Row<'_>) -> rusqlite::Result<Member> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}
