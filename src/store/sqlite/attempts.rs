//! The attempts of a delivery, the latest of them.

use rusqlite::{Connection, params};

use super::rows::QueryExt;
use super::sql;
use hookbell_model::delivery::Attempt;

/// Attempts kept of one delivery: a lane that has to wait again and again must not fill the disk.
const KEPT_ATTEMPTS: i64 = 100;

pub(super) fn record_attempt(conn: &Connection, delivery: i64, attempt: &Attempt) -> rusqlite::Result<()> {
    let took = i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX);
    let row = params![delivery, attempt.at.0, took, attempt.outcome.as_str(), attempt.detail];
    conn.change(sql::progress::NEW_ATTEMPT, row)?;
    conn.change(sql::progress::OLD_ATTEMPTS, [delivery, KEPT_ATTEMPTS]).map(|_| ())
}
