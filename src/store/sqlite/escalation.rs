//! Escalation: which things nobody has taken in time, and which steps were taken.

use rusqlite::{Connection, params};

use super::super::error::Result;
use super::super::new_event::NewEvent;
use super::super::thing::DueEscalation;
use super::rows::QueryExt;
use super::{Sqlite, accept, sql, things};
use hookbell_model::timestamp::Timestamp;

impl Sqlite {
    pub(in super::super) async fn due_escalations(&self, now: Timestamp, limit: usize) -> Result<Vec<DueEscalation>> {
        self.readers
            .query(move |conn| {
                let limit = i64::try_from(limit).unwrap_or(i64::MAX);
                let mut due = conn.all(sql::things::DUE_ESCALATIONS, params![now.0, limit], |row| {
                    Ok(DueEscalation {
                        thing: things::thing(row)?,
                        escalated: usize::try_from(row.get::<_, i64>(7)?).unwrap_or(0),
                        guild: row.get(8)?,
                    })
                })?;
                for DueEscalation { thing, .. } in &mut due {
                    thing.keys = conn.all(sql::live::KEYS_OF, [thing.record], |row| row.get(0))?;
                }
                Ok(due)
            })
            .await
    }

    pub(in super::super) async fn escalate(
        &self,
        due: &DueEscalation,
        event: Option<NewEvent>,
        escalated: usize,
        next: Option<Timestamp>,
    ) -> Result<()> {
        let wakeups = self.wakeups.clone();
        let of = |event: &NewEvent| event.deliveries.iter().map(|new| new.destination.clone()).collect::<Vec<_>>();
        let destinations: Vec<String> = event.as_ref().map(of).unwrap_or_default();
        let event = event.map(accept::PreparedEvent::new).transpose()?;
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let row = (due.thing.record, number(due.escalated), number(escalated), next.map(|next| next.0));
        let write = move |conn: &Connection| {
            // What was done meanwhile counts: the next look finds what is due then.
            if conn.change(sql::things::ESCALATED, row)? > 0
                && let Some(event) = &event
            {
                event.insert(conn)?;
            }
            Ok(())
        };
        self.writer()?.run(write, move |()| destinations.iter().for_each(|name| wakeups.wake(name))).await
    }
}
