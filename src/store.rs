//! Keeps events and their deliveries, leases lanes, and answers queries about events.
//!
//! This file and `contract/` are the contract: free of SQL, of files and of any clock. Time is passed in; claims are
//! leases with an owner and an expiry. Each database that can be behind it has a folder of its own, and the scheme of
//! `[store] url` chooses one.

/// Calls the method of the same name on the database: the one place that a further database is added to.
macro_rules! call {
    ($store:ident.$method:ident($($argument:expr),*)) => {
        match &$store.backend {
            $crate::store::Backend::Sqlite(database) => database.$method($($argument),*),
        }
    };
}

mod accepted;
mod audit;
mod backlog;
mod backup;
mod capture;
mod config;
mod confirmation;
mod contract;
mod digest;
mod error;
mod event_status;
mod gateway_starts;
mod keyed_thread;
mod import;
mod inspection;
mod keep;
mod lane;
mod new_event;
mod new_feed;
mod query;
mod reminder;
mod replay;
mod scope;
mod sent;
mod settlement;
mod sqlite;
mod statistics;
mod thing;
mod url;
mod wakeup;
mod watch;

use hookbell_model::audit::Author;

pub use self::accepted::Accepted;
pub use self::audit::AuditEntry;
pub use self::backlog::{Backlog, LaneHealth, ToldCondition};
pub use self::backup::BackupSummary;
pub use self::capture::{Capture, CaptureWindow};
pub use self::config::Config;
pub use self::confirmation::{Confirmable, Confirmation, ConfirmationToken};
pub use self::digest::{CollectedGroup, Collection};
pub use self::error::{Error, Result};
pub use self::event_status::{EventStatus, UnknownEventStatus};
pub use self::gateway_starts::GatewayStarts;
pub use self::import::ImportSummary;
pub use self::inspection::{Inspection, Served};
pub use self::keep::{Expiry, Keep, KeepSpan};
pub use self::keyed_thread::{ArchiveEnd, KeyedThread, ThreadToArchive, ThreadUpdate};
pub use self::lane::{ClaimedLane, LaneState, Parked, Paused, Purge, PurgeFilter, QueuedDelivery, WebhookChannel};
pub use self::new_event::NewEvent;
pub use self::new_feed::NewFeed;
pub use self::query::{
    Class, Column, EventDetails, EventFilter, EventSummary, FollowedEvent, HistoryEntry, MessageLink, Paging,
    PrefixMatch, Reached, RecentPage, Repetitions,
};
pub use self::reminder::DueReminder;
pub use self::replay::{NewReplay, ReplayResult};
pub use self::scope::Scope;
pub use self::sent::SentMessage;
pub use self::settlement::{Postponement, Settlement};
use self::sqlite::Sqlite;
pub use self::statistics::{MoneyKey, MoneySum, Period, Series, Statistics, StatisticsFilter};
pub use self::thing::{DueEscalation, Handled, Thing, ThingMessage};
use self::url::DatabaseAddress;
pub use self::url::{StoreUrl, UrlError};
pub use self::wakeup::Wakeup;
pub use self::watch::{NewWatch, Watch, WatchFilter};

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

    /// A handle with `readers` connections of its own for questions, so that they are in nobody's way. Closed with this one.
    #[must_use]
    pub fn for_questions(&self, readers: u32) -> Self {
        let Backend::Sqlite(database) = &self.backend;
        Self { backend: Backend::Sqlite(database.for_questions(readers)) }
    }

    /// The same store for somebody: what operators change through this handle is recorded in the audit as done by them, in the
    /// transaction that changes it.
    #[must_use]
    pub fn on_behalf_of(&self, author: Author) -> Self {
        let Backend::Sqlite(database) = &self.backend;
        Self { backend: Backend::Sqlite(database.on_behalf_of(author, None)) }
    }

    /// As [`Store::on_behalf_of`] for one change that was offered to the author, a Discord user: the change spends the token in
    /// its transaction, so that it is made once. Where it is spent already the change answers [`Error::AlreadyConfirmed`].
    #[must_use]
    pub fn confirmed_by(&self, author: Author, token: ConfirmationToken) -> Self {
        let Backend::Sqlite(database) = &self.backend;
        Self { backend: Backend::Sqlite(database.on_behalf_of(author, Some(token))) }
    }

    /// Removes up to `limit` events that have expired and all of whose deliveries are final; returns how many. Fewer than `limit`
    /// means that nothing more may go now. Works in small transactions.
    pub async fn prune(&self, expiry: impl Into<Expiry>, limit: usize) -> Result<usize> {
        call!(self.prune(expiry.into(), limit)).await
    }

    /// Gives some of the space that nothing is in back to the disk, in one small transaction; returns whether there is more.
    pub async fn shrink(&self) -> Result<bool> {
        call!(self.shrink()).await
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
