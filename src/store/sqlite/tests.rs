//! Tests of the store's contract on real files. This file has the helpers; the tests are in files by subject.

mod audit;
mod capturing;
mod digests;
mod feeds;
mod history;
mod accepting;
mod lanes;
mod live;
mod mutes;
mod pruning;
mod queries;
mod repetitions;
mod replaying;
mod scopes;
mod states;
mod statistics;
mod failures;
mod threads;
mod upgrades;

use std::time::Duration;

use super::*;
use crate::store::{
    Accepted, Backend, ClaimedLane, CollectedGroup, Collection, Column, Config, EventFilter, EventStatus, EventSummary,
    HistoryEntry, LaneState, NewEvent, NewReplay, Parked, Paused, Postponement, PrefixMatch, QueuedDelivery,
    Repetitions, ReplayResult, SentMessage, Settlement, Store, StoreUrl, WebhookChannel,
};
use hookbell_model::delivery::{
    Attempt, AttemptOutcome, Mention, MessageRef, NewDelivery, ParkReason, Plan, Reason, Status,
};
use hookbell_model::event::{Event, EventId, Facts, Identity, Raw, Topic};
use hookbell_model::live::LiveUpdate;
use hookbell_model::timestamp::Timestamp;
use hookbell_model::webhook_error::WebhookError;

/// A database in a folder of its own.
struct TestFolder {
    folder: tempfile::TempDir,
    file: PathBuf,
    config: Config,
}

impl TestFolder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("hookbell.db");
        let config = Config::new(StoreUrl::sqlite(&file));
        Self { folder, file, config }
    }

    async fn open(&self) -> Store {
        Store::open(&self.config).await.expect("it opens")
    }

    /// Attached, as by a second process.
    async fn attach(&self) -> Store {
        Store::attach(&self.config).await.expect("it attaches")
    }

    /// The result of an SQL query on a separate connection.
    fn number(&self, sql: &str) -> i64 {
        let conn = Connection::open(&self.file).expect("it opens");
        conn.query_row(sql, [], |row| row.get(0)).expect("a number")
    }
}

/// The database behind the handle.
fn sqlite(store: &Store) -> &Sqlite {
    let Backend::Sqlite(sqlite) = &store.backend;
    sqlite
}

fn event(source: &str, reference: &str) -> Event {
    Event {
        id: EventId::UNSET,
        source: source.to_owned(),
        provider: "stripe".to_owned(),
        reference: reference.to_owned(),
        event_type: "invoice.paid".to_owned(),
        topic: Topic::Payment,
        facts: Facts { actor: Some("Zoë \0 \"O'Hara\"".to_owned()), amount: Some(-5), ..Facts::default() },
        time: Timestamp(900),
        received: Timestamp(1000),
    }
}

fn raw() -> Raw {
    Raw { headers: [("v".to_owned(), "a header named v".to_owned())].into(), body: vec![0, 159, 146, 150, b'{', b'}'] }
}

fn to(destinations: &[&str]) -> Vec<NewDelivery> {
    let plan = Plan {
        route: Some("routes[0]".into()),
        template: Some("stripe.payment".to_owned()),
        mention: vec![Mention::Here],
        notable_only: true,
        ..Plan::default()
    };
    destinations
        .iter()
        .map(|destination| NewDelivery { destination: (*destination).to_owned(), plan: plan.clone() })
        .collect()
}

async fn accept(store: &Store, reference: &str, destinations: &[&str]) -> EventId {
    match store.accept(event("shop", reference), raw(), to(destinations)).await.expect("accepted") {
        Accepted::New(id) => id,
        Accepted::Duplicate(id) => panic!("{id} was there before"),
    }
}

fn attempt(outcome: AttemptOutcome) -> Attempt {
    Attempt { at: Timestamp(2000), took: Duration::from_millis(120), outcome, detail: "HTTP 200".to_owned() }
}

fn error() -> WebhookError {
    WebhookError { status: Some(404), code: Some(10_015), message: "Unknown Webhook".to_owned(), remark: None }
}

fn settled(delivery: i64, status: Status) -> Settlement {
    Settlement {
        message: Some(MessageRef { id: "77".to_owned(), channel: "88".to_owned() }),
        attempt: Some(attempt(AttemptOutcome::Delivered)),
        ..Settlement::new(delivery, status, Reason::Refused { error: error() })
    }
}

/// Of the record of this number, or a new one.
fn live_update(record: Option<i64>, keys: &[&str]) -> LiveUpdate {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    LiveUpdate { record, keys, ..LiveUpdate::default() }
}

fn postponed(delivery: i64, counts: bool) -> Postponement {
    Postponement {
        delivery,
        not_before: Timestamp(5000),
        reason: Reason::Waiting { after: Duration::from_secs(3), error: error() },
        attempt: Some(attempt(AttemptOutcome::Waited)),
        counts,
        possible_repeat: false,
    }
}

async fn head(store: &Store, destination: &str) -> QueuedDelivery {
    let mut heads = store.heads(destination, 1).await.expect("asked");
    heads.pop().expect("something is pending")
}

fn unavailable<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Unavailable(words)) => words,
        other => panic!("expected `Unavailable`, got {other:?}"),
    }
}
