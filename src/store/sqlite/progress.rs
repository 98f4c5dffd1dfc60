//! A delivery's way to its end: postponed, with each try noted, until it is settlement.

use rusqlite::{Connection, params};

use super::super::settlement::{Postponement, Settlement};
use super::rows::QueryExt;
use super::sql;
use hookbell_model::delivery::Attempt;
use hookbell_model::timestamp::Timestamp;

/// Attempts kept of one delivery: a lane that has to wait again and again must not fill the disk.
const KEPT_ATTEMPTS: i64 = 100;

/// `sent` is the packed `settlement.sent`.
pub(super) fn settle(
    conn: &Connection,
    delivery: i64,
    settlement: &Settlement,
    sent: Option<&[u8]>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let (message, channel) = settlement.message.as_ref().map(|at| (&at.id, &at.channel)).unzip();
    let row = params![
        delivery,
        settlement.status.as_str(),
        settlement.reason,
        message,
        channel,
        settlement.possible_repeat,
        settlement.attempt.is_some(),
        now.0
    ];
    let Some(destination) = conn.one(sql::SETTLE, row, |row| row.get::<_, String>(0))? else {
        return Ok(());
    };
    if let Some(attempt) = &settlement.attempt {
        note(conn, delivery, attempt)?;
    }
    if let Some(sent) = sent {
        conn.change(sql::KEEP_SENT, params![delivery, sent])?;
    }
    if let (Some(key), Some(at)) = (&settlement.key, &settlement.message) {
        conn.change(sql::REMEMBER, params![destination, key, at.id, at.channel, settlement.in_thread, now.0])?;
    }
    if let (Some(title), Some(at)) = (&settlement.post, &settlement.message) {
        conn.change(sql::REMEMBER_POST, params![destination, title, at.channel, now.0])?;
    }
    Ok(())
}

pub(super) fn postpone(
    conn: &Connection,
    delivery: i64,
    postponement: &Postponement,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Postponement { not_before, reason, attempt, counts, possible_repeat } = postponement;
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
