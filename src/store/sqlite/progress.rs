//! Writes what an attempt did to deliveries: they are postponed or settled, and the attempt is recorded. The JSON is
//! made before the writer's turn, by the caller.

use rusqlite::{Connection, params};

use super::super::error::Result;
use super::super::sent::SentMessage;
use super::super::settlement::{Postponement, Settlement};
use super::attempts::record_attempt;
use super::live::{self, PreparedLiveUpdate};
use super::rows::{QueryExt, to_json};
use super::{Sqlite, lane, sent, sql, statistics, threads};
use hookbell_model::delivery::{MutedBy, Posted, Reason};
use hookbell_model::timestamp::Timestamp;

/// A settlement ready to be written.
struct PreparedSettlement {
    settlement: Settlement,
    reason: PreparedReason,
    sent: Option<Vec<u8>>,
    title: Option<String>,
    live: Option<PreparedLiveUpdate>,
}

/// A postponement ready to be written.
struct PreparedPostponement {
    postponement: Postponement,
    reason: PreparedReason,
}

/// A reason ready to be written.
pub(super) struct PreparedReason {
    pub(super) text: String,
    pub(super) json: Option<String>,
}

impl Sqlite {
    pub(in super::super) async fn settle(&self, settlements: Vec<Settlement>, now: Timestamp) -> Result<()> {
        let together: Vec<i64> = settlements.iter().map(|settlement| settlement.delivery).collect();
        let prepared: Vec<_> = settlements.into_iter().map(PreparedSettlement::new).collect();
        self.write(move |conn| {
            prepared.iter().try_for_each(|one| one.write(conn, now))?;
            lane::landed(conn, &together)
        })
        .await
    }

    pub(in super::super) async fn postpone(&self, postponements: Vec<Postponement>, now: Timestamp) -> Result<()> {
        let together: Vec<i64> = postponements.iter().map(|postponement| postponement.delivery).collect();
        let prepared: Vec<_> = postponements.into_iter().map(PreparedPostponement::new).collect();
        self.write(move |conn| {
            prepared.iter().try_for_each(|one| one.write(conn, now))?;
            lane::landed(conn, &together)
        })
        .await
    }
}

impl PreparedReason {
    pub(super) fn new(reason: &Reason) -> Self {
        // Without JSON the words are left: that a message was posted must be recorded in any case.
        Self { text: reason.to_string(), json: to_json(reason).ok() }
    }
}

impl PreparedSettlement {
    fn new(settlement: Settlement) -> Self {
        let sent = settlement.sent.as_ref().and_then(|sent| sent::pack(sent).ok());
        let live = settlement.live.clone().and_then(|update| PreparedLiveUpdate::new(update).ok());
        let title = settlement.sent.as_ref().map(SentMessage::title).filter(|title| !title.is_empty());
        Self { reason: PreparedReason::new(&settlement.reason), sent, title, live, settlement }
    }

    fn write(&self, conn: &Connection, now: Timestamp) -> rusqlite::Result<()> {
        let Self { settlement, reason, sent, title, live } = self;
        let delivery = settlement.delivery;
        let (message, channel) = settlement.message.as_ref().map(|at| (&at.id, &at.channel)).unzip();
        let row = params![
            delivery,
            settlement.status.as_str(),
            reason.text,
            reason.json,
            message,
            channel,
            settlement.possible_repeat,
            settlement.attempt.is_some(),
            now.0,
            matches!(settlement.reason, Reason::Posted(Posted { found: Some(_), .. })),
            title,
            settlement.webhook,
        ];
        let Some(destination) = conn.one(sql::progress::SETTLE, row, |row| row.get::<_, String>(0))? else {
            return Ok(());
        };
        conn.change(sql::progress::SEEN_IN_PLACE, [delivery])?;
        statistics::settled(conn, delivery)?;
        if let Some(attempt) = &settlement.attempt {
            record_attempt(conn, delivery, attempt)?;
        }
        if let Some(by) = settlement.reason.muted_by() {
            hold_back(conn, delivery, by)?;
        }
        if let Some(sent) = sent {
            conn.change(sql::progress::KEEP_SENT, params![delivery, sent])?;
        }
        if let Some(update) = live {
            let place = (settlement.in_thread, settlement.slot);
            update.write(conn, &destination, settlement.message.as_ref(), place, now)?;
        }
        if let (Some(shared), Some(at)) = (&settlement.shared, &settlement.message) {
            live::keep_shared(conn, &destination, &at.id, shared, now)?;
        }
        if let (Some(title), Some(at)) = (&settlement.post, &settlement.message) {
            conn.change(sql::progress::REMEMBER_POST, params![destination, title, at.channel, now.0])?;
        }
        if let (Some(thread), Some(at), true) = (&settlement.thread, &settlement.message, settlement.in_thread) {
            threads::keep(conn, &destination, &at.channel, (thread, delivery), now)?;
        }
        Ok(())
    }
}

impl PreparedPostponement {
    fn new(postponement: Postponement) -> Self {
        Self { reason: PreparedReason::new(&postponement.reason), postponement }
    }

    fn write(&self, conn: &Connection, now: Timestamp) -> rusqlite::Result<()> {
        let Postponement { delivery, not_before, attempt, counts, possible_repeat, .. } = &self.postponement;
        let (text, json) = (&self.reason.text, &self.reason.json);
        let row = params![delivery, not_before.0, text, json, possible_repeat, counts, now.0];
        if conn.change(sql::progress::POSTPONE, row)? > 0
            && let Some(attempt) = attempt
        {
            record_attempt(conn, *delivery, attempt)?;
        }
        Ok(())
    }
}

/// Counts a delivery that a mute held back. When the end of the mute was reported already, it is reported again.
fn hold_back(conn: &Connection, delivery: i64, by: &MutedBy) -> rusqlite::Result<()> {
    conn.change(sql::progress::HOLD_BACK, params![by.mute.0, delivery, by.severity.as_str()])?;
    conn.change(sql::progress::REPORT_MUTE_AGAIN, [by.mute.0]).map(|_| ())
}
