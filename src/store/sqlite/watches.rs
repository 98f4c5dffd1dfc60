//! What people want to hear of.

use rusqlite::{Row, params};

use super::super::error::Result;
use super::super::watch::{NewWatch, Watch, WatchFilter};
use super::rows::{QueryExt, from_json, natural, to_json};
use super::{Sqlite, sql};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::Timestamp;

impl Sqlite {
    pub(in super::super) async fn watches(&self) -> Result<Vec<Watch>> {
        self.readers.query(|conn| conn.all(sql::watches::WATCHES, [], watch)).await
    }

    pub(in super::super) async fn add_watch(&self, new: NewWatch, most: u64, now: Timestamp) -> Result<Option<i64>> {
        let json = to_json(&new.filter)?;
        self.write(move |conn| {
            let NewWatch { asker, guild, channel, locale, filter: _ } = &new;
            let count = conn.one(sql::watches::COUNT, [asker], |row| natural(row, 0))?;
            if count.unwrap_or_default() >= most {
                return Ok(None);
            }
            conn.change(sql::watches::NEW_WATCH, params![asker, guild, channel, locale, json, now.0])?;
            Ok(Some(conn.last_insert_rowid()))
        })
        .await
    }

    pub(in super::super) async fn end_watch(&self, id: i64, asker: Option<&str>) -> Result<bool> {
        let asker = asker.map(str::to_owned);
        self.write(move |conn| Ok(conn.change(sql::watches::END, params![id, asker])? > 0)).await
    }

    pub(in super::super) async fn watch_noted(&self, id: i64, newest: EventId) -> Result<()> {
        self.write(move |conn| conn.change(sql::watches::NOTED, [id, newest.0]).map(|_| ())).await
    }

    pub(in super::super) async fn newest_event(&self) -> Result<Option<EventId>> {
        let read = |row: &Row<'_>| Ok(row.get::<_, Option<i64>>(0)?.map(EventId));
        Ok(self.readers.query(move |conn| conn.one(sql::watches::NEWEST_EVENT, [], read)).await?.flatten())
    }
}

fn watch(row: &Row<'_>) -> rusqlite::Result<Watch> {
    let filter: WatchFilter = from_json(row, 5)?;
    Ok(Watch {
        id: row.get(0)?,
        what: NewWatch { asker: row.get(1)?, guild: row.get(2)?, channel: row.get(3)?, locale: row.get(4)?, filter },
        noted: EventId(row.get(6)?),
        created: Timestamp(row.get(7)?),
    })
}
