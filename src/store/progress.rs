//! A delivery's way to its end: postponed, with each try noted, until it is settled.

use rusqlite::{Connection, params};

use super::rows::Ask;
use super::{Sent, sql};
use hookbell_model::delivery::{Attempt, MessageRef, Status};
use hookbell_model::timestamp::Timestamp;

/// The end of a delivery.
#[derive(Debug, Clone)]
pub struct Settled {
    pub status: Status,
    pub reason: String,
    pub message: Option<MessageRef>,
    /// Remembers `message` under this key of the destination, for later edits in place.
    pub key: Option<String>,
    /// `message` stands in a thread, which an edit has to name.
    pub in_thread: bool,
    /// Remembers the thread of `message` under this title of the destination, for later messages of the title.
    pub post: Option<String>,
    pub attempt: Option<Attempt>,
    pub possible_repeat: bool,
    /// The message as it stands there now; none where nothing was posted.
    pub sent: Option<Sent>,
}

/// A delivery that has to wait.
#[derive(Debug, Clone)]
pub struct Postponed {
    pub not_before: Timestamp,
    pub reason: String,
    pub attempt: Option<Attempt>,
    /// False for a 429: waiting costs no attempt.
    pub counts: bool,
    pub possible_repeat: bool,
}

/// Tries kept of one delivery: a lane that is told to wait again and again must not fill the disk.
const KEPT_ATTEMPTS: i64 = 100;

/// `sent` is the packed `settled.sent`.
pub(super) fn settle(
    conn: &Connection,
    delivery: i64,
    settled: &Settled,
    sent: Option<&[u8]>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (message, channel) = settled.message.as_ref().map(|at| (&at.id, &at.channel)).unzip();
    let row = params![
        delivery,
        settled.status.as_str(),
        settled.reason,
        message,
        channel,
        settled.possible_repeat,
        settled.attempt.is_some(),
        now.0
    ];
    let Some(destination) = conn.one(sql::SETTLE, row, |row| row.get::<_, String>(0))? else {
        return Ok(());
    };
    if let Some(attempt) = &settled.attempt {
        note(conn, delivery, attempt)?;
    }
    if let Some(sent) = sent {
        conn.change(sql::KEEP_SENT, params![delivery, sent])?;
    }
    if let (Some(key), Some(at)) = (&settled.key, &settled.message) {
        conn.change(sql::REMEMBER, params![destination, key, at.id, at.channel, settled.in_thread, now.0])?;
    }
    if let (Some(title), Some(at)) = (&settled.post, &settled.message) {
        conn.change(sql::REMEMBER_POST, params![destination, title, at.channel, now.0])?;
    }
    Ok(())
}

pub(super) fn postpone(
    conn: &Connection,
    delivery: i64,
    postponed: &Postponed,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Postponed { not_before, reason, attempt, counts, possible_repeat } = postponed;
    let row = params![delivery, not_before.0, reason, possible_repeat, counts, now.0];
    if conn.change(sql::POSTPONE, row)? > 0
        && let Some(attempt) = attempt
    {
        note(conn, delivery, attempt)?;
    }
    Ok(())
}

fn note(conn: &Connection, delivery: i64, attempt: &Attempt) -> rusqlite::Result<()> {
    let took = i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX);
    conn.change(sql::NEW_ATTEMPT, params![delivery, attempt.at.0, took, attempt.outcome, attempt.detail])?;
    conn.change(sql::OLD_ATTEMPTS, [delivery, KEPT_ATTEMPTS]).map(|_| ())
}
