//! What sales add up to, in every order of their events.

use super::*;

/// A moment, a kind, a part, an amount in cents (`-1` = void of an unknown amount), whether it is void.
type Said = (i64, SaleKind, &'static str, i64, bool);

fn entry(event: i64, (time, kind, part, minor, is_void): Said) -> LedgerEntry {
    let amount = (minor >= 0).then(|| SaleAmount { minor, currency: "EUR".into(), decimals: 2 });
    let position = EventPosition { time: Timestamp(time), by_receipt: false, sequence: None, rank: None };
    let part = part.to_owned();
    LedgerEntry { event, kind, part, amount, is_void, is_test: false, position, at: Timestamp(event) }
}

/// Amount and count of a kind.
fn sum(said: &[Said], kind: SaleKind) -> (i64, i64) {
    let entries: Vec<LedgerEntry> = (1..).zip(said).map(|(event, said)| entry(event, *said)).collect();
    let changes = changes(&entries.iter().collect::<Vec<_>>());
    let of_kind = changes.iter().filter(|change| change.kind == kind);
    of_kind.fold((0, 0), |sum, change| (sum.0 + change.amount, sum.1 + change.count))
}

/// Every order of these.
fn orders(said: &[Said]) -> Vec<Vec<Said>> {
    let Some((first, rest)) = said.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for order in orders(rest) {
        for at in 0..=order.len() {
            let mut order = order.clone();
            order.insert(at, *first);
            all.push(order);
        }
    }
    all
}

use SaleKind::{Dispute, Refund, Sale};

#[test]
fn a_sale_told_by_several_events_counts_once_in_every_order() {
    for (said, sale, refund, dispute) in [
        (
            vec![(1, Sale, "", 4900, false), (1, Sale, "", 4900, false), (2, Sale, "", 4900, false)],
            (4900, 1),
            (0, 0),
            (0, 0),
        ),
        // An order is changed, and in the end cancelled.
        (vec![(1, Sale, "", 4900, false), (2, Sale, "", 3000, false)], (3000, 1), (0, 0), (0, 0)),
        (vec![(1, Sale, "", 4900, false), (2, Sale, "", 3000, false), (3, Sale, "", -1, true)], (0, 0), (0, 0), (0, 0)),
        // Paid in two parts, which the whole tells too.
        (
            vec![(1, Sale, "a", 2000, false), (2, Sale, "b", 2900, false), (3, Sale, "", 4900, false)],
            (4900, 1),
            (0, 0),
            (0, 0),
        ),
        // Two refunds, each told by itself and in their sum; then one of them fails.
        (
            vec![
                (1, Refund, "a", 1000, false),
                (1, Refund, "", 1000, false),
                (2, Refund, "b", 500, false),
                (3, Refund, "", 1500, false),
            ],
            (0, 0),
            (1500, 2),
            (0, 0),
        ),
        (
            vec![(1, Refund, "a", 1000, false), (2, Refund, "", 1500, false), (3, Refund, "b", 500, true)],
            (0, 0),
            (1000, 1),
            (0, 0),
        ),
        // A dispute is won.
        (
            vec![(1, Sale, "", 4900, false), (2, Dispute, "d", 4900, false), (3, Dispute, "d", 4900, true)],
            (4900, 1),
            (0, 0),
            (0, 0),
        ),
        (vec![(1, Dispute, "d", 4900, false), (1, Dispute, "d", 4900, true)], (0, 0), (0, 0), (0, 0)),
        // A dispute that the customer wins ends with a refund.
        (
            vec![(1, Sale, "", 4900, false), (2, Dispute, "d", 4900, false), (3, Refund, "r", 3900, false)],
            (4900, 1),
            (3900, 1),
            (1000, 1),
        ),
        (vec![(1, Sale, "", 0, false)], (0, 0), (0, 0), (0, 0)),
    ] {
        for order in orders(&said) {
            for (kind, wanted) in [(Sale, sale), (Refund, refund), (Dispute, dispute)] {
                assert_eq!(sum(&order, kind), wanted, "{kind} {order:?}");
            }
        }
    }
}

#[test]
fn each_change_belongs_to_the_time_when_it_counts() {
    let said = [(1, Refund, "", 1000, false), (5, Refund, "", 1500, false), (4, Refund, "", 1200, false)];
    let entries: Vec<LedgerEntry> = (10..).zip(said).map(|(event, said)| entry(event, said)).collect();
    let changes: Vec<(i64, i64)> =
        changes(&entries.iter().collect::<Vec<_>>()).into_iter().map(|change| (change.at.0, change.amount)).collect();
    assert_eq!(changes, [(10, 1000), (11, 500)]);
}

#[test]
fn currencies_and_tests_are_never_added() {
    let mut dollars = entry(2, (2, Sale, "", 5500, false));
    dollars.amount.as_mut().expect("an amount").currency = "USD".into();
    let mut test = entry(3, (3, Sale, "", 700, false));
    test.is_test = true;
    let euros = entry(1, (1, Sale, "", 4900, false));
    let mut sums: BTreeMap<(String, bool), i64> = BTreeMap::new();
    for change in changes(&[&euros, &dollars, &test]) {
        *sums.entry((change.currency, change.is_test)).or_default() += change.amount;
    }
    let of = |currency: &str, is_test| sums.get(&(currency.to_owned(), is_test)).copied().unwrap_or_default();
    assert_eq!((of("EUR", false), of("USD", false), of("EUR", true)), (0, 5500, 700), "the newest says which it is");
}
