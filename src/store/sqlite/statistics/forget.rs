//! Removes statistics that are old.

use std::sync::Arc;

use rusqlite::Connection;

use super::bucket::{day, quarter};
use crate::store::error::Result;
use crate::store::sqlite::readers::Readers;
use crate::store::sqlite::rows::QueryExt;
use crate::store::sqlite::sql;
use crate::store::sqlite::writer::WriterHandle;
use hookbell_model::timestamp::Timestamp;

/// Sales removed in one transaction.
const SALES: i64 = 200;

pub(super) async fn forget(readers: &Arc<Readers>, writer: &WriterHandle, before: Timestamp) -> Result<()> {
    let (quarter, day) = (quarter(before), day(before));
    let audiences =
        readers.query(|conn| conn.all(sql::statistics::ALL_AUDIENCES, [], |row| row.get::<_, i64>(0))).await?;
    for audience in audiences {
        let counts = move |conn: &Connection| {
            for (forget, bucket) in sql::statistics::FORGET_COUNTS.into_iter().zip([quarter, day]) {
                conn.change(forget, [audience, bucket])?;
            }
            Ok(())
        };
        writer.run(counts, |()| ()).await?;
    }
    for (guild, place) in readers.query(money_places).await? {
        let row = move |conn: &Connection| conn.change(sql::statistics::FORGET_MONEY, (&guild, &place, quarter));
        writer.run(row, |_| ()).await?;
    }
    writer.run(move |conn| conn.change(sql::statistics::FORGET_SERIES, [day]), |_| ()).await?;
    while writer.run(move |conn| forget_sales(conn, before), |_| ()).await? {}
    Ok(())
}

/// Whether there may be more.
fn forget_sales(conn: &Connection, before: Timestamp) -> rusqlite::Result<bool> {
    let old = conn.all(sql::statistics::OLD_SALES, [before.0, SALES], |row| row.get::<_, i64>(0))?;
    for sale in &old {
        for forget in sql::statistics::FORGET_SALE {
            conn.change(forget, [sale])?;
        }
    }
    Ok(i64::try_from(old.len()) == Ok(SALES))
}

fn money_places(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut places: Vec<(String, String)> = Vec::new();
    // Everything is before every other place.
    let mut next = Some((String::new(), String::new()));
    while let Some(place) = next {
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        next = conn.one(sql::statistics::NEXT_MONEY_PLACE, (&place.0, &place.1), read)?;
        places.push(place);
    }
    Ok(places)
}
