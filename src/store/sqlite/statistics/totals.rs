//! Reads the statistics of periods: of a long one by whole days, and by quarters of an hour at its ends.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row};

use super::bucket::{QUARTERS_A_DAY, quarter};
use crate::store::scope::Scope;
use crate::store::sqlite::rows::{self, QueryExt};
use crate::store::sqlite::sql;
use crate::store::statistics::{MoneyKey, MoneySum, Period, Series, Statistics, StatisticsFilter};
use hookbell_model::event::Topic;
use hookbell_model::sale::SaleKind;
use hookbell_model::timestamp::Timestamp;

pub(super) fn of_periods(
    conn: &Connection,
    scope: &Scope,
    filter: &StatisticsFilter,
    periods: &[Period],
) -> rusqlite::Result<Vec<Statistics>> {
    let audiences = audiences(conn, scope)?;
    let series = series(conn, filter)?;
    periods.iter().map(|period| of_period(conn, scope, filter, *period, &audiences, &series)).collect()
}

fn of_period(
    conn: &Connection,
    scope: &Scope,
    filter: &StatisticsFilter,
    period: Period,
    audiences: &BTreeSet<i64>,
    series: &BTreeMap<i64, Series>,
) -> rusqlite::Result<Statistics> {
    let (from, until) = (quarter(period.from), quarter(Timestamp(period.until.0.saturating_sub(1))) + 1);
    let mut statistics = Statistics::default();
    for (counts, from, until) in parts(from, until) {
        for audience in audiences {
            let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
            for (number, count) in conn.all(counts, [*audience, from, until], read)? {
                let count = u64::try_from(count).unwrap_or_default();
                if let Some(series) = series.get(&number).filter(|_| count > 0) {
                    *statistics.counts.entry(series.clone()).or_default() += count;
                }
            }
        }
    }
    let (guild, place) = match scope {
        Scope::Everything => ("", ""),
        Scope::Guild(guild) => (guild.as_str(), ""),
        Scope::Channel { guild, channel } => (guild.as_str(), channel.as_str()),
    };
    for (source, key, sum) in conn.all(sql::statistics::MONEY, (guild, place, from, until), money)? {
        let is_wanted = filter.source.as_ref().is_none_or(|wanted| *wanted == source)
            && filter.topic.is_none_or(|topic| is_money_of(topic, key.kind));
        if is_wanted && sum != MoneySum::default() {
            let total = statistics.money.entry(key).or_default();
            *total = MoneySum { amount: total.amount + sum.amount, count: total.count + sum.count };
        }
    }
    statistics.money.retain(|_, sum| *sum != MoneySum::default());
    Ok(statistics)
}

/// The counters of a stretch of quarters, each with its own buckets.
fn parts(from: i64, until: i64) -> Vec<(&'static str, i64, i64)> {
    let [quarters, days] = sql::statistics::COUNTS;
    let (first, last) = (-((-from).div_euclid(QUARTERS_A_DAY)), until.div_euclid(QUARTERS_A_DAY));
    if first >= last {
        return vec![(quarters, from, until)];
    }
    vec![(quarters, from, first * QUARTERS_A_DAY), (days, first, last), (quarters, last * QUARTERS_A_DAY, until)]
}

/// The money that belongs to a topic: that of payments is what is left of them.
fn is_money_of(topic: Topic, kind: SaleKind) -> bool {
    match topic {
        Topic::Payment => true,
        Topic::Refund => kind == SaleKind::Refund,
        Topic::Dispute => kind == SaleKind::Dispute,
        _ => false,
    }
}

fn audiences(conn: &Connection, scope: &Scope) -> rusqlite::Result<BTreeSet<i64>> {
    let read = |row: &Row<'_>| row.get(0);
    let found = match scope {
        Scope::Everything => conn.all(sql::statistics::ALL_AUDIENCES, [], read),
        Scope::Guild(guild) => conn.all(sql::statistics::AUDIENCES_IN, (guild, None::<&str>), read),
        Scope::Channel { guild, channel } => conn.all(sql::statistics::AUDIENCES_IN, (guild, Some(channel)), read),
    }?;
    Ok(found.into_iter().collect())
}

fn series(conn: &Connection, filter: &StatisticsFilter) -> rusqlite::Result<BTreeMap<i64, Series>> {
    let read = |row: &Row<'_>| {
        let series = Series {
            source: row.get(1)?,
            topic: rows::word(row, 2)?,
            event_type: row.get(3)?,
            severity: rows::word(row, 4)?,
        };
        Ok((row.get(0)?, series))
    };
    let all = conn.all(sql::statistics::ALL_SERIES, [], read)?;
    let is_wanted = |(_, series): &(i64, Series)| {
        filter.source.as_ref().is_none_or(|source| *source == series.source)
            && filter.topic.is_none_or(|topic| topic == series.topic)
    };
    Ok(all.into_iter().filter(is_wanted).collect())
}

fn money(row: &Row<'_>) -> rusqlite::Result<(String, MoneyKey, MoneySum)> {
    let key =
        MoneyKey { kind: rows::word(row, 1)?, is_test: row.get(2)?, currency: row.get(3)?, decimals: row.get(4)? };
    Ok((row.get(0)?, key, MoneySum { amount: row.get::<_, i64>(5)?.into(), count: row.get(6)? }))
}
