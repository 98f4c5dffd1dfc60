//! Takes in events that come from another store: rows as they were there, and nothing that makes a lane move.

use rusqlite::{Connection, params};

use super::super::error::{Error, Result};
use super::super::import::ImportSummary;
use super::super::query::EventDetails;
use super::rows::{Headers, QueryExt, to_json};
use super::{Sqlite, sql};
use hookbell_model::delivery::{Attempt, Delivery, Reason, Status};
use hookbell_model::event::Event;
use hookbell_model::timestamp::Timestamp;

/// What becomes of a delivery that was on its way.
const NOT_SENT: &str = "it was still on its way when it was exported, and was not sent by the import";

impl Sqlite {
    pub(in super::super) async fn import(
        &self,
        events: Vec<EventDetails>,
        is_dry_run: bool,
        now: Timestamp,
    ) -> Result<ImportSummary> {
        let prepared: Vec<PreparedImport> =
            events.into_iter().map(|details| PreparedImport::new(details, now)).collect::<Result<_>>()?;
        if is_dry_run {
            return self.readers.query(move |conn| count(conn, &prepared)).await;
        }
        self.write_beside(move |conn| {
            prepared.iter().try_fold(ImportSummary::default(), |sum, event| Ok(sum + event.write(conn)?))
        })
        .await
    }
}

/// An event whose JSON is made.
struct PreparedImport {
    details: EventDetails,
    facts: String,
    headers: String,
    /// Of each delivery its plan, and its reason.
    texts: Vec<(String, Option<String>)>,
    muted: usize,
}

impl PreparedImport {
    fn new(mut details: EventDetails, now: Timestamp) -> Result<Self> {
        let mut muted = 0;
        for (delivery, _) in &mut details.deliveries {
            if !delivery.status.is_final() {
                let reason = Some(Reason::Untyped { text: NOT_SENT.to_owned() });
                *delivery = Delivery { status: Status::Muted, reason, updated: now, ..delivery.clone() };
                muted += 1;
            }
        }
        let headers = Headers { headers: details.raw.headers.clone(), receipt: details.receipt.clone() };
        let text = |(delivery, _): &(Delivery, Vec<Attempt>)| {
            Ok::<_, Error>((to_json(&delivery.plan)?, delivery.reason.as_ref().map(to_json).transpose()?))
        };
        Ok(Self {
            facts: to_json(&details.event.facts)?,
            headers: to_json(headers)?,
            texts: details.deliveries.iter().map(text).collect::<Result<_>>()?,
            details,
            muted,
        })
    }

    fn write(&self, conn: &Connection) -> rusqlite::Result<ImportSummary> {
        let Event { source, topic, event_type, reference, provider, time, received, id, .. } = &self.details.event;
        let key = params![source, topic.as_str(), event_type];
        let class = match conn.one(sql::accept::CLASS, key, |row| row.get(0))? {
            Some(class) => class,
            None => {
                conn.change(sql::accept::NEW_CLASS, key)?;
                conn.last_insert_rowid()
            }
        };
        if is_known(conn, class, &self.details.event)? {
            return Ok(ImportSummary { known: 1, ..ImportSummary::default() });
        }
        let is_free = !conn.one(sql::lookup::EXISTS, [id.0], |row| row.get::<_, bool>(0))?.unwrap_or(true);
        let number = is_free.then_some(id.0);
        let routed = !self.details.deliveries.is_empty();
        conn.change(
            sql::import::EVENT,
            params![number, class, reference, provider, self.facts, time.0, received.0, routed],
        )?;
        let seq = conn.last_insert_rowid();
        conn.change(sql::accept::NEW_BODY, params![seq, self.headers, self.details.raw.body])?;
        if let Some(again) = self.details.repetitions {
            let count = i64::try_from(again.count).unwrap_or(i64::MAX);
            conn.change(sql::import::REPETITIONS, [seq, count, again.first.0, again.last.0])?;
        }
        for ((delivery, attempts), (plan, reason)) in self.details.deliveries.iter().zip(&self.texts) {
            write_delivery(conn, (seq, class), delivery, (plan, reason.as_deref()), attempts)?;
        }
        Ok(ImportSummary { added: 1, renumbered: usize::from(!is_free), known: 0, muted: self.muted })
    }
}

fn write_delivery(
    conn: &Connection,
    (seq, class): (i64, i64),
    delivery: &Delivery,
    (plan, reason): (&str, Option<&str>),
    attempts: &[Attempt],
) -> rusqlite::Result<()> {
    let is_taken = conn.one(sql::import::IS_DELIVERY, [delivery.id], |row| row.get::<_, bool>(0))?.unwrap_or(true);
    let (message, channel) = delivery.message.as_ref().map(|at| (&at.id, &at.channel)).unzip();
    let row = params![
        (!is_taken).then_some(delivery.id),
        seq,
        class,
        delivery.destination,
        plan,
        delivery.status.as_str(),
        delivery.attempts,
        delivery.not_before.0,
        delivery.reason_text(),
        reason,
        message,
        channel,
        delivery.possible_repeat,
        delivery.created.0,
        delivery.updated.0,
    ];
    conn.change(sql::import::DELIVERY, row)?;
    let id = conn.last_insert_rowid();
    for Attempt { at, took, outcome, detail } in attempts {
        let took = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        conn.change(sql::progress::NEW_ATTEMPT, params![id, at.0, took, outcome.as_str(), detail])?;
    }
    Ok(())
}

fn is_known(conn: &Connection, class: i64, event: &Event) -> rusqlite::Result<bool> {
    let key = params![class, event.reference, event.received.0];
    Ok(conn.one(sql::import::KNOWN, key, |_| Ok(()))?.is_some())
}

/// What [`PreparedImport::write`] would do.
fn count(conn: &Connection, events: &[PreparedImport]) -> rusqlite::Result<ImportSummary> {
    let mut summary = ImportSummary::default();
    for PreparedImport { details: EventDetails { event, .. }, muted, .. } in events {
        let key = params![event.source, event.topic.as_str(), event.event_type];
        let class = conn.one(sql::accept::CLASS, key, |row| row.get(0))?;
        let is_known = class.map_or(Ok(false), |class| is_known(conn, class, event))?;
        let is_taken = conn.one(sql::lookup::EXISTS, [event.id.0], |row| row.get::<_, bool>(0))?.unwrap_or(true);
        summary = summary
            + match is_known {
                true => ImportSummary { known: 1, ..ImportSummary::default() },
                false => ImportSummary { added: 1, renumbered: usize::from(is_taken), known: 0, muted: *muted },
            };
    }
    Ok(summary)
}
