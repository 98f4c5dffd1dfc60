//! The ledger: what events say of sales, and what that adds up to in each place. Whatever changes a sale, its share of the
//! sums is worked out before and after, and the difference is added. So repeated events, other orders and keys that are
//! tied together later end with the same sums.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row, params};

use super::audience;
use super::bucket::quarter;
use crate::store::sqlite::rows::{self, QueryExt};
use crate::store::sqlite::sql;
use hookbell_model::event::Event;
use hookbell_model::sale::{ClaimedMoney, LedgerEntry, SaleAmount, SaleClaim, SaleKind, changes};
use hookbell_model::timestamp::Timestamp;

/// Lines of one sale: whoever names all of his sales alike must not make each event slower than the one before.
const MOST_LINES: usize = 200;

/// Where a claim comes from.
pub(super) struct Origin<'e> {
    pub(super) event: &'e Event,
    pub(super) seq: i64,
    pub(super) audience: i64,
    /// As JSON.
    pub(super) position: &'e str,
}

/// A row of the sums, without its source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct SumKey {
    guild: String,
    place: String,
    bucket: i64,
    kind: SaleKind,
    is_test: bool,
    currency: String,
    decimals: u32,
}

/// Amount and count.
type Share = BTreeMap<SumKey, (i64, i64)>;

/// Records what an event says.
pub(super) fn record(conn: &Connection, origin: &Origin<'_>, claims: &[SaleClaim]) -> rusqlite::Result<()> {
    let Origin { event, seq, .. } = origin;
    let mut keys: BTreeSet<&str> = claims.iter().flat_map(|claim| &claim.keys).map(String::as_str).collect();
    let mut sales = BTreeSet::new();
    for key in &keys {
        sales.extend(conn.one(sql::statistics::SALE_OF_KEY, (&event.source, key), |row| row.get::<_, i64>(0))?);
    }
    let mut before = Vec::new();
    for sale in &sales {
        before.extend(lines(conn, *sale)?);
    }
    if before.len() >= MOST_LINES {
        (keys, sales, before) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    }
    // What was apart counts as it was, until it is tied together below.
    let mut share = Share::new();
    for sale in &sales {
        add(&mut share, &share_of(conn, before.iter().filter(|line| line.sale == *sale))?, -1);
    }
    let sale = match sales.first() {
        Some(sale) => *sale,
        None => {
            conn.change(sql::statistics::NEW_SALE, params![event.source, event.received.0])?;
            conn.last_insert_rowid()
        }
    };
    for other in sales.iter().skip(1) {
        for merge in sql::statistics::MERGE_SALES {
            conn.change(merge, [sale, *other])?;
        }
    }
    conn.change(sql::statistics::TOUCH_SALE, [sale, event.received.0])?;
    for key in keys {
        conn.change(sql::statistics::NEW_KEY, params![event.source, key, sale])?;
    }
    let mut kinds = BTreeSet::new();
    for claim in claims.iter().filter(|claim| kinds.insert(claim.kind)) {
        write_line(conn, origin, sale, *seq, claim)?;
    }
    add(&mut share, &share_of(conn, lines(conn, sale)?.iter())?, 1);
    write(conn, &event.source, &share)
}

/// Does something that changes where lines of sales may be seen; `affected` selects those sales by `by`.
pub(super) fn while_changed(
    conn: &Connection,
    affected: &str,
    by: i64,
    change: impl FnOnce() -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let sales: BTreeSet<i64> = conn.all(affected, [by], |row| row.get(0))?.into_iter().collect();
    let mut shares = Vec::with_capacity(sales.len());
    for sale in &sales {
        let mut share = Share::new();
        add(&mut share, &share_of(conn, lines(conn, *sale)?.iter())?, -1);
        shares.push(share);
    }
    change()?;
    for (sale, mut share) in sales.into_iter().zip(shares) {
        add(&mut share, &share_of(conn, lines(conn, sale)?.iter())?, 1);
        let source: Option<String> = conn.one(sql::statistics::SOURCE_OF_SALE, [sale], |row| row.get(0))?;
        write(conn, &source.unwrap_or_default(), &share)?;
    }
    Ok(())
}

struct Line {
    sale: i64,
    entry: LedgerEntry,
    audience: i64,
}

fn lines(conn: &Connection, sale: i64) -> rusqlite::Result<Vec<Line>> {
    let most = i64::try_from(MOST_LINES * 2).unwrap_or(i64::MAX);
    conn.all(sql::statistics::LINES, [sale, most], |row| line(row, sale))
}

fn line(row: &Row<'_>, sale: i64) -> rusqlite::Result<Line> {
    let amount = match row.get::<_, Option<i64>>(3)? {
        Some(minor) => Some(SaleAmount { minor, currency: row.get(4)?, decimals: row.get(5)? }),
        None => None,
    };
    let entry = LedgerEntry {
        event: row.get(0)?,
        kind: rows::word(row, 1)?,
        part: row.get(2)?,
        amount,
        is_void: row.get(6)?,
        is_test: row.get(7)?,
        position: rows::from_json(row, 8)?,
        at: Timestamp(row.get(9)?),
    };
    Ok(Line { sale, entry, audience: row.get(10)? })
}

fn write_line(conn: &Connection, origin: &Origin<'_>, sale: i64, seq: i64, claim: &SaleClaim) -> rusqlite::Result<()> {
    let (amount, is_void) = match &claim.money {
        ClaimedMoney::None => return Ok(()),
        ClaimedMoney::Amount(amount) => (Some(amount), false),
        ClaimedMoney::Void(amount) => (amount.as_ref(), true),
    };
    let Origin { event, audience, position, .. } = origin;
    let row = params![
        seq,
        claim.kind.as_str(),
        sale,
        claim.part,
        amount.map(|amount| amount.minor.clamp(0, SaleAmount::MOST)),
        amount.map(|amount| amount.currency.as_str()).unwrap_or_default(),
        amount.map(|amount| amount.decimals).unwrap_or_default(),
        is_void,
        event.facts.test,
        position,
        claim.at.map_or(event.received, |at| at.min(event.received)).0,
        audience,
    ];
    conn.change(sql::statistics::NEW_LINE, row).map(|_| ())
}

/// What a sale adds to the sums, in each place by the lines that may be seen there.
fn share_of<'l>(conn: &Connection, lines: impl Iterator<Item = &'l Line>) -> rusqlite::Result<Share> {
    let lines: Vec<&Line> = lines.collect();
    let mut seen_in: BTreeMap<(String, String), Vec<&LedgerEntry>> = BTreeMap::new();
    let mut audiences: BTreeMap<i64, BTreeSet<(String, String)>> = BTreeMap::new();
    for line in &lines {
        let places = match audiences.entry(line.audience) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let mut places = BTreeSet::from([(String::new(), String::new())]);
                for (guild, place) in audience::places(conn, line.audience)? {
                    places.extend([(guild.clone(), String::new()), (guild, place)]);
                }
                new.insert(places)
            }
        };
        for place in places.iter() {
            seen_in.entry(place.clone()).or_default().push(&line.entry);
        }
    }
    let mut share = Share::new();
    for ((guild, place), entries) in seen_in {
        for change in changes(&entries) {
            let key = SumKey {
                guild: guild.clone(),
                place: place.clone(),
                bucket: quarter(change.at),
                kind: change.kind,
                is_test: change.is_test,
                currency: change.currency,
                decimals: change.decimals,
            };
            let sum = share.entry(key).or_default();
            *sum = (sum.0.saturating_add(change.amount), sum.1 + change.count);
        }
    }
    Ok(share)
}

fn add(share: &mut Share, other: &Share, sign: i64) {
    for (key, (amount, count)) in other {
        let sum = share.entry(key.clone()).or_default();
        *sum = (sum.0.saturating_add(amount.saturating_mul(sign)), sum.1 + count * sign);
    }
}

/// Adds what has changed.
fn write(conn: &Connection, source: &str, share: &Share) -> rusqlite::Result<()> {
    for (key, (amount, count)) in share.iter().filter(|(_, sum)| **sum != (0, 0)) {
        let SumKey { guild, place, bucket, kind, is_test, currency, decimals } = key;
        let row = params![guild, place, bucket, source, kind.as_str(), is_test, currency, decimals, amount, count];
        conn.change(sql::statistics::ADD_MONEY, row)?;
    }
    Ok(())
}
