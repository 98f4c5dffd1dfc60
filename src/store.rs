//! Keeps events and their deliveries, hands out lanes by lease, and answers questions about what came in.
//!
//! The contract is free of SQL and of any clock: time is passed in, claims are leases with an owner and an
//! expiry. One writer thread commits many waiting requests together; readers have connections of their own.

use std::path::PathBuf;
use std::time::Duration;

use crate::delivery::{Attempt, Delivery, MessageRef, NewDelivery, Status};
use crate::event::{Event, EventId, Raw, Topic};
use crate::timestamp::Timestamp;

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

/// The end of a delivery.
#[derive(Debug, Clone)]
pub struct Settled {
    pub status: Status,
    pub reason: String,
    pub message: Option<MessageRef>,
    /// Remembers `message` under this key of the destination, for later edits in place.
    pub key: Option<String>,
    pub attempt: Option<Attempt>,
    pub possible_repeat: bool,
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

/// Which events a question is about. Absent = any.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub source: Option<String>,
    pub kind: Option<String>,
    pub topic: Option<Topic>,
    pub status: Option<EventStatus>,
    /// Only events with a delivery to one of these (what a guild may see). `Some(vec![])` matches nothing.
    pub destinations: Option<Vec<String>>,
    pub since: Option<Timestamp>,
}

/// How an event stands over all its deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventStatus {
    Unrouted,
    /// As a filter: has a delivery with this status. In a summary: the worst of its deliveries.
    Has(Status),
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
    Kind,
    Topic,
}

/// The store's handle: cheap to clone, shared by all rooms.
#[derive(Debug, Clone)]
pub struct Store {}

/// Wakes when a delivery for its destination was kept. Take it before looking for work, so that nothing
/// kept in between is missed.
#[derive(Debug)]
pub struct Wakeup {}

#[expect(clippy::todo, unused_variables, reason = "the contract, before its rooms are built")]
impl Store {
    /// Opens or creates the database and brings its schema up to date. Takes an advisory lock beside the
    /// file, so that one process at a time serves it; leases of earlier owners are void from here on.
    pub async fn open(config: &Config) -> Result<Self> {
        todo!()
    }

    /// Opens an existing database for questions only: no lock, no migration, no writer. For the CLI beside a
    /// running server.
    pub async fn open_read_only(config: &Config) -> Result<Self> {
        todo!()
    }

    /// Keeps the event (whose id is still [`EventId::UNSET`]) and its deliveries in one transaction, on disk
    /// before this returns. Many calls share one commit.
    pub async fn accept(&self, event: Event, raw: Raw, deliveries: Vec<NewDelivery>) -> Result<Accepted> {
        todo!()
    }

    pub fn wakeup(&self, destination: &str) -> Wakeup {
        todo!()
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
        todo!()
    }

    /// Gives back every lane of this owner.
    pub async fn release_lanes(&self, owner: &str) -> Result<()> {
        todo!()
    }

    /// The oldest pending delivery of a lane, whether or not its time has come.
    pub async fn head(&self, destination: &str) -> Result<Option<Work>> {
        todo!()
    }

    /// Ends a delivery, with its attempt, and remembers its message's key, in one transaction.
    pub async fn settle(&self, delivery: i64, settled: Settled, now: Timestamp) -> Result<()> {
        todo!()
    }

    /// Notes why and until when a delivery waits.
    pub async fn postpone(&self, delivery: i64, postponed: Postponed, now: Timestamp) -> Result<()> {
        todo!()
    }

    pub async fn park_lane(&self, destination: &str, parked: Parked) -> Result<()> {
        todo!()
    }

    pub async fn unpark_lane(&self, destination: &str) -> Result<()> {
        todo!()
    }

    pub async fn place_lane(&self, destination: &str, place: Place) -> Result<()> {
        todo!()
    }

    /// The message that an earlier event of this key became at this destination.
    pub async fn keyed_message(&self, destination: &str, key: &str) -> Result<Option<MessageRef>> {
        todo!()
    }

    /// Events newest first, from before `before` on (paging), at most `limit`.
    pub async fn recent(&self, filter: Filter, before: Option<EventId>, limit: usize) -> Result<Vec<Summary>> {
        todo!()
    }

    /// What an id or the beginning of one stands for.
    pub async fn find(&self, prefix: &str) -> Result<Found> {
        todo!()
    }

    pub async fn details(&self, id: EventId) -> Result<Option<Details>> {
        todo!()
    }

    /// How many events of each source were received since then.
    pub async fn count_since(&self, since: Timestamp) -> Result<Vec<(String, u64)>> {
        todo!()
    }

    /// The values that exist in a column, alphabetically, at most `limit`.
    pub async fn distinct(&self, column: Column, limit: usize) -> Result<Vec<String>> {
        todo!()
    }

    pub async fn lanes(&self) -> Result<Vec<LaneState>> {
        todo!()
    }

    /// Removes up to `limit` events received before `before` that have no pending delivery; returns how many.
    pub async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize> {
        todo!()
    }

    /// Whether a commit goes through right now.
    pub async fn check_writable(&self) -> Result<()> {
        todo!()
    }

    /// Ends the writer after what it was given; later calls answer `Unavailable`.
    pub async fn close(&self) {
        todo!()
    }
}

#[expect(clippy::todo, unused_variables, reason = "the contract, before its rooms are built")]
impl Wakeup {
    /// Returns when a delivery was kept since the last call (or since creation), or after `poll`, whichever
    /// comes first.
    pub async fn wait(&mut self, poll: Duration) {
        todo!()
    }
}
