//! Events that come from another store.

use super::super::{EventDetails, ImportSummary, Result, Store};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// Takes events in as history, beside a process that may serve the store: nothing is delivered or counted in the statistics.
    /// An event keeps its id where that is free. One that is there already, which is one of the same source, topic, type,
    /// reference and time of receipt, is left alone. With `is_dry_run` nothing is kept.
    pub async fn import(&self, events: Vec<EventDetails>, is_dry_run: bool, now: Timestamp) -> Result<ImportSummary> {
        call!(self.import(events, is_dry_run, now)).await
    }
}
