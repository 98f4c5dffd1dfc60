//! What the entries of one sale add up to.

use std::collections::BTreeMap;

use super::claim::{SaleAmount, SaleKind};
use crate::live::EventPosition;
use crate::timestamp::Timestamp;

/// What one event said of the money of a sale.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerEntry {
    /// The number of the event: the order of acceptance.
    pub event: i64,
    pub kind: SaleKind,
    /// Empty = the whole.
    pub part: String,
    /// Of what is void too, where it is known.
    pub amount: Option<SaleAmount>,
    /// What was said before of this money does not hold any more.
    pub is_void: bool,
    /// No money moved.
    pub is_test: bool,
    pub position: EventPosition,
    /// When it counts.
    pub at: Timestamp,
}

/// How an entry changed what a sale adds up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerChange {
    /// When the entry counts.
    pub at: Timestamp,
    pub kind: SaleKind,
    pub is_test: bool,
    pub currency: String,
    pub decimals: u32,
    /// In the minor unit; negative where less is left.
    pub amount: i64,
    /// Sales, refunds or disputes.
    pub count: i64,
}

/// The newest entry of each part of a kind of money. Test and live money are apart.
type Lines<'e> = BTreeMap<(SaleKind, bool), BTreeMap<&'e str, &'e LedgerEntry>>;
/// Amount and count by kind, test, currency and decimals.
type Totals<'e> = BTreeMap<(SaleKind, bool, &'e str, u32), (i64, i64)>;

/// The changes that the entries of one sale made, one after the other as they were accepted. Their sum is what the sale adds
/// up to, and is the same for every order of the same entries, as far as their positions order them.
pub fn changes(entries: &[&LedgerEntry]) -> Vec<LedgerChange> {
    let mut entries: Vec<&LedgerEntry> = entries.to_vec();
    entries.sort_by_key(|entry| (entry.event, entry.kind));
    let (mut lines, mut before) = (Lines::new(), Totals::new());
    let mut changes = Vec::new();
    for entry in entries {
        let parts = lines.entry((entry.kind, entry.is_test)).or_default();
        let line = parts.entry(entry.part.as_str()).or_insert(entry);
        if replaces(entry, line) {
            *line = entry;
        }
        let after = totals(&lines);
        changes.extend(differences(&before, &after, entry.at));
        before = after;
    }
    changes
}

/// Whether an entry that was accepted later counts in place of an earlier one of the same line.
fn replaces(later: &LedgerEntry, earlier: &LedgerEntry) -> bool {
    if earlier.position.is_older_than(&later.position) {
        return true;
    }
    let is_tie = !later.position.is_older_than(&earlier.position);
    if !is_tie || later.position.is_timeless(&earlier.position) {
        return is_tie;
    }
    // Of the same moment, as far as the provider says: what was accepted first must not decide.
    let weight = |entry: &LedgerEntry| (entry.is_void, entry.amount.as_ref().map(|amount| amount.minor));
    weight(later) >= weight(earlier)
}

fn totals<'e>(lines: &Lines<'e>) -> Totals<'e> {
    let mut totals = Totals::new();
    for (&(kind, is_test), parts) in lines {
        for ((currency, decimals), (amount, count)) in total(kind, parts) {
            if amount > 0 {
                totals.insert((kind, is_test, currency, decimals), (amount, count));
            }
        }
    }
    // A dispute that is lost often ends with a refund: what was paid is not given back twice.
    let known = totals.clone();
    for (&(kind, is_test, currency, decimals), disputed) in &mut totals {
        let of = |kind| known.get(&(kind, is_test, currency, decimals)).map_or(0, |(amount, _)| *amount);
        let left = of(SaleKind::Sale).saturating_sub(of(SaleKind::Refund));
        if kind == SaleKind::Dispute && of(SaleKind::Sale) > 0 {
            disputed.0 = disputed.0.min(left.max(0));
            disputed.1 = if disputed.0 == 0 { 0 } else { disputed.1 };
        }
    }
    totals
}

/// The total of one kind: what the whole says, or the sum of the parts where that is more.
fn total<'e>(kind: SaleKind, lines: &BTreeMap<&str, &'e LedgerEntry>) -> BTreeMap<(&'e str, u32), (i64, i64)> {
    let whole = lines.get("").copied();
    let whole_amount = whole.filter(|whole| !whole.is_void).and_then(|whole| whole.amount.as_ref());
    let mut totals: BTreeMap<(&str, u32), (i64, i64)> = BTreeMap::new();
    // Of parts that became void after the whole was told.
    let mut taken_off = 0i64;
    for part in lines.iter().filter(|(name, _)| !name.is_empty()).map(|(_, line)| *line) {
        let Some(amount) = &part.amount else { continue };
        let is_newer = whole.is_none_or(|whole| whole.position.is_older_than(&part.position));
        if whole_amount.is_some_and(|whole| !whole.is_of(amount))
            || whole.is_some_and(|whole| whole.is_void) && !is_newer
        {
            // The same money in another currency; or void with the whole.
            continue;
        }
        if part.is_void {
            taken_off = taken_off.saturating_add(if is_newer { amount.minor } else { 0 });
            continue;
        }
        let total = totals.entry((&amount.currency, amount.decimals)).or_default();
        *total = (total.0.saturating_add(amount.minor), total.1 + 1);
    }
    if let Some(amount) = whole_amount {
        let total = totals.entry((&amount.currency, amount.decimals)).or_default();
        *total = (total.0.max(amount.minor.saturating_sub(taken_off)), total.1.max(1));
    }
    if kind == SaleKind::Sale {
        totals.values_mut().for_each(|total| total.1 = 1);
    }
    totals
}

fn differences(before: &Totals<'_>, after: &Totals<'_>, at: Timestamp) -> Vec<LedgerChange> {
    let mut changes = Vec::new();
    let mut keys: Vec<_> = before.keys().chain(after.keys()).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let (old, new) = (before.get(&key).copied().unwrap_or_default(), after.get(&key).copied().unwrap_or_default());
        if old != new {
            let (kind, is_test, currency, decimals) = key;
            let (amount, count) = (new.0.saturating_sub(old.0), new.1 - old.1);
            changes.push(LedgerChange { at, kind, is_test, currency: currency.to_owned(), decimals, amount, count });
        }
    }
    changes
}

#[cfg(test)]
mod tests;
