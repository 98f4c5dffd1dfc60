//! Converts rows to events, deliveries and attempts; what is stored as JSON carries a version, so that a later program
//! can read it.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Params, Row};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::error::{Error, Result};
use hookbell_model::delivery::{Attempt, Delivery, MessageRef, ParkReason, Reason};
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::receipt::Receipt;
use hookbell_model::string_enum::UnknownWord;
use hookbell_model::timestamp::Timestamp;

/// The version of all that is stored as JSON.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    v: u32,
    #[serde(flatten)]
    value: T,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Headers {
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) receipt: Option<Receipt>,
}

pub(super) fn to_json<T: Serialize>(value: T) -> Result<String> {
    serde_json::to_string(&Versioned { v: VERSION, value })
        .map_err(|error| Error::Unavailable(format!("cannot be written as JSON: {error}")))
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    read_json(row.get_ref(at)?.as_str()?.as_bytes(), at)
}

pub(super) fn read_json<T: DeserializeOwned>(text: &[u8], at: usize) -> rusqlite::Result<T> {
    let stored: Versioned<T> = serde_json::from_slice(text).map_err(|error| unreadable(at, error))?;
    if stored.v > VERSION {
        return Err(unreadable(at, format!("it was written by a newer hookbell (version {})", stored.v)));
    }
    Ok(stored.value)
}

pub(super) fn unreadable(at: usize, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, Type::Text, why.into())
}

pub(super) fn word<T: FromStr<Err = UnknownWord>>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    row.get_ref(at)?.as_str()?.parse::<T>().map_err(|error| unreadable(at, error))
}

pub(super) fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        id: EventId(row.get(0)?),
        source: row.get(1)?,
        provider: row.get(2)?,
        reference: row.get(3)?,
        event_type: row.get(4)?,
        topic: word(row, 5)?,
        facts: from_json(row, 6)?,
        time: Timestamp(row.get(7)?),
        received: Timestamp(row.get(8)?),
    })
}

pub(super) fn raw(row: &Row<'_>) -> rusqlite::Result<Raw> {
    let Headers { headers, .. } = from_json(row, 0)?;
    Ok(Raw { headers, body: row.get(1)? })
}

/// How an event came in, from the row that [`raw`] reads.
pub(super) fn receipt(row: &Row<'_>) -> rusqlite::Result<Option<Receipt>> {
    let Headers { receipt, .. } = from_json(row, 0)?;
    Ok(receipt)
}

pub(super) fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: row.get(0)?,
        event: EventId(row.get(1)?),
        destination: row.get(2)?,
        plan: from_json(row, 3)?,
        status: word(row, 4)?,
        attempts: row.get(5)?,
        not_before: Timestamp(row.get(6)?),
        reason: reason(row, 7)?,
        message: message(row, 9)?,
        possible_repeat: row.get(11)?,
        created: Timestamp(row.get(12)?),
        updated: Timestamp(row.get(13)?),
    })
}

/// From two columns: words, and the same as JSON. A row that was kept before there was JSON has words alone.
pub(super) fn reason(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Reason>> {
    if let Some(json) = row.get_ref(at + 1)?.as_str_or_null().map_err(|error| unreadable(at + 1, error))? {
        return read_json(json.as_bytes(), at + 1).map(Some);
    }
    let text: String = row.get(at)?;
    Ok((!text.is_empty()).then_some(Reason::Untyped { text }))
}

/// As [`reason`], for a lane; none where it is not parked.
pub(super) fn park_reason(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<ParkReason>> {
    if let Some(json) = row.get_ref(at + 1)?.as_str_or_null().map_err(|error| unreadable(at + 1, error))? {
        return read_json(json.as_bytes(), at + 1).map(Some);
    }
    Ok(row.get::<_, Option<String>>(at)?.map(|text| ParkReason::Untyped { text }))
}

/// From two columns, which may be empty.
pub(super) fn message(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<MessageRef>> {
    let (id, channel): (Option<String>, Option<String>) = (row.get(at)?, row.get(at + 1)?);
    Ok(id.zip(channel).map(|(id, channel)| MessageRef { id, channel }))
}

pub(super) fn attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    Ok(Attempt {
        at: Timestamp(row.get(0)?),
        took: Duration::from_millis(natural(row, 1)?),
        outcome: word(row, 2)?,
        detail: row.get(3)?,
    })
}

/// A count; SQLite has signed integers only.
pub(super) fn natural(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(|number| u64::try_from(number).unwrap_or(0))
}

/// The three kinds of query, over statements that stay prepared.
pub(super) trait QueryExt {
    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>>;
    fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>>;
    /// Returns how many rows were changed.
    fn change(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize>;
}

impl QueryExt for rusqlite::Connection {
    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        self.prepare_cached(sql)?.query_row(params, read).optional()
    }

    fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.prepare_cached(sql)?.query_map(params, read)?.collect()
    }

    fn change(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
        self.prepare_cached(sql)?.execute(params)
    }
}
