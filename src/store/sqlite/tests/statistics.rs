//! Counters and the ledger of sales: what they hold is what may be seen, whatever happens in which order.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::store::{MoneySum, Paging, Period, Scope, Statistics, StatisticsFilter};
use hookbell_model::event::Severity;
use hookbell_model::live::EventPosition;
use hookbell_model::own_event::OWN;
use hookbell_model::sale::{ClaimedMoney, LedgerEntry, SaleAmount, SaleClaim, SaleKind, changes};

const EVER: Period = Period { from: Timestamp(0), until: Timestamp(1_000 * 86_400_000) };

fn channel(guild: &str, channel: &str) -> Scope {
    Scope::Channel { guild: guild.into(), channel: channel.into() }
}

fn scopes() -> Vec<Scope> {
    let guilds = ["1", "2"].map(|guild| Scope::Guild(guild.into()));
    [Scope::Everything, channel("1", "20"), channel("1", "21"), channel("2", "30")].into_iter().chain(guilds).collect()
}

async fn place(store: &Store, destination: &str, guild: &str, channel: &str) {
    let fingerprint = format!("{guild}/{channel}");
    let at = WebhookChannel { guild: Some(guild.into()), channel: channel.into(), fingerprint, application: None };
    store.set_channel(destination, at).await.expect("recorded");
}

fn claim(keys: &[&str], kind: SaleKind, part: &str, minor: Option<i64>) -> SaleClaim {
    let money = match minor {
        Some(minor) => ClaimedMoney::Amount(SaleAmount { minor, currency: "EUR".into(), decimals: 2 }),
        None => ClaimedMoney::None,
    };
    SaleClaim { keys: keys.iter().map(|key| (*key).to_owned()).collect(), kind, part: part.to_owned(), money, at: None }
}

fn new_event(reference: &str, destinations: &[&str], sales: Vec<SaleClaim>) -> NewEvent {
    let (event, deliveries) = (event("shop", reference), to(destinations));
    NewEvent { event, identity: Identity::Id, raw: raw(), receipt: None, deliveries, sales }
}

async fn ever(store: &Store, scope: &Scope) -> Statistics {
    let filter = StatisticsFilter::default();
    store.statistics(scope.clone(), filter, vec![EVER]).await.expect("asked").pop().expect("one period")
}

/// Amount and count of what came, went back and is disputed.
fn money(statistics: &Statistics) -> [(i128, i64); 3] {
    [SaleKind::Sale, SaleKind::Refund, SaleKind::Dispute].map(|kind| {
        let sums = statistics.money.iter().filter(|(key, _)| key.kind == kind).map(|(_, sum)| *sum);
        sums.fold((0, 0), |all, MoneySum { amount, count }| (all.0 + amount, all.1 + count))
    })
}

#[tokio::test]
async fn one_payment_that_comes_as_four_events_counts_once_in_every_order() {
    use SaleKind::{Refund, Sale};
    let events = [
        ("intent", claim(&["pi:1"], Sale, "", Some(4900))),
        ("charge", claim(&["pi:1", "ch:1"], Sale, "", Some(4900))),
        ("checkout", claim(&["cs:1"], Sale, "", Some(4900))),
        ("invoice", claim(&["in:1", "cs:1"], Sale, "", Some(4900))),
        // Ties the two together that were apart.
        ("tie", claim(&["in:1", "pi:1"], Sale, "", None)),
        ("refund", claim(&["ch:1"], Refund, "re:1", Some(1500))),
    ];
    let mut dice = fastrand::Rng::with_seed(7);
    for round in 0..12 {
        let folder = TestFolder::new();
        let store = folder.open().await;
        place(&store, "sales", "1", "20").await;
        let mut order: Vec<usize> = (0..events.len()).collect();
        if round > 0 {
            dice.shuffle(&mut order);
        }
        for at in order.iter().chain(&order) {
            let (name, claim) = &events[*at];
            let new = new_event(name, &["sales"], vec![claim.clone()]);
            store.accept_all(vec![new]).await.expect("accepted");
        }
        for scope in [Scope::Everything, Scope::Guild("1".into()), channel("1", "20")] {
            let statistics = ever(&store, &scope).await;
            assert_eq!(statistics.total(), 6, "a repetition is none {order:?}");
            assert_eq!(money(&statistics), [(4900, 1), (1500, 1), (0, 0)], "{order:?} {scope:?}");
        }
        assert_eq!(ever(&store, &channel("1", "21")).await, Statistics::default());
        // And so it is after a restart.
        store.close().await;
        let store = folder.open().await;
        assert_eq!(money(&ever(&store, &Scope::Everything).await), [(4900, 1), (1500, 1), (0, 0)]);
    }
}

#[tokio::test]
async fn statistics_outlive_their_events_and_are_forgotten_by_themselves() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    place(&store, "sales", "1", "20").await;
    let day = 86_400_000;
    for n in 0..4 {
        let mut new = new_event(&n.to_string(), &[], vec![claim(&[&format!("pi:{n}")], SaleKind::Sale, "", Some(100))]);
        new.event.received = Timestamp(n * day + 1);
        store.accept_all(vec![new]).await.expect("accepted");
    }
    while store.prune(Timestamp(10 * day), 100).await.expect("pruned") > 0 {}
    assert_eq!(folder.number("SELECT count(*) FROM events"), 0);
    let statistics = ever(&store, &Scope::Everything).await;
    assert_eq!((statistics.total(), money(&statistics)[0]), (4, (400, 4)));
    store.prune_statistics(Timestamp(2 * day)).await.expect("pruned");
    let statistics = ever(&store, &Scope::Everything).await;
    assert_eq!((statistics.total(), money(&statistics)[0]), (2, (200, 2)));
    store.prune_statistics(Timestamp(100 * day)).await.expect("pruned");
    assert_eq!(ever(&store, &Scope::Everything).await, Statistics::default());
    for table in ["quarter_counts", "day_counts", "series", "money", "sales", "sale_keys", "sale_lines"] {
        assert_eq!(folder.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
}

#[tokio::test]
async fn a_period_is_cut_at_quarters_of_an_hour_however_long_it_is() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let quarter = 900_000;
    for n in 0..96 * 4 {
        let mut new = new_event(&n.to_string(), &[], Vec::new());
        new.event.received = Timestamp(n * quarter + 17);
        store.accept_all(vec![new]).await.expect("accepted");
    }
    let spans = [(0, 384), (0, 96), (1, 96), (95, 97), (95, 193), (96, 192), (13, 14), (100, 383), (5, 5)];
    let period =
        |(from, until): &(i64, i64)| Period { from: Timestamp(from * quarter), until: Timestamp(until * quarter) };
    let periods = spans.iter().map(period).collect();
    let found = store.statistics(Scope::Everything, StatisticsFilter::default(), periods).await.expect("asked");
    for ((from, until), statistics) in spans.iter().zip(found) {
        assert_eq!(statistics.total(), u64::try_from(until - from).expect("positive"), "{from}..{until}");
    }
}

#[tokio::test]
async fn own_events_are_not_counted_and_filters_select() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let own = NewEvent { event: event(OWN, "own"), ..new_event("", &[], Vec::new()) };
    let mut push = new_event("push", &[], vec![claim(&[], SaleKind::Sale, "", Some(7))]);
    push.event.source = "github".into();
    push.event.topic = Topic::Push;
    push.event.facts.severity = Some(Severity::Error);
    let paid = new_event("paid", &[], vec![claim(&[], SaleKind::Sale, "", Some(100))]);
    store.accept_all(vec![own, push, paid]).await.expect("accepted");
    let ask = async |filter| {
        let found = store.statistics(Scope::Everything, filter, vec![EVER]).await.expect("asked");
        (found[0].total(), money(&found[0])[0].0)
    };
    assert_eq!(ask(StatisticsFilter::default()).await, (2, 107));
    assert_eq!(ask(StatisticsFilter { source: Some("shop".into()), topic: None }).await, (1, 100));
    assert_eq!(ask(StatisticsFilter { source: None, topic: Some(Topic::Push) }).await, (1, 0));
    assert_eq!(ask(StatisticsFilter { source: None, topic: Some(Topic::Payment) }).await, (1, 107));
}

/// Everything that happens to deliveries and places, in random order; compared with the events that each scope may see.
#[tokio::test]
async fn statistics_hold_what_may_be_seen_and_nothing_else() {
    for seed in 0..6 {
        let folder = TestFolder::new();
        let store = folder.open().await;
        let mut dice = fastrand::Rng::with_seed(seed);
        let destinations = ["sales", "audit", "ops"];
        let places = [("1", "20"), ("1", "21"), ("2", "30")];
        let mut said: BTreeMap<EventId, Vec<SaleClaim>> = BTreeMap::new();
        let mut waiting: Vec<i64> = Vec::new();
        for n in 0..90 {
            match dice.usize(..10) {
                0 => {
                    let (guild, channel) = places[dice.usize(..3)];
                    place(&store, destinations[dice.usize(..3)], guild, channel).await;
                }
                1 => store.forget_channel(destinations[dice.usize(..3)]).await.expect("forgotten"),
                2..=4 if !waiting.is_empty() => {
                    let delivery = waiting.swap_remove(dice.usize(..waiting.len()));
                    let (guild, channel) = places[dice.usize(..3)];
                    let webhook = [None, Some(format!("{guild}/{channel}"))][dice.usize(..2)].clone();
                    let end = Settlement { webhook, ..settled(delivery, Status::Delivered) };
                    store.settle(vec![end], Timestamp(1)).await.expect("settled");
                }
                5 if !said.is_empty() => {
                    let event = *said.keys().nth(dice.usize(..said.len())).expect("one");
                    let destination = destinations[dice.usize(..3)].to_owned();
                    let (plan, replayed) = (Plan::default(), Vec::new());
                    let replay = NewReplay { event, destination, plan, replayed, again: true };
                    let made = store.replay(vec![replay], Timestamp(1)).await.expect("replayed");
                    waiting.extend(made.iter().filter_map(|made| match made {
                        ReplayResult::New(delivery) => Some(*delivery),
                        _ => None,
                    }));
                }
                _ => {
                    let mut to = destinations.to_vec();
                    dice.shuffle(&mut to);
                    to.truncate(dice.usize(..3));
                    let keys: Vec<String> = (0..dice.usize(..3)).map(|_| format!("k{}", dice.usize(..8))).collect();
                    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                    let kind = [SaleKind::Sale, SaleKind::Refund][dice.usize(..2)];
                    let part = ["", "a", "b"][dice.usize(..3)];
                    let claims = vec![claim(&keys, kind, part, [None, Some(dice.i64(1..9))][dice.usize(..2)])];
                    let mut new = new_event(&n.to_string(), &to, claims.clone());
                    new.event.time = Timestamp(dice.i64(1..50));
                    new.event.received = Timestamp(dice.i64(0..3_000_000_000));
                    let Accepted::New(id) = store.accept_all(vec![new]).await.expect("accepted")[0] else { continue };
                    said.insert(id, claims);
                    let details = store.details(id).await.expect("asked").expect("kept");
                    waiting.extend(details.deliveries.iter().map(|(delivery, _)| delivery.id));
                }
            }
            for scope in scopes() {
                let page = store.recent_page(scope.clone(), EventFilter::default(), Paging::Newest, 200).await;
                let seen: BTreeMap<EventId, Event> =
                    page.expect("asked").events.into_iter().map(|one| (one.event.id, one.event)).collect();
                let statistics = ever(&store, &scope).await;
                assert_eq!(statistics.total(), u64::try_from(seen.len()).expect("few"), "{seed} {n} {scope:?}");
                assert_eq!(money(&statistics), walked(&said, &seen), "{seed} {n} {scope:?}");
            }
        }
    }
}

/// What the events that are seen add up to; what is one sale is known by all of them.
fn walked(said: &BTreeMap<EventId, Vec<SaleClaim>>, seen: &BTreeMap<EventId, Event>) -> [(i128, i64); 3] {
    let mut sales: Vec<(BTreeSet<&str>, Vec<EventId>)> = Vec::new();
    for (id, claims) in said {
        let mut own: BTreeSet<&str> = claims.iter().flat_map(|claim| &claim.keys).map(String::as_str).collect();
        let mut events = vec![*id];
        sales.retain(|(keys, others)| {
            let is_same = !keys.is_disjoint(&own);
            if is_same {
                own.extend(keys);
                events.extend(others);
            }
            !is_same
        });
        sales.push((own, events));
    }
    let mut sums = [(0, 0); 3];
    for (_, events) in sales {
        let mut entries = Vec::new();
        for (id, event) in events.iter().filter_map(|id| seen.get(id).map(|event| (*id, event))) {
            for SaleClaim { kind, part, money, .. } in said.get(&id).into_iter().flatten() {
                let ClaimedMoney::Amount(amount) = money else { continue };
                entries.push(LedgerEntry {
                    event: id.0,
                    kind: *kind,
                    part: part.clone(),
                    amount: Some(amount.clone()),
                    is_void: false,
                    is_test: false,
                    position: EventPosition::of(event),
                    at: event.received,
                });
            }
        }
        for change in changes(&entries.iter().collect::<Vec<_>>()) {
            let at = SaleKind::ALL.iter().position(|kind| *kind == change.kind).expect("a kind");
            sums[at] = (sums[at].0 + i128::from(change.amount), sums[at].1 + change.count);
        }
    }
    sums
}
