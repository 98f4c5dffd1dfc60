//! Which deliveries of an event are within a scope: where they were posted decides; what waits follows its destination.

use rusqlite::Connection;

use crate::store::query::MessageLink;
use crate::store::scope::Scope;
use crate::store::sqlite::rows::{self, QueryExt};
use crate::store::sqlite::sql;
use hookbell_model::delivery::{Plan, Status};
use hookbell_model::privacy::Masks;

/// A delivery that is within a scope.
pub(super) struct VisibleDelivery {
    pub(super) id: i64,
    pub(super) status: Status,
    pub(super) masks: Masks,
    pub(super) title: String,
    pub(super) message: Option<MessageLink>,
}

pub(super) fn deliveries(conn: &Connection, seq: i64, scope: &Scope) -> rusqlite::Result<Vec<VisibleDelivery>> {
    let all = conn.all(sql::scoped::DELIVERIES, [seq], |row| {
        let text = |at| row.get::<_, Option<String>>(at);
        // Where it is; of what waits, and of what has never been anywhere, where its destination is.
        let place = match (text(4)?, text(5)?) {
            (Some(guild), Some(place)) => Some((guild, place)),
            _ => text(7)?.zip(text(8)?),
        };
        if !is_within(scope, place.as_ref()) {
            return Ok(None);
        }
        let plan: Plan = rows::from_json(row, 3)?;
        let guild = place.map(|(guild, _)| guild);
        let message = guild.zip(text(9)?.zip(text(10)?));
        Ok(Some(VisibleDelivery {
            id: row.get(0)?,
            status: rows::word(row, 2)?,
            masks: plan.masks(),
            title: text(6)?.unwrap_or_default(),
            message: message.map(|(guild, (message, channel))| MessageLink { guild, channel, message }),
        }))
    })?;
    Ok(all.into_iter().flatten().collect())
}

pub(super) fn is_visible(conn: &Connection, seq: i64, scope: &Scope) -> rusqlite::Result<bool> {
    if *scope == Scope::Everything {
        return Ok(conn.one(sql::lookup::EXISTS, [seq], |row| row.get(0))?.unwrap_or(false));
    }
    Ok(!deliveries(conn, seq, scope)?.is_empty())
}

/// As [`is_visible`] of an event that is somewhere else, and takes as long.
pub(super) fn look_in_vain(conn: &Connection, seq: i64) -> rusqlite::Result<()> {
    let nowhere = Scope::Channel { guild: String::new(), channel: String::new() };
    deliveries(conn, seq, &nowhere).map(drop)
}

/// The title of the newest message.
pub(super) fn title(visible: &[VisibleDelivery]) -> String {
    let masks = visible.iter().map(|one| one.masks).reduce(Masks::union).unwrap_or_else(Masks::all);
    let title = visible.iter().rev().map(|one| one.title.as_str()).find(|title| !title.is_empty());
    title.map(|title| masks.text(title).into_owned()).unwrap_or_default()
}

pub(in super::super) fn is_within(scope: &Scope, place: Option<&(String, String)>) -> bool {
    match (scope, place) {
        (Scope::Everything, _) => true,
        (Scope::Guild(guild), Some((at, _))) => guild == at,
        (Scope::Channel { guild, channel }, Some((at, place))) => guild == at && channel == place,
        (_, None) => false,
    }
}
