//! Keeps events and their deliveries, hands out lanes by lease, and answers questions about what came in.
//!
//! The contract is free of SQL and of any clock: time is passed in, claims are leases with an owner and an
//! expiry. One writer thread commits many waiting requests together; readers have connections of their own.

mod accept;
mod capture;
mod checkpoint;
mod config;
mod database;
mod event_status;
mod history;
mod lane;
mod lookup;
mod progress;
mod prune;
mod readers;
mod recent;
mod rows;
mod sent;
mod sql;
#[cfg(test)]
mod tests;
mod wakeup;
mod writer;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;

use hookbell_model::delivery::{Attempt, Delivery, MessageRef, NewDelivery};
use hookbell_model::event::{Event, EventId, Raw, Topic};
use hookbell_model::timestamp::Timestamp;

pub use capture::{Capture, Window};
pub use event_status::{EventStatus, UnknownEventStatus};
pub use history::Past;
pub use progress::{Postponed, Settled};
pub use sent::Sent;
pub use wakeup::Wakeup;

/// The `[store]` section, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database file (`url = "sqlite:hookbell.db"`).
    pub path: PathBuf,
    /// Events older than this are removed; none = kept for ever.
    pub keep: Option<Duration>,
}

/// Why the store could not do it. Few words on purpose.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// Nothing was kept; the same request may go through later.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The database was written by a newer hookbell.
    #[error("{0}")]
    TooNew(String),
    /// Another process serves this database.
    #[error("{0}")]
    InUse(String),
}

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    New(EventId),
    /// The source has sent this event before; the id is the first one's.
    Duplicate(EventId),
}

/// A lane that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub parked: Option<Parked>,
    pub place: Option<Place>,
    /// The last owner ended without releasing it: the first delivery may already have been posted.
    pub left_open: bool,
}

/// Why a lane stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    pub reason: String,
    /// Of the webhook that was dead; another fingerprint in the config frees the lane.
    pub fingerprint: String,
    pub since: Timestamp,
}

/// Where a webhook posts, as its `GET` told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub guild: Option<String>,
    pub channel: String,
    /// Of the webhook that was asked.
    pub fingerprint: String,
}

/// The next delivery of a lane with all that is needed to make the message.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    pub delivery: Delivery,
    pub event: Event,
    pub raw: Raw,
}

/// A message that a later one of the same key edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    pub message: MessageRef,
    /// Its channel is a thread of the webhook's.
    pub in_thread: bool,
}

/// Which events a question is about. Absent = any.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub source: Option<String>,
    pub event_type: Option<String>,
    pub topic: Option<Topic>,
    pub status: Option<EventStatus>,
    /// Only events with a delivery to one of these (what a guild may see); a `status` then speaks of those
    /// deliveries alone, and so do the summaries. `Some(vec![])` matches nothing.
    pub destinations: Option<Vec<String>>,
    /// Received from then on. Exact unless the clock was once set back by more than an hour.
    pub since: Option<Timestamp>,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub event: Event,
    pub status: EventStatus,
}

/// An event with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    pub event: Event,
    pub raw: Raw,
    pub deliveries: Vec<(Delivery, Vec<Attempt>)>,
}

/// What an id prefix stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    None,
    One(EventId),
    /// The newest few of them.
    Many(Vec<EventId>),
}

/// A lane as `/readyz` and `/metrics` tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneState {
    pub destination: String,
    /// Deliveries waiting.
    pub depth: u64,
    /// When the oldest waiting one was accepted.
    pub oldest: Option<Timestamp>,
    pub parked: Option<Parked>,
    pub place: Option<Place>,
}

/// What to list for autocompletion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Source,
    EventType,
    Topic,
}

/// The store's handle: cheap to clone, shared by all rooms. When the last one is dropped, the writer finishes
/// what it was given and ends.
#[derive(Debug, Clone)]
pub struct Store {
    /// None when opened for questions only.
    writer: Option<Arc<writer::Writer>>,
    readers: Arc<readers::Readers>,
    wakeups: wakeup::Wakeups,
    pruning: Arc<prune::Progress>,
}

impl Store {
    /// Opens or creates the database and brings its schema up to date. Takes an advisory lock beside the
    /// file, so that one process at a time serves it; leases of earlier owners are void from here on.
    ///
    /// # Errors
    /// [`Error::InUse`] when another process serves it, [`Error::TooNew`] when a newer hookbell wrote it.
    pub async fn open(config: &Config) -> Result<Self> {
        let path = config.path.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let lock = database::lock(&path)?;
            let conn = database::create(&path)?;
            lane::void_leases(&conn).map_err(|error| Error::Unavailable(error.to_string()))?;
            writer::Writer::start(path, conn, lock)
        });
        let writer = opened.await.map_err(|error| Error::Unavailable(error.to_string()))??;
        Ok(Self { writer: Some(Arc::new(writer)), ..Self::for_questions(config) })
    }

    /// Opens an existing database for questions only: no lock, no migration, no writer. For the CLI beside a
    /// running server.
    pub async fn open_read_only(config: &Config) -> Result<Self> {
        let path = config.path.clone();
        let checked = tokio::task::spawn_blocking(move || database::check(&path));
        checked.await.map_err(|error| Error::Unavailable(error.to_string()))??;
        Ok(Self::for_questions(config))
    }

    fn for_questions(config: &Config) -> Self {
        Self {
            writer: None,
            readers: readers::Readers::new(config.path.clone()),
            wakeups: wakeup::Wakeups::default(),
            pruning: Arc::default(),
        }
    }

    /// Keeps the event (whose id is still [`EventId::UNSET`]) and its deliveries in one transaction, on disk
    /// before this returns. Many calls share one commit.
    ///
    /// It is kept, and its couriers are woken, even when this future is dropped half-way.
    pub async fn accept(&self, event: Event, raw: Raw, deliveries: Vec<NewDelivery>) -> Result<Accepted> {
        let wakeups = self.wakeups.clone();
        let destinations: Vec<String> = deliveries.iter().map(|delivery| delivery.destination.clone()).collect();
        let entry = accept::Entry::new(event, raw, deliveries)?;
        let kept = move |accepted: &Accepted| {
            if matches!(accepted, Accepted::New(_)) {
                destinations.iter().for_each(|destination| wakeups.wake(destination));
            }
        };
        self.writer()?.run(move |conn| entry.keep(conn), kept).await
    }

    /// As [`Store::accept`] for all events of one request, in their order: all are kept or none.
    pub async fn accept_all(&self, events: Vec<(Event, Raw, Vec<NewDelivery>)>) -> Result<Vec<Accepted>> {
        let wakeups = self.wakeups.clone();
        let of = |deliveries: &[NewDelivery]| deliveries.iter().map(|one| one.destination.clone()).collect::<Vec<_>>();
        let destinations: Vec<Vec<String>> = events.iter().map(|(_, _, deliveries)| of(deliveries)).collect();
        let entries: Result<Vec<accept::Entry>> =
            events.into_iter().map(|(event, raw, deliveries)| accept::Entry::new(event, raw, deliveries)).collect();
        let entries = entries?;
        let kept = move |accepted: &Vec<Accepted>| {
            let new = accepted.iter().zip(destinations).filter(|(one, _)| matches!(one, Accepted::New(_)));
            let woken: BTreeSet<String> = new.flat_map(|(_, destinations)| destinations).collect();
            woken.iter().for_each(|destination| wakeups.wake(destination));
        };
        self.writer()?.run(move |conn| entries.iter().map(|entry| entry.keep(conn)).collect(), kept).await
    }

    /// The bell of a destination, within this process: a poll beside it is still needed.
    pub fn wakeup(&self, destination: &str) -> Wakeup {
        self.wakeups.listen(destination)
    }

    /// Takes the lane until `until` when it is free, expired or already this owner's; `None` when another
    /// owner holds it.
    pub async fn claim_lane(
        &self,
        destination: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lane>> {
        let (destination, owner) = (destination.to_owned(), owner.to_owned());
        self.write(move |conn| lane::claim(conn, &destination, &owner, now, until)).await
    }

    /// Gives back every lane of this owner.
    pub async fn release_lanes(&self, owner: &str) -> Result<()> {
        let owner = owner.to_owned();
        self.write(move |conn| lane::release(conn, &owner)).await
    }

    /// Gives back one lane, if it is this owner's.
    pub async fn release_lane(&self, destination: &str, owner: &str) -> Result<()> {
        let (destination, owner) = (destination.to_owned(), owner.to_owned());
        self.write(move |conn| lane::release_one(conn, &destination, &owner)).await
    }

    /// The oldest pending delivery of a lane, whether or not its time has come.
    pub async fn head(&self, destination: &str) -> Result<Option<Work>> {
        self.readers.glance(|conn| lookup::head(conn, destination)).await
    }

    /// When messages of this lane were posted since then, oldest first, as far as the last two thousand
    /// deliveries before its head tell.
    pub async fn posts_since(&self, destination: &str, since: Timestamp) -> Result<Vec<Timestamp>> {
        self.readers.glance(|conn| lookup::posts_since(conn, destination, since)).await
    }

    /// Ends a delivery, with its attempt, and remembers its message's key and post, in one transaction. One that has
    /// ended already stays as it is.
    pub async fn settle(&self, delivery: i64, settled: Settled, now: Timestamp) -> Result<()> {
        // That it was posted is worth more than what was posted.
        let sent = settled.sent.as_ref().and_then(|sent| sent.pack().ok());
        self.write(move |conn| progress::settle(conn, delivery, &settled, sent.as_deref(), now)).await
    }

    /// Notes why and until when a delivery waits. Of its attempts the last hundred are kept.
    pub async fn postpone(&self, delivery: i64, postponed: Postponed, now: Timestamp) -> Result<()> {
        self.write(move |conn| progress::postpone(conn, delivery, &postponed, now)).await
    }

    pub async fn park_lane(&self, destination: &str, parked: Parked) -> Result<()> {
        let destination = destination.to_owned();
        self.write(move |conn| lane::park(conn, &destination, &parked)).await
    }

    /// Frees a lane and wakes whoever serves it.
    pub async fn unpark_lane(&self, destination: &str) -> Result<()> {
        let (destination, wakeups, freed) = (destination.to_owned(), self.wakeups.clone(), destination.to_owned());
        self.writer()?.run(move |conn| lane::unpark(conn, &destination), move |()| wakeups.wake(&freed)).await
    }

    pub async fn place_lane(&self, destination: &str, place: Place) -> Result<()> {
        let destination = destination.to_owned();
        self.write(move |conn| lane::place(conn, &destination, &place)).await
    }

    /// The message that an earlier event of this key became at this destination.
    pub async fn keyed_message(&self, destination: &str, key: &str) -> Result<Option<Keyed>> {
        self.readers.glance(|conn| lookup::keyed_message(conn, destination, key)).await
    }

    /// The thread that a message of this title began at this destination.
    pub async fn post(&self, destination: &str, title: &str) -> Result<Option<String>> {
        self.readers.glance(|conn| lookup::post(conn, destination, title)).await
    }

    /// Events newest first, from before `before` on (paging), at most `limit`.
    pub async fn recent(&self, filter: Filter, before: Option<EventId>, limit: usize) -> Result<Vec<Summary>> {
        self.readers.ask(move |conn| recent::recent(conn, &filter, before, limit)).await
    }

    /// What an id or the beginning of one stands for.
    pub async fn find(&self, prefix: &str) -> Result<Found> {
        let prefix = prefix.to_owned();
        self.readers.ask(move |conn| lookup::find(conn, &prefix)).await
    }

    pub async fn details(&self, id: EventId) -> Result<Option<Details>> {
        self.readers.ask(move |conn| lookup::details(conn, id)).await
    }

    /// How many events of each source were received since then.
    pub async fn count_since(&self, since: Timestamp) -> Result<Vec<(String, u64)>> {
        self.readers.ask(move |conn| lookup::count_since(conn, since)).await
    }

    /// The values that exist in a column, alphabetically, at most `limit`.
    pub async fn distinct(&self, column: Column, limit: usize) -> Result<Vec<String>> {
        self.readers.ask(move |conn| lookup::distinct(conn, column, limit)).await
    }

    /// Every lane that was ever claimed, parked or placed, or that has something waiting, by name.
    pub async fn lanes(&self) -> Result<Vec<LaneState>> {
        self.readers.ask(lane::states).await
    }

    /// Removes up to `limit` events received before `before` that have no pending delivery; returns how many.
    /// Fewer than `limit` means that nothing more may go now. Works in small transactions.
    pub async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize> {
        prune::prune(self, before, limit).await
    }

    /// Whether a commit goes through right now.
    pub async fn check_writable(&self) -> Result<()> {
        self.write(|conn| conn.execute(sql::PROBE, []).map(|_| ())).await
    }

    /// Ends the writer after what it was given; later calls answer `Unavailable`.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer()?.run(work, |_| ()).await
    }

    fn writer(&self) -> Result<&writer::Writer> {
        self.writer.as_deref().ok_or_else(|| Error::Unavailable("it was opened for questions only".to_owned()))
    }
}
