//! Keeps events and their deliveries, leases lanes, and answers queries about events.
//!
//! This file is the contract: free of SQL, of files and of any clock. Time is passed in; claims are leases with an
//! owner and an expiry. Each database that can be behind it has a folder of its own, and the scheme of `[store] url`
//! chooses one.

mod accepted;
mod backlog;
mod capture;
mod config;
mod digest;
mod error;
mod event_status;
mod health;
mod lane;
mod lane_commands;
mod mutes;
mod new_event;
mod query;
mod reminder;
mod replay;
mod sent;
mod settlement;
mod sqlite;
mod url;
mod wakeup;

use hookbell_model::delivery::NewDelivery;
use hookbell_model::event::{Event, EventId, Identity, Raw};
use hookbell_model::live::{FollowUp, LiveMessage};
use hookbell_model::message::SharedMessage;
use hookbell_model::own_event::DigestEvent;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

pub use self::accepted::Accepted;
pub use self::backlog::{Backlog, LaneHealth, ToldCondition};
pub use self::capture::{Capture, CaptureWindow};
pub use self::config::Config;
pub use self::digest::{CollectedGroup, Collection};
pub use self::error::{Error, Result};
pub use self::event_status::{EventStatus, UnknownEventStatus};
pub use self::lane::{ClaimedLane, LaneState, Parked, Paused, Purge, PurgeFilter, QueuedDelivery, WebhookChannel};
pub use self::new_event::NewEvent;
pub use self::query::{Column, EventDetails, EventFilter, EventSummary, HistoryEntry, PrefixMatch, Repetitions};
pub use self::reminder::DueReminder;
pub use self::replay::{NewReplay, ReplayResult};
pub use self::sent::SentMessage;
pub use self::settlement::{Postponement, Settlement};
use self::sqlite::Sqlite;
use self::url::DatabaseAddress;
pub use self::url::{StoreUrl, UrlError};
pub use self::wakeup::Wakeup;

/// The store's handle: cheap to clone, shared by all modules. When the last clone is dropped, queued requests are
/// still written.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Backend,
}

/// The database behind the handle. An enum and not a trait object: the calls are async and in the hot path.
#[derive(Debug, Clone)]
enum Backend {
    Sqlite(Sqlite),
}

/// Calls the method of the same name on the database: the one place that a further database is added to.
macro_rules! call {
    ($store:ident.$method:ident($($argument:expr),*)) => {
        match &$store.backend {
            Backend::Sqlite(database) => database.$method($($argument),*),
        }
    };
}

impl Store {
    /// Opens or creates the database and brings its schema up to date, to serve it. Leases of earlier owners that
    /// cannot be alive any more are void from here on.
    ///
    /// # Errors
    /// [`Error::InUse`] when another process serves a database that only one may, [`Error::TooNew`] when a newer
    /// hookbell wrote it.
    pub async fn open(config: &Config) -> Result<Self> {
        let DatabaseAddress::Sqlite(file) = &config.url.0;
        Ok(Self { backend: Backend::Sqlite(Sqlite::open(file).await?) })
    }

    /// Attaches to an existing database that another process may be serving: for queries, and for the few commands that
    /// say so. All else that writes answers `Unavailable`. Nothing is created or migrated.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, [`Error::TooNew`] or [`Error::Unavailable`] when its schema is
    /// another version's.
    pub async fn attach(config: &Config) -> Result<Self> {
        let DatabaseAddress::Sqlite(file) = &config.url.0;
        Ok(Self { backend: Backend::Sqlite(Sqlite::attach(file).await?) })
    }

    /// Keeps the event (whose id is still [`EventId::UNSET`], and whose reference is its provider's id) and its
    /// deliveries in one transaction, on disk before this returns. Many calls share one commit.
    ///
    /// It is kept, and the lanes of its destinations are woken, even when this future is dropped half-way.
    pub async fn accept(&self, event: Event, raw: Raw, deliveries: Vec<NewDelivery>) -> Result<Accepted> {
        call!(self.accept(NewEvent { event, identity: Identity::Id, raw, receipt: None, deliveries })).await
    }

    /// As [`Store::accept`] for all events of one request, in their order: all are kept or none. An event that is the
    /// repetition of a kept one, by its [`Identity`], is not kept but counted with that one; so the span of
    /// [`Identity::Body`] begins with the event that is kept and is not prolonged by repetitions.
    pub async fn accept_all(&self, events: Vec<NewEvent>) -> Result<Vec<Accepted>> {
        call!(self.accept_all(events)).await
    }

    /// Wakes when something is accepted or replayed for a destination, or its lane is unparked. What another process does
    /// is seen by [`Store::command_count`].
    pub fn wakeup(&self, destination: &str) -> Wakeup {
        call!(self.wakeup(destination))
    }

    /// Takes the lane until `until` when it is free, expired or already this owner's; `None` when another
    /// owner holds it.
    pub async fn claim_lane(
        &self,
        destination: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<ClaimedLane>> {
        call!(self.claim_lane(destination, owner, now, until)).await
    }

    /// Gives back every lane of this owner.
    pub async fn release_lanes(&self, owner: &str) -> Result<()> {
        call!(self.release_lanes(owner)).await
    }

    /// Gives back one lane, if it is this owner's.
    pub async fn release_lane(&self, destination: &str, owner: &str) -> Result<()> {
        call!(self.release_lane(destination, owner)).await
    }

    /// The first pending deliveries of a lane, at most `limit`, whether or not they are due: what is urgent, then as they
    /// were accepted. Fewer where they are large. A delivery that is `collecting` is in no lane.
    pub async fn heads(&self, destination: &str, limit: usize) -> Result<Vec<QueuedDelivery>> {
        call!(self.heads(destination, limit)).await
    }

    /// When messages of this lane were posted since then, oldest first. Only the last two thousand deliveries before
    /// its head are examined.
    pub async fn posts_since(&self, destination: &str, since: Timestamp) -> Result<Vec<Timestamp>> {
        call!(self.posts_since(destination, since)).await
    }

    /// The number of the newest message that is recorded for a lane, among its last two thousand deliveries.
    pub async fn last_message(&self, destination: &str, is_urgent: bool) -> Result<Option<u64>> {
        call!(self.last_message(destination, is_urgent)).await
    }

    /// Ends deliveries, with their attempts, and remembers their messages' keys and posts, all in one transaction. One
    /// that has ended already stays as it is.
    pub async fn settle(&self, settlements: Vec<Settlement>, now: Timestamp) -> Result<()> {
        call!(self.settle(settlements, now)).await
    }

    /// Records why and until when deliveries wait, all in one transaction. Of a delivery's attempts the last hundred
    /// are kept. One that is not pending stays as it is.
    pub async fn postpone(&self, postponements: Vec<Postponement>, now: Timestamp) -> Result<()> {
        call!(self.postpone(postponements, now)).await
    }

    /// Records what the next request of a lane carries, where that is more than its first delivery: after a crash those
    /// may have been posted. The outcome of the request ends it.
    pub async fn set_in_flight(&self, destination: &str, deliveries: Vec<i64>) -> Result<()> {
        call!(self.set_in_flight(destination, deliveries)).await
    }

    /// What the request may have carried that was under way when a lane ended unexpectedly.
    pub async fn open_deliveries(&self, destination: &str) -> Result<Vec<i64>> {
        call!(self.open_deliveries(destination)).await
    }

    /// Takes deliveries out of their lane, to be in one message with others. One that is not pending stays as it is.
    pub async fn collect(&self, collections: Vec<Collection>, now: Timestamp) -> Result<()> {
        call!(self.collect(collections, now)).await
    }

    /// The collected deliveries that are due, one route to one destination each, and when the next ones are. Of one
    /// destination those of another route follow when these have ended.
    pub async fn due_digests(&self, now: Timestamp) -> Result<(Vec<CollectedGroup>, Option<Timestamp>)> {
        call!(self.due_digests(now)).await
    }

    /// Brings the deliveries of a group back into their lane, and wakes it.
    pub async fn release(&self, group: CollectedGroup) -> Result<()> {
        call!(self.release(group)).await
    }

    /// The name and the title of a thing of this name that is in the channel and still open. A name that ends with `*`
    /// stands for all that begin so.
    pub async fn open_thing(&self, destination: &str, name: &str) -> Result<Option<(String, String)>> {
        call!(self.open_thing(destination, name)).await
    }

    /// The reminders that are due, at most `limit`.
    pub async fn due_reminders(&self, now: Timestamp, limit: usize) -> Result<Vec<DueReminder>> {
        call!(self.due_reminders(now, limit)).await
    }

    /// Keeps an event that reminds of a thing, if there is one, and when the next one is due, in one transaction.
    pub async fn remind(&self, reminder: Option<NewEvent>, record: i64, next: Option<Timestamp>) -> Result<()> {
        call!(self.remind(reminder, record, next)).await
    }

    /// The deliveries of a group with a greater id than `after`, by their ids, with their events; at most `limit`.
    pub async fn collected(&self, group: CollectedGroup, after: i64, limit: usize) -> Result<Vec<DigestEvent>> {
        call!(self.collected(group, after, limit)).await
    }

    /// Keeps the event of a digest with its delivery, and ends the deliveries of the group through this one as merged
    /// into it, all in one transaction.
    pub async fn accept_digest(
        &self,
        event: Event,
        raw: Raw,
        deliveries: Vec<NewDelivery>,
        group: CollectedGroup,
        through: i64,
    ) -> Result<Accepted> {
        call!(self.accept_digest(
            NewEvent { event, identity: Identity::Id, raw, receipt: None, deliveries },
            group,
            through
        ))
        .await
    }

    pub async fn park_lane(&self, destination: &str, parked: Parked) -> Result<()> {
        call!(self.park_lane(destination, parked)).await
    }

    /// Unparks a lane and wakes its task.
    pub async fn unpark_lane(&self, destination: &str) -> Result<()> {
        call!(self.unpark_lane(destination)).await
    }

    /// Records where the lane's webhook posts.
    pub async fn set_channel(&self, destination: &str, channel: WebhookChannel) -> Result<()> {
        call!(self.set_channel(destination, channel)).await
    }

    /// The live messages of a destination that are known by these keys, each once.
    pub async fn live_messages(&self, destination: &str, keys: Vec<String>) -> Result<Vec<LiveMessage>> {
        call!(self.live_messages(destination, keys)).await
    }

    /// The next edit of an earlier message that may be made now.
    pub async fn follow_up(&self, destination: &str, now: Timestamp) -> Result<Option<FollowUp>> {
        call!(self.follow_up(destination, now)).await
    }

    /// Ends an edit of an earlier message, or puts it off until `again`. One that has changed meanwhile stays. `shared`:
    /// what the message is made of from now on, where it is shared with others.
    pub async fn settle_follow_up(
        &self,
        destination: &str,
        follow_up: FollowUp,
        shared: Option<SharedMessage>,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        call!(self.settle_follow_up(destination, follow_up, shared, again, now)).await
    }

    /// What a message is made of that several deliveries share.
    pub async fn shared_message(&self, destination: &str, message: &str) -> Result<Option<SharedMessage>> {
        call!(self.shared_message(destination, message)).await
    }

    /// An event with the bytes it came as; none where it is no longer kept.
    pub async fn event(&self, id: EventId) -> Result<Option<(Event, Raw)>> {
        call!(self.event(id)).await
    }

    /// The thread that a message of this title began at this destination.
    pub async fn post(&self, destination: &str, title: &str) -> Result<Option<String>> {
        call!(self.post(destination, title)).await
    }

    /// Events newest first, from before `before` on (paging), at most `limit`.
    pub async fn recent(
        &self,
        filter: EventFilter,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<EventSummary>> {
        call!(self.recent(filter, before, limit)).await
    }

    /// Events with what was posted for them, newest first, from before `before` on, at most `limit` and fewer where
    /// they are large; an empty page is the end.
    pub async fn history(
        &self,
        since: Option<Timestamp>,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>> {
        call!(self.history(since, before, limit)).await
    }

    /// The events whose id is `prefix` or begins with it.
    pub async fn find(&self, prefix: &str) -> Result<PrefixMatch> {
        call!(self.find(prefix)).await
    }

    pub async fn details(&self, id: EventId) -> Result<Option<EventDetails>> {
        call!(self.details(id)).await
    }

    /// How many events of each source were received since then.
    pub async fn count_since(&self, since: Timestamp) -> Result<Vec<(String, u64)>> {
        call!(self.count_since(since)).await
    }

    /// The values that exist in a column, alphabetically, at most `limit`.
    pub async fn distinct(&self, column: Column, limit: usize) -> Result<Vec<String>> {
        call!(self.distinct(column, limit)).await
    }

    /// Every lane that was ever claimed, parked or given a channel, or that has something pending, by name.
    pub async fn lanes(&self) -> Result<Vec<LaneState>> {
        call!(self.lanes()).await
    }

    /// What is captured for this source.
    pub async fn capture(&self, source: &str) -> Result<Capture> {
        call!(self.capture(source)).await
    }

    /// Keeps a secret and closes the window that it came through, in one transaction; false when none is open
    /// any more. Of several that come at once, one is kept.
    pub async fn keep_captured(&self, source: &str, secret: Secret, now: Timestamp) -> Result<bool> {
        call!(self.keep_captured(source, secret, now)).await
    }

    /// Opens a window in place of the one before. Allowed beside the server that serves the database.
    pub async fn open_window(&self, source: &str, now: Timestamp, until: Timestamp) -> Result<()> {
        call!(self.open_window(source, now, until)).await
    }

    /// Closes the window that was opened then, if nothing came. Allowed beside the server.
    pub async fn close_window(&self, source: &str, opened: Timestamp) -> Result<()> {
        call!(self.close_window(source, opened)).await
    }

    /// Removes what was captured for a source, also from the disk; returns the number of secrets. Allowed beside
    /// the server.
    pub async fn forget_captured(&self, source: &str) -> Result<usize> {
        call!(self.forget_captured(source)).await
    }

    /// Makes deliveries again, in their order, all in one transaction; each result is that of the replay at its place. A
    /// dead delivery that is replayed is merged into the new one. Nothing is compared with earlier events. Allowed
    /// beside the server.
    pub async fn replay(&self, replays: Vec<NewReplay>, now: Timestamp) -> Result<Vec<ReplayResult>> {
        call!(self.replay(replays, now)).await
    }

    /// What would keep each from being replayed; none = it would be made.
    pub async fn replay_obstacles(&self, replays: Vec<NewReplay>) -> Result<Vec<Option<ReplayResult>>> {
        call!(self.replay_obstacles(replays)).await
    }

    /// Removes up to `limit` events received before `before` all of whose deliveries are final; returns how many.
    /// Fewer than `limit` means that nothing more may go now. Works in small transactions.
    pub async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize> {
        call!(self.prune(before, limit)).await
    }

    /// Whether a commit goes through right now.
    pub async fn check_writable(&self) -> Result<()> {
        call!(self.check_writable()).await
    }

    /// Ends after all queued requests are written; later calls return `Unavailable`.
    pub async fn close(&self) {
        call!(self.close()).await;
    }
}
