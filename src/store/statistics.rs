//! Statistics: how many events came in, and what the sales among them add up to.

use std::collections::BTreeMap;

use hookbell_model::event::{Severity, Topic};
use hookbell_model::sale::SaleKind;
use hookbell_model::timestamp::Timestamp;

/// A stretch of time. Statistics are exact to a quarter of an hour: the one in which it ends counts as a whole, as does
/// the one in which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    /// Not part of it.
    pub until: Timestamp,
}

/// What is asked of the statistics. Absent = any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatisticsFilter {
    pub source: Option<String>,
    pub topic: Option<Topic>,
}

/// What events are counted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    pub source: String,
    pub topic: Topic,
    pub event_type: String,
    /// [`Severity::Info`] where nothing was said.
    pub severity: Severity,
}

/// What can be added: money of one kind in one currency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MoneyKey {
    /// Upper case; empty where it is not known.
    pub currency: String,
    /// Whether the provider says that no money moved.
    pub is_test: bool,
    pub kind: SaleKind,
    /// Of the minor unit, in which the sum is.
    pub decimals: u32,
}

/// A sum of money, and of how many sales, refunds or disputes it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MoneySum {
    /// In the minor unit.
    pub amount: i128,
    pub count: i64,
}

/// The statistics of a period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    pub counts: BTreeMap<Series, u64>,
    pub money: BTreeMap<MoneyKey, MoneySum>,
}

impl Statistics {
    /// How many events came in.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        for (series, count) in &other.counts {
            *self.counts.entry(series.clone()).or_default() += count;
        }
        for (key, sum) in &other.money {
            let own = self.money.entry(key.clone()).or_default();
            *own = MoneySum { amount: own.amount.saturating_add(sum.amount), count: own.count + sum.count };
        }
        self
    }
}
