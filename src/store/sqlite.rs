//! The store in one SQLite file. One writer thread commits many waiting requests together; readers have connections
//! of their own. An advisory lock beside the file lets one process at a time serve it.

mod accept;
mod backlog;
mod capture;
mod checkpoint;
mod connection;
mod digest;
mod history;
mod lane;
mod lane_commands;
mod live;
mod lookup;
mod mutes;
mod progress;
mod prune;
mod readers;
mod recent;
mod replay;
mod rows;
mod sent;
mod sql;
#[cfg(test)]
mod tests;
mod writer;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::accepted::Accepted;
use super::capture::Capture;
use super::digest::{CollectedGroup, Collection};
use super::error::{Error, Result};
use super::lane::{ClaimedLane, LaneState, Parked, QueuedDelivery, WebhookChannel};
use super::new_event::NewEvent;
use super::query::{Column, EventDetails, EventFilter, EventSummary, HistoryEntry, PrefixMatch};
use super::reminder::DueReminder;
use super::replay::{NewReplay, ReplayResult};
use super::settlement::{Postponement, Settlement};
use super::wakeup::{Wakeup, Wakeups};
use hookbell_model::event::{Event, EventId, Raw};
use hookbell_model::live::{FollowUp, LiveMessage};
use hookbell_model::message::SharedMessage;
use hookbell_model::own_event::DigestEvent;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// The handle of an SQLite store. The contract of its methods is documented at [`super::Store`].
#[derive(Debug, Clone)]
pub(super) struct Sqlite {
    file: Arc<Path>,
    /// None when attached to a database that another process may serve.
    writer: Option<Arc<writer::WriterHandle>>,
    readers: Arc<readers::Readers>,
    wakeups: Wakeups,
    pruning: Arc<prune::PruneProgress>,
}

impl Sqlite {
    pub(super) async fn open(file: &Path) -> Result<Self> {
        let path = file.to_owned();
        let writer = off_the_runtime(move || {
            let lock = connection::lock(&path)?;
            let conn = connection::create(&path)?;
            lane::void_leases(&conn).map_err(|error| Error::Unavailable(error.to_string()))?;
            writer::WriterHandle::start(path, conn, lock)
        });
        let writer = Some(Arc::new(writer.await?));
        Ok(Self { writer, ..Self::without_writer(file) })
    }

    pub(super) async fn attach(file: &Path) -> Result<Self> {
        let path = file.to_owned();
        off_the_runtime(move || connection::check(&path)).await?;
        Ok(Self::without_writer(file))
    }

    fn without_writer(file: &Path) -> Self {
        Self {
            file: file.into(),
            writer: None,
            readers: readers::Readers::new(file.to_owned()),
            wakeups: Wakeups::default(),
            pruning: Arc::default(),
        }
    }

    pub(super) async fn accept(&self, event: NewEvent) -> Result<Accepted> {
        let wakeups = self.wakeups.clone();
        let destinations: Vec<String> = event.deliveries.iter().map(|delivery| delivery.destination.clone()).collect();
        let event = accept::PreparedEvent::new(event)?;
        let committed = move |accepted: &Accepted| {
            if matches!(accepted, Accepted::New(_)) {
                destinations.iter().for_each(|destination| wakeups.wake(destination));
            }
        };
        self.writer()?.run(move |conn| event.insert(conn), committed).await
    }

    pub(super) async fn accept_all(&self, events: Vec<NewEvent>) -> Result<Vec<Accepted>> {
        let wakeups = self.wakeups.clone();
        let of = |new: &NewEvent| new.deliveries.iter().map(|one| one.destination.clone()).collect::<Vec<_>>();
        let destinations: Vec<Vec<String>> = events.iter().map(of).collect();
        let events: Vec<_> = events.into_iter().map(accept::PreparedEvent::new).collect::<Result<_>>()?;
        let committed = move |accepted: &Vec<Accepted>| {
            let new = accepted.iter().zip(destinations).filter(|(one, _)| matches!(one, Accepted::New(_)));
            let woken: BTreeSet<String> = new.flat_map(|(_, destinations)| destinations).collect();
            woken.iter().for_each(|destination| wakeups.wake(destination));
        };
        self.writer()?.run(move |conn| events.iter().map(|event| event.insert(conn)).collect(), committed).await
    }

    pub(super) fn wakeup(&self, destination: &str) -> Wakeup {
        self.wakeups.listen(destination)
    }

    pub(super) async fn claim_lane(
        &self,
        destination: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<ClaimedLane>> {
        let (destination, owner) = (destination.to_owned(), owner.to_owned());
        self.write(move |conn| lane::claim(conn, &destination, &owner, now, until)).await
    }

    pub(super) async fn release_lanes(&self, owner: &str) -> Result<()> {
        let owner = owner.to_owned();
        self.write(move |conn| lane::release(conn, &owner)).await
    }

    pub(super) async fn release_lane(&self, destination: &str, owner: &str) -> Result<()> {
        let (destination, owner) = (destination.to_owned(), owner.to_owned());
        self.write(move |conn| lane::release_one(conn, &destination, &owner)).await
    }

    pub(super) async fn heads(&self, destination: &str, limit: usize) -> Result<Vec<QueuedDelivery>> {
        self.readers.query_here(|conn| lookup::heads(conn, destination, limit)).await
    }

    pub(super) async fn posts_since(&self, destination: &str, since: Timestamp) -> Result<Vec<Timestamp>> {
        self.readers.query_here(|conn| lookup::posts_since(conn, destination, since)).await
    }

    pub(super) async fn last_message(&self, destination: &str, is_urgent: bool) -> Result<Option<u64>> {
        self.readers.query_here(|conn| lookup::last_message(conn, destination, is_urgent)).await
    }

    pub(super) async fn settle(&self, settlements: Vec<Settlement>, now: Timestamp) -> Result<()> {
        let together: Vec<i64> = settlements.iter().map(|settlement| settlement.delivery).collect();
        let prepared: Vec<_> = settlements.into_iter().map(progress::PreparedSettlement::new).collect();
        self.write(move |conn| {
            prepared.iter().try_for_each(|one| one.write(conn, now))?;
            lane::landed(conn, &together)
        })
        .await
    }

    pub(super) async fn postpone(&self, postponements: Vec<Postponement>, now: Timestamp) -> Result<()> {
        let together: Vec<i64> = postponements.iter().map(|postponement| postponement.delivery).collect();
        let prepared: Vec<_> = postponements.into_iter().map(progress::PreparedPostponement::new).collect();
        self.write(move |conn| {
            prepared.iter().try_for_each(|one| one.write(conn, now))?;
            lane::landed(conn, &together)
        })
        .await
    }

    pub(super) async fn set_in_flight(&self, destination: &str, deliveries: Vec<i64>) -> Result<()> {
        let destination = destination.to_owned();
        self.write(move |conn| lane::set_in_flight(conn, &destination, &deliveries)).await
    }

    pub(super) async fn open_deliveries(&self, destination: &str) -> Result<Vec<i64>> {
        let destination = destination.to_owned();
        self.write(move |conn| lane::open_deliveries(conn, &destination)).await
    }

    pub(super) async fn shared_message(&self, destination: &str, message: &str) -> Result<Option<SharedMessage>> {
        self.readers.query_here(|conn| live::shared(conn, destination, message)).await
    }

    pub(super) async fn collect(&self, collections: Vec<Collection>, now: Timestamp) -> Result<()> {
        let prepared: Vec<_> = collections.into_iter().map(digest::PreparedCollection::new).collect();
        self.write(move |conn| prepared.iter().try_for_each(|one| one.write(conn, now))).await
    }

    pub(super) async fn due_digests(&self, now: Timestamp) -> Result<(Vec<CollectedGroup>, Option<Timestamp>)> {
        self.readers.query(move |conn| digest::due(conn, now)).await
    }

    pub(super) async fn release(&self, group: CollectedGroup) -> Result<()> {
        let (wakeups, destination) = (self.wakeups.clone(), group.destination.clone());
        let release = move |conn: &Connection| digest::release(conn, &group);
        self.writer()?.run(release, move |()| wakeups.wake(&destination)).await
    }

    pub(super) async fn open_thing(&self, destination: &str, name: &str) -> Result<Option<(String, String)>> {
        self.readers.query_here(|conn| live::open_thing(conn, destination, name)).await
    }

    pub(super) async fn due_reminders(&self, now: Timestamp, limit: usize) -> Result<Vec<DueReminder>> {
        self.readers.query(move |conn| live::due_reminders(conn, now, limit)).await
    }

    pub(super) async fn remind(&self, reminder: Option<NewEvent>, record: i64, next: Option<Timestamp>) -> Result<()> {
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
            live::remind_again(conn, record, next)
        };
        self.writer()?.run(write, move |()| destinations.iter().for_each(|name| wakeups.wake(name))).await
    }

    pub(super) async fn collected(&self, group: CollectedGroup, after: i64, limit: usize) -> Result<Vec<DigestEvent>> {
        self.readers.query(move |conn| digest::collected(conn, &group, after, limit)).await
    }

    pub(super) async fn accept_digest(&self, event: NewEvent, group: CollectedGroup, through: i64) -> Result<Accepted> {
        let (wakeups, destination) = (self.wakeups.clone(), group.destination.clone());
        let digest = digest::PreparedDigest::new(event, group, through)?;
        self.writer()?.run(move |conn| digest.insert(conn), move |_| wakeups.wake(&destination)).await
    }

    pub(super) async fn park_lane(&self, destination: &str, parked: Parked) -> Result<()> {
        let destination = destination.to_owned();
        self.write(move |conn| lane::park(conn, &destination, &parked)).await
    }

    pub(super) async fn unpark_lane(&self, destination: &str) -> Result<()> {
        let (destination, wakeups, freed) = (destination.to_owned(), self.wakeups.clone(), destination.to_owned());
        self.writer()?.run(move |conn| lane::unpark(conn, &destination), move |()| wakeups.wake(&freed)).await
    }

    pub(super) async fn set_channel(&self, destination: &str, channel: WebhookChannel) -> Result<()> {
        let destination = destination.to_owned();
        self.write(move |conn| lane::set_channel(conn, &destination, &channel)).await
    }

    pub(super) async fn live_messages(&self, destination: &str, keys: Vec<String>) -> Result<Vec<LiveMessage>> {
        self.readers.query_here(|conn| live::messages(conn, destination, &keys)).await
    }

    pub(super) async fn follow_up(&self, destination: &str, now: Timestamp) -> Result<Option<FollowUp>> {
        self.readers.query_here(|conn| live::follow_up(conn, destination, now)).await
    }

    pub(super) async fn settle_follow_up(
        &self,
        destination: &str,
        follow_up: FollowUp,
        shared: Option<SharedMessage>,
        again: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        let destination = destination.to_owned();
        let settle = move |conn: &Connection| {
            live::settle_follow_up(conn, &destination, &follow_up, shared.as_ref(), again, now)
        };
        self.write(settle).await
    }

    pub(super) async fn event(&self, id: EventId) -> Result<Option<(Event, Raw)>> {
        self.readers.query_here(|conn| lookup::event(conn, id)).await
    }

    pub(super) async fn post(&self, destination: &str, title: &str) -> Result<Option<String>> {
        self.readers.query_here(|conn| lookup::post(conn, destination, title)).await
    }

    pub(super) async fn recent(
        &self,
        filter: EventFilter,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<EventSummary>> {
        self.readers.query(move |conn| recent::recent(conn, &filter, before, limit)).await
    }

    pub(super) async fn history(
        &self,
        since: Option<Timestamp>,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>> {
        self.readers.query(move |conn| history::page(conn, since, before, limit)).await
    }

    pub(super) async fn find(&self, prefix: &str) -> Result<PrefixMatch> {
        let prefix = prefix.to_owned();
        self.readers.query(move |conn| lookup::find(conn, &prefix)).await
    }

    pub(super) async fn details(&self, id: EventId) -> Result<Option<EventDetails>> {
        self.readers.query(move |conn| lookup::details(conn, id)).await
    }

    pub(super) async fn count_since(&self, since: Timestamp) -> Result<Vec<(String, u64)>> {
        self.readers.query(move |conn| lookup::count_since(conn, since)).await
    }

    pub(super) async fn distinct(&self, column: Column, limit: usize) -> Result<Vec<String>> {
        self.readers.query(move |conn| lookup::distinct(conn, column, limit)).await
    }

    pub(super) async fn lanes(&self) -> Result<Vec<LaneState>> {
        self.readers.query(lane::states).await
    }

    pub(super) async fn capture(&self, source: &str) -> Result<Capture> {
        self.readers.query_here(|conn| capture::read(conn, source)).await
    }

    pub(super) async fn keep_captured(&self, source: &str, secret: Secret, now: Timestamp) -> Result<bool> {
        let source = source.to_owned();
        self.write(move |conn| capture::keep(conn, &source, &secret, now)).await
    }

    pub(super) async fn open_window(&self, source: &str, now: Timestamp, until: Timestamp) -> Result<()> {
        let source = source.to_owned();
        self.write_beside(move |conn| capture::open_window(conn, &source, now, until)).await
    }

    pub(super) async fn close_window(&self, source: &str, opened: Timestamp) -> Result<()> {
        let source = source.to_owned();
        self.write_beside(move |conn| capture::close_window(conn, &source, opened)).await
    }

    pub(super) async fn forget_captured(&self, source: &str) -> Result<usize> {
        let source = source.to_owned();
        self.write_beside(move |conn| capture::forget(conn, &source)).await
    }

    pub(super) async fn replay(&self, replays: Vec<NewReplay>, now: Timestamp) -> Result<Vec<ReplayResult>> {
        let destinations: BTreeSet<String> = replays.iter().map(|replay| replay.destination.clone()).collect();
        let prepared: Vec<_> = replays.into_iter().map(replay::PreparedReplay::new).collect::<Result<_>>()?;
        let write = move |conn: &Connection| prepared.iter().map(|replay| replay.write(conn, now)).collect();
        let results = self.write_beside(write).await?;
        destinations.iter().for_each(|destination| self.wakeups.wake(destination));
        Ok(results)
    }

    pub(super) async fn replay_obstacles(&self, replays: Vec<NewReplay>) -> Result<Vec<Option<ReplayResult>>> {
        self.readers.query(move |conn| replays.iter().map(|one| replay::obstacle(conn, one)).collect()).await
    }

    pub(super) async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize> {
        prune::prune(&self.readers, self.writer()?, &self.pruning, before, limit).await
    }

    pub(super) async fn check_writable(&self) -> Result<()> {
        self.write(|conn| conn.execute(sql::PROBE, []).map(|_| ())).await
    }

    pub(super) async fn close(&self) {
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

    fn writer(&self) -> Result<&writer::WriterHandle> {
        self.writer.as_deref().ok_or_else(|| Error::Unavailable("it was opened for questions only".to_owned()))
    }

    /// A transaction on a short-lived connection, also while another process serves the file: SQLite lets the two
    /// writers wait for each other. It is counted, so that the server notices. What it deletes is overwritten.
    async fn write_beside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let path = PathBuf::from(&*self.file);
        off_the_runtime(move || {
            connection::check(&path)?;
            let written = || {
                let conn = connection::writer(&path)?;
                conn.execute_batch(sql::SHRED)?;
                let change = Transaction::new_unchecked(&conn, TransactionBehavior::Immediate)?;
                let done = work(&change)?;
                change.execute(sql::COUNT_COMMAND, [])?;
                change.commit()?;
                Ok(done)
            };
            written().map_err(|error: rusqlite::Error| Error::Unavailable(error.to_string()))
        })
        .await
    }
}

/// Runs blocking work on a blocking thread.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Unavailable(error.to_string()))?
}
