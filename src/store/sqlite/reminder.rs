//! Reminders of things that are still open: which are due, and when the next ones are.

use rusqlite::{Connection, params};

use super::super::error::Result;
use super::super::new_event::NewEvent;
use super::super::reminder::DueReminder;
use super::rows::{self, QueryExt};
use super::{Sqlite, accept, sql};
use hookbell_model::timestamp::Timestamp;

impl Sqlite {
    pub(in super::super) async fn due_reminders(&self, now: Timestamp, limit: usize) -> Result<Vec<DueReminder>> {
        self.readers.query(move |conn| due_reminders(conn, now, limit)).await
    }

    pub(in super::super) async fn remind(
        &self,
        reminder: Option<NewEvent>,
        record: i64,
        next: Option<Timestamp>,
    ) -> Result<()> {
        let wakeups = self.wakeups.clone();
        let destinations: Vec<String> = reminder
            .iter()
            .flat_map(|event| event.deliveries.iter().map(|delivery| delivery.destination.clone()))
            .collect();
        let event = reminder.map(accept::PreparedEvent::new).transpose()?;
        let write = move |conn: &Connection| {
            if let Some(event) = &event {
                event.insert(conn)?;
            }
            remind_again(conn, record, next)
        };
        self.writer()?.run(write, move |()| destinations.iter().for_each(|name| wakeups.wake(name))).await
    }
}

fn due_reminders(conn: &Connection, now: Timestamp, limit: usize) -> rusqlite::Result<Vec<DueReminder>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut due = conn.all(sql::live::DUE_REMINDERS, params![now.0, limit], |row| {
        Ok(DueReminder {
            record: row.get(0)?,
            destination: row.get(1)?,
            message: rows::message(row, 2)?,
            state: rows::from_json(row, 4)?,
            guild: row.get(5)?,
            at: Timestamp(row.get(6)?),
            keys: Vec::new(),
        })
    })?;
    for reminder in &mut due {
        reminder.keys = conn.all(sql::live::KEYS_OF, [reminder.record], |row| row.get(0))?;
    }
    Ok(due)
}

fn remind_again(conn: &Connection, record: i64, at: Option<Timestamp>) -> rusqlite::Result<()> {
    conn.change(sql::live::REMIND_AGAIN, params![record, at.map(|at| at.0)]).map(|_| ())
}
