//! Live messages: what they show, the keys that lead to them, and the edits of earlier messages that are still to be
//! made.

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::super::error::Result;
use super::rows::{self, QueryExt, to_json};
use super::{Sqlite, sql, things};
use hookbell_model::delivery::MessageRef;
use hookbell_model::live::{EarlierMessage, FollowUp, LiveMessage, LiveState, LiveUpdate};
use hookbell_model::shared_message::SharedMessage;
use hookbell_model::timestamp::Timestamp;

/// A change of a live message ready to be written.
pub(super) struct PreparedLiveUpdate {
    update: LiveUpdate,
    state: String,
}

/// What an earlier message is edited to.
#[derive(Serialize, Deserialize)]
struct Pointer {
    title: String,
    message: String,
    channel: String,
}

impl Sqlite {
    pub(in super::super) async fn live_messages(
        &self,
        destination: &str,
        keys: Vec<String>,
    ) -> Result<Vec<LiveMessage>> {
        self.readers.query_here(|conn| messages(conn, destination, &keys)).await
    }

    pub(in super::super) async fn shared_message(
        &self,
        destination: &str,
        message: &str,
    ) -> Result<Option<SharedMessage>> {
        self.readers.query_here(|conn| shared(conn, destination, message)).await
    }

    pub(in super::super) async fn open_thing(&self, destination: &str, name: &str) -> Result<Option<(String, String)>> {
        self.readers.query_here(|conn| open_thing(conn, destination, name)).await
    }

    pub(in super::super) async fn follow_up(&self, destination: &str, now: Timestamp) -> Result<Option<FollowUp>> {
        self.readers.query_here(|conn| follow_up(conn, destination, now)).await
    }

    pub(in super::super) async fn settle_follow_up(
        &self,
        destination: &str,
        follow_up: FollowUp,
        shared: Option<SharedMessage>,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        let destination = destination.to_owned();
        let settle =
            move |conn: &Connection| settle_follow_up(conn, &destination, &follow_up, shared.as_ref(), again, now);
        self.write(settle).await
    }
}

impl PreparedLiveUpdate {
    pub(super) fn new(update: LiveUpdate) -> Result<Self> {
        Ok(Self { state: to_json(&update.state)?, update })
    }

    /// `message` is the message from now on; none leaves it as it is. `place`: whether it is in a thread, and its slot in a
    /// shared message.
    pub(super) fn write(
        &self,
        conn: &Connection,
        destination: &str,
        message: Option<&MessageRef>,
        place: (bool, Option<usize>),
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        let own = message.filter(|_| !self.update.stays);
        let record = self.record(conn, destination, own, place, now)?;
        for absorbed in &self.update.absorbed {
            conn.change(sql::live::KEEP_HANDLING, params![absorbed, record])?;
            conn.change(sql::live::MOVE_KEYS, params![absorbed, record])?;
            conn.change(sql::live::FORGET_LIVE, [absorbed])?;
        }
        for key in &self.update.keys {
            conn.change(sql::live::LEARN_KEY, params![destination, key, record])?;
        }
        let shown = match self.update.stays {
            true => {
                conn.change(sql::live::DRAW_AGAIN, [record])?;
                conn.one(sql::live::SHOWN_IN, [record], |row| Ok(MessageRef { id: row.get(0)?, channel: row.get(1)? }))?
            }
            false => message.cloned(),
        };
        match shown {
            Some(shown) if self.update.follow => self.follow(conn, destination, &shown),
            _ => Ok(()),
        }
    }

    /// The number of the record, which is made where there is none.
    fn record(
        &self,
        conn: &Connection,
        destination: &str,
        message: Option<&MessageRef>,
        (in_thread, slot): (bool, Option<usize>),
        now: Timestamp,
    ) -> rusqlite::Result<i64> {
        let (id, channel) = message.map(|at| (&at.id, &at.channel)).unzip();
        let (is_firing, steps) = (self.update.state.is_firing(), self.update.state.escalate.as_slice());
        let after = steps.first().map(|step| i64::try_from(step.after.0.as_millis()).unwrap_or(i64::MAX / 4));
        let steps = i64::try_from(steps.len()).unwrap_or(i64::MAX);
        if let Some(record) = self.update.record
            && conn.change(
                sql::live::UPDATE_LIVE,
                params![
                    record,
                    id,
                    channel,
                    in_thread,
                    column(slot),
                    self.state,
                    now.0,
                    self.remind_at(),
                    is_firing,
                    after,
                    steps
                ],
            )? > 0
        {
            return Ok(record);
        }
        conn.change(
            sql::live::NEW_LIVE,
            params![
                destination,
                id,
                channel,
                in_thread,
                column(slot),
                self.state,
                now.0,
                self.remind_at(),
                is_firing,
                after
            ],
        )?;
        Ok(conn.last_insert_rowid())
    }

    fn remind_at(&self) -> Option<i64> {
        self.update.state.reminder.map(|reminder| reminder.at.0)
    }

    fn follow(&self, conn: &Connection, destination: &str, newer: &MessageRef) -> rusqlite::Result<()> {
        let (message, channel) = (newer.id.clone(), newer.channel.clone());
        let pointer = to_json(Pointer { title: self.update.state.title.clone(), message, channel });
        let Ok(pointer) = pointer else { return Ok(()) };
        for EarlierMessage { id, channel, in_thread, slot } in &self.update.state.earlier {
            conn.change(sql::live::FOLLOW, params![destination, id, slot_number(*slot), channel, in_thread, pointer])?;
        }
        Ok(())
    }
}

fn messages(conn: &Connection, destination: &str, keys: &[String]) -> rusqlite::Result<Vec<LiveMessage>> {
    let mut found: Vec<LiveMessage> = Vec::new();
    for key in keys {
        if let Some(message) = conn.one(sql::live::LIVE_MESSAGE, [destination, key], live_message)?
            && !found.iter().any(|known| known.id == message.id)
        {
            found.push(message);
        }
    }
    Ok(found)
}

fn live_message(row: &Row<'_>) -> rusqlite::Result<LiveMessage> {
    let message = Option::zip(row.get(1)?, row.get(2)?).map(|(id, channel)| MessageRef { id, channel });
    Ok(LiveMessage {
        id: row.get(0)?,
        message,
        in_thread: row.get(3)?,
        slot: slot(row, 4)?,
        state: rows::read_json(row.get_ref(5)?.as_str()?.as_bytes(), 5)?,
        handling: things::handling(row, 6)?,
    })
}

fn follow_up(conn: &Connection, destination: &str, now: Timestamp) -> rusqlite::Result<Option<FollowUp>> {
    conn.one(sql::live::FOLLOW_UP, params![destination, now.0], |row| {
        let Pointer { title, message, channel } = rows::read_json(row.get_ref(4)?.as_str()?.as_bytes(), 4)?;
        Ok(FollowUp {
            message: EarlierMessage {
                id: row.get(0)?,
                channel: row.get(1)?,
                in_thread: row.get(2)?,
                slot: slot(row, 3)?,
            },
            title,
            newer: MessageRef { id: message, channel },
            attempts: row.get(5)?,
            guild: row.get(6)?,
        })
    })
}

fn settle_follow_up(
    conn: &Connection,
    destination: &str,
    done: &FollowUp,
    shared: Option<&SharedMessage>,
    again: Option<Timestamp>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (id, slot) = (&done.message.id, slot_number(done.message.slot));
    if let Some(again) = again {
        conn.change(sql::live::FOLLOW_AGAIN, params![destination, id, slot, again.0])?;
        return Ok(());
    }
    if let Some(shared) = shared {
        keep_shared(conn, destination, id, shared, now)?;
    }
    let (title, message, channel) = (done.title.clone(), done.newer.id.clone(), done.newer.channel.clone());
    // Made as it was when it was kept: another one means that there is something newer to show.
    let pointer = to_json(Pointer { title, message, channel }).unwrap_or_default();
    conn.change(sql::live::FOLLOWED, params![destination, id, slot, pointer]).map(|_| ())
}

/// The name and the title of a thing that is in the channel and still open, by its name; one that ends with `*` stands for
/// all that begin so.
fn open_thing(conn: &Connection, destination: &str, name: &str) -> rusqlite::Result<Option<(String, String)>> {
    let (from, to) = match name.strip_suffix('*') {
        Some(prefix) => (prefix.to_owned(), format!("{prefix}\u{10FFFF}")),
        None => (name.to_owned(), format!("{name}\0")),
    };
    conn.one(sql::live::NAMED, params![destination, from, to], |row| {
        Ok((row.get::<_, String>(0)?, rows::from_json::<LiveState>(row, 1)?.title))
    })
}

fn slot(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<usize>> {
    Ok(row.get::<_, Option<i64>>(at)?.and_then(|slot| usize::try_from(slot).ok()))
}

fn column(slot: Option<usize>) -> Option<i64> {
    slot.and_then(|slot| i64::try_from(slot).ok())
}

/// As part of a primary key, which has no nulls.
fn slot_number(slot: Option<usize>) -> i64 {
    column(slot).unwrap_or(-1)
}

/// Without its JSON, which cannot fail, a slot could not be edited any more; the message itself is posted.
pub(super) fn keep_shared(
    conn: &Connection,
    destination: &str,
    message: &str,
    shared: &SharedMessage,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Ok(json) = to_json(shared) else { return Ok(()) };
    conn.change(sql::live::KEEP_SHARED, params![destination, message, json, now.0]).map(|_| ())
}

fn shared(conn: &Connection, destination: &str, message: &str) -> rusqlite::Result<Option<SharedMessage>> {
    conn.one(sql::live::SHARED, [destination, message], |row| rows::from_json(row, 0))
}
