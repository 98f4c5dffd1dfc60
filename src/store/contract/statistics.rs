//! Statistics, and how they are forgotten.

use super::super::{Period, Result, Scope, Statistics, StatisticsFilter, Store};
use hookbell_model::timestamp::Timestamp;

impl Store {
    /// The statistics of each of these periods, as far as they are within a scope: of the events that have a delivery there,
    /// also of those that are pruned. hookbell's own events are not counted.
    pub async fn statistics(
        &self,
        scope: Scope,
        filter: StatisticsFilter,
        periods: Vec<Period>,
    ) -> Result<Vec<Statistics>> {
        call!(self.statistics(scope, filter, periods)).await
    }

    /// Removes statistics from before `before`, in small transactions.
    pub async fn prune_statistics(&self, before: Timestamp) -> Result<()> {
        call!(self.prune_statistics(before)).await
    }
}
