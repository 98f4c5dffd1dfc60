//! The store as the intake uses it: within a time limit; a failure becomes an answer.

use std::time::{Duration, Instant};

use super::answer::Answer;
use super::outage_log::OutageLog;
use crate::report::troubles::Troubles;
use crate::store::{self, Accepted, Capture, NewEvent, Store};
use hookbell_model::own_event::Trouble;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;

/// How long the store may take before the sender is asked to try again: less than most providers wait (5 s or more).
const TIMEOUT: Duration = Duration::from_secs(4);

#[derive(Debug)]
pub(super) struct StoreAccess {
    store: Store,
    outage: OutageLog,
    troubles: Troubles,
}

impl StoreAccess {
    pub(super) fn new(store: Store, troubles: Troubles) -> Self {
        Self { store, outage: OutageLog::default(), troubles }
    }

    /// Stores events with their deliveries, in one transaction.
    pub(super) async fn accept_all(&self, events: Vec<NewEvent>) -> Result<Vec<Accepted>, Answer> {
        let accepted = self.within_limit(self.store.accept_all(events)).await?;
        // Not when it begins: an alert is an event, which cannot be stored then.
        if let Some(refused) = self.outage.stored() {
            self.troubles.add(Trouble::StoreFailed { refused });
        }
        Ok(accepted)
    }

    pub(super) async fn capture(&self, source: &str) -> Result<Capture, Answer> {
        self.within_limit(self.store.capture(source)).await
    }

    /// Stores a secret and closes the window that it came through; false when none is open any more.
    pub(super) async fn keep_captured(&self, source: &str, secret: Secret, now: Timestamp) -> Result<bool, Answer> {
        self.within_limit(self.store.keep_captured(source, secret, now)).await
    }

    /// When an event could not be stored, and none was since.
    pub(super) fn last_failure(&self) -> Option<Instant> {
        self.outage.last_failure()
    }

    /// For queries at start, when no sender is waiting.
    pub(super) fn unlimited(&self) -> &Store {
        &self.store
    }

    async fn within_limit<T>(&self, query: impl Future<Output = store::Result<T>>) -> Result<T, Answer> {
        let why = match tokio::time::timeout(TIMEOUT, query).await {
            Ok(Ok(result)) => return Ok(result),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the store takes too long".to_owned(),
        };
        self.outage.failed(&why);
        Err(Answer::NotKept)
    }
}
