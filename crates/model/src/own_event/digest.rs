//! A digest: what the events of one route to one destination were within a period. Counts, sums for each currency, what was
//! largest, and the change against the period before. Pure: events are added one by one, so that a large digest needs no
//! list of them.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::summary::OwnEventSummary;
use crate::delivery::Collected;
use crate::event::{Event, Severity, Topic};
use crate::money::{code, currency};
use crate::timestamp::Timestamp;

/// Things that are listed by name; the others are counted.
const TOP: usize = 5;
/// Event types that are listed; the others are counted together.
const TYPES: usize = 10;

/// The payload of a digest, as its message reads it. Times are whole seconds since 1970.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Digest {
    pub destination: String,
    /// The route that collected them, `routes[2]`; empty where it is not known.
    pub route: String,
    /// The schedule or the quiet hours, as they are written in the config.
    pub every: String,
    pub from: i64,
    pub to: i64,
    /// The time zone of the schedule: `Europe/Berlin`.
    pub zone: String,
    /// Events.
    pub count: u64,
    /// What they are about: the events of one sale or one outage are one thing.
    pub things: u64,
    /// Events that their sender calls tests; they are in no sum.
    pub tests: u64,
    /// By event type, most frequent first.
    pub types: Vec<TypeCount>,
    /// Event types that `types` does not list.
    pub more_types: u64,
    /// One for each currency, by its code.
    pub sums: Vec<CurrencySum>,
    /// Largest amounts first, then what is worst.
    pub top: Vec<TopEvent>,
    /// Things that `top` does not list.
    pub more: u64,
    /// The period divided into equal parts; empty where that shows nothing.
    pub buckets: Vec<Bucket>,
    /// The period before; none where no digest of it is known.
    pub previous: Option<PreviousPeriod>,
    /// The worst severity.
    pub severity: Option<Severity>,
    /// The number of the first delivery, so that two digests of a period differ.
    pub first: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeCount {
    #[serde(rename = "type")]
    pub event_type: String,
    pub count: u64,
}

/// Money in one currency, in its minor unit as ISO 4217 has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CurrencySum {
    pub currency: String,
    pub paid: i64,
    pub refunded: i64,
    /// `paid` less `refunded`.
    pub net: i64,
    pub payments: u64,
    pub refunds: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopEvent {
    /// hookbell's id of the event.
    pub event: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub time: i64,
    /// What its message would have said first.
    pub line: String,
    pub url: String,
    pub severity: Severity,
    /// Paid, in the minor unit; none where no money came in.
    pub amount: Option<i64>,
    pub currency: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    pub from: i64,
    pub count: u64,
}

/// What is compared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PreviousPeriod {
    pub count: u64,
    pub sums: Vec<CurrencySum>,
}

/// An event of a digest, with what its lane kept of its message.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestEvent {
    pub delivery: i64,
    pub event: Event,
    pub collected: Collected,
}

/// What the events of a digest have in common.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DigestPeriod {
    pub destination: String,
    pub route: String,
    pub every: String,
    pub zone: String,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Where the parts of the period begin.
    pub buckets: Vec<Timestamp>,
}

/// Adds up the events of one period.
#[derive(Debug, Default)]
pub struct DigestBuilder {
    digest: Digest,
    types: BTreeMap<String, u64>,
    things: Vec<Thing>,
    /// Which thing a key belongs to.
    keys: HashMap<String, usize>,
}

/// What several events may be about.
#[derive(Debug, Default)]
struct Thing {
    /// The thing that this one turned out to be.
    same_as: Option<usize>,
    paid: Option<Money>,
    /// What each type of event says was refunded, and in how many events: `refund.created` and `charge.refunded` tell of
    /// the same money.
    refunds: BTreeMap<String, (Money, u64)>,
    top: Option<TopEvent>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Money {
    minor: i64,
    currency: String,
}

impl DigestBuilder {
    pub fn new(of: DigestPeriod) -> Self {
        let buckets = of.buckets.iter().map(|at| Bucket { from: at.secs(), count: 0 }).collect();
        let digest = Digest {
            destination: of.destination,
            route: of.route,
            every: of.every,
            zone: of.zone,
            from: of.from.secs(),
            to: of.to.secs(),
            buckets,
            ..Digest::default()
        };
        Self { digest, ..Self::default() }
    }

    pub fn is_empty(&self) -> bool {
        self.digest.count == 0
    }

    /// Adds an event; in the order of acceptance.
    pub fn add(&mut self, item: DigestEvent) {
        let DigestEvent { delivery, event, collected } = item;
        let digest = &mut self.digest;
        if digest.count == 0 {
            digest.first = delivery;
        }
        digest.count += 1;
        digest.tests += u64::from(event.facts.test);
        if digest.severity.is_none_or(|worst| collected.severity.is_worse_than(worst)) {
            digest.severity = Some(collected.severity);
        }
        // What was accepted before the period counts with its first part.
        let at = event.received.secs();
        let place = digest.buckets.iter().rposition(|bucket| bucket.from <= at).unwrap_or(0);
        if let Some(bucket) = digest.buckets.get_mut(place) {
            bucket.count += 1;
        }
        *self.types.entry(event.event_type.clone()).or_default() += 1;
        let thing = self.thing(&collected.keys);
        if let Some(thing) = self.things.get_mut(thing) {
            thing.add(&event, collected);
        }
    }

    /// The thing that these keys belong to; a new one where none is known.
    fn thing(&mut self, keys: &[String]) -> usize {
        let known: Vec<usize> = keys.iter().filter_map(|key| self.keys.get(key)).map(|at| self.root(*at)).collect();
        let thing = known.first().copied().unwrap_or_else(|| {
            self.things.push(Thing::default());
            self.things.len() - 1
        });
        for other in known.into_iter().filter(|other| *other != thing) {
            let Some(taken) = self.things.get_mut(other).filter(|taken| taken.same_as.is_none()) else { continue };
            let taken = std::mem::replace(taken, Thing { same_as: Some(thing), ..Thing::default() });
            if let Some(stays) = self.things.get_mut(thing) {
                stays.join(taken);
            }
        }
        for key in keys {
            self.keys.insert(key.clone(), thing);
        }
        thing
    }

    fn root(&self, mut at: usize) -> usize {
        while let Some(same) = self.things.get(at).and_then(|thing| thing.same_as) {
            at = same;
        }
        at
    }

    pub fn finish(self, previous: Option<PreviousPeriod>) -> Digest {
        let Self { mut digest, types, things, keys: _ } = self;
        digest.previous = previous;
        let mut types: Vec<TypeCount> =
            types.into_iter().map(|(event_type, count)| TypeCount { event_type, count }).collect();
        types.sort_by_key(|one| std::cmp::Reverse(one.count));
        digest.more_types = types.len().saturating_sub(TYPES) as u64;
        types.truncate(TYPES);
        digest.types = types;
        let things: Vec<Thing> = things.into_iter().filter(|thing| thing.same_as.is_none()).collect();
        digest.things = things.len() as u64;
        let mut sums: BTreeMap<String, CurrencySum> = BTreeMap::new();
        for thing in &things {
            thing.count_in(&mut sums);
        }
        digest.sums =
            sums.into_values().map(|sum| CurrencySum { net: sum.paid.saturating_sub(sum.refunded), ..sum }).collect();
        let mut top: Vec<TopEvent> = things.into_iter().filter_map(|thing| thing.top).collect();
        top.sort_by_cached_key(|one| std::cmp::Reverse(rank(one, &digest.sums)));
        digest.more = top.len().saturating_sub(TOP) as u64;
        top.truncate(TOP);
        digest.top = top;
        digest
    }
}

/// By the currency with the most payments, then by the amount; amounts of different currencies are not compared. What is no
/// payment comes after those, the worst and the newest first.
fn rank(one: &TopEvent, sums: &[CurrencySum]) -> (u64, i64, u8, i64) {
    let payments = sums.iter().find(|sum| one.amount.is_some() && sum.currency == one.currency);
    let urgency = match one.severity {
        Severity::Info | Severity::Success => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
        Severity::Critical => 3,
    };
    (payments.map_or(0, |sum| sum.payments), one.amount.unwrap_or(0), urgency, one.time)
}

impl Thing {
    fn add(&mut self, event: &Event, collected: Collected) {
        let Collected { line, severity, keys: _ } = collected;
        let money = Money::of(event);
        let paid = money.clone().filter(|_| event.topic == Topic::Payment && severity == Severity::Success);
        if let Some(money) = money.filter(|_| event.topic == Topic::Refund && severity != Severity::Error) {
            let minor = money.minor.saturating_abs();
            match self.refunds.get_mut(&event.event_type) {
                None => drop(self.refunds.insert(event.event_type.clone(), (Money { minor, ..money }, 1))),
                Some((sum, events)) if sum.currency == money.currency => {
                    sum.minor = sum.minor.saturating_add(minor);
                    *events += 1;
                }
                Some(_) => {}
            }
        }
        let top = TopEvent {
            event: event.id.to_string(),
            event_type: event.event_type.clone(),
            time: event.time.secs(),
            line,
            url: event.facts.url.clone().unwrap_or_default(),
            severity,
            amount: paid.as_ref().map(|money| money.minor),
            currency: paid.as_ref().map(|money| money.currency.clone()).unwrap_or_default(),
        };
        self.join(Self { paid, top: Some(top), ..Self::default() });
    }

    /// One thing is one payment, however many events report it: the largest amount is what was paid. Its line is that of
    /// the event that says so; otherwise of the newest one.
    fn join(&mut self, other: Self) {
        if other.paid.as_ref().is_some_and(|new| self.paid.as_ref().is_none_or(|known| known.minor < new.minor)) {
            self.paid = other.paid;
        }
        for (event_type, (money, events)) in other.refunds {
            let known = self.refunds.entry(event_type).or_insert((Money { minor: 0, ..money.clone() }, 0));
            known.0.minor = known.0.minor.saturating_add(money.minor);
            known.1 += events;
        }
        let newer = match (&self.top, &other.top) {
            (Some(known), Some(new)) => {
                new.amount > known.amount || (new.amount == known.amount && new.time >= known.time)
            }
            (known, _) => known.is_none(),
        };
        if newer {
            self.top = other.top.or(self.top.take());
        }
    }

    fn count_in(&self, sums: &mut BTreeMap<String, CurrencySum>) {
        let sum_of = |currency: &str, sums: &mut BTreeMap<String, CurrencySum>, change: &dyn Fn(&mut CurrencySum)| {
            let new = || CurrencySum { currency: currency.to_owned(), ..CurrencySum::default() };
            change(sums.entry(currency.to_owned()).or_insert_with(new));
        };
        if let Some(Money { minor, currency }) = &self.paid {
            sum_of(currency, sums, &|sum| {
                sum.paid = sum.paid.saturating_add(*minor);
                sum.payments += 1;
            });
        }
        // Of several types of event that tell of refunds, the one that tells of the least is believed: others add a total
        // again and again.
        if let Some((Money { minor, currency }, events)) = self.refunds.values().min_by_key(|(money, _)| money.minor) {
            let most = self.paid.as_ref().filter(|paid| paid.currency == *currency).map_or(i64::MAX, |paid| paid.minor);
            sum_of(currency, sums, &|sum| {
                sum.refunded = sum.refunded.saturating_add((*minor).min(most));
                sum.refunds += events;
            });
        }
    }
}

impl Money {
    /// The amount of an event that is no test, in the minor unit as ISO 4217 has it.
    fn of(event: &Event) -> Option<Self> {
        let facts = &event.facts;
        let amount = facts.amount.filter(|_| !facts.test)?;
        let currency = code(facts.currency.as_deref().unwrap_or_default());
        let (own, iso) = (facts.amount_decimals(), currency::decimals(&currency));
        let minor = match own.checked_sub(iso) {
            Some(more) => amount.checked_div(10i64.checked_pow(more)?)?,
            None => amount.checked_mul(10i64.checked_pow(iso - own)?)?,
        };
        Some(Self { minor, currency })
    }
}

impl Digest {
    pub const EVENT_TYPE: &str = "digest";

    pub(super) fn summary(&self) -> OwnEventSummary {
        let is_bad =
            self.severity.is_some_and(|worst| Severity::Error == worst || worst.is_worse_than(Severity::Error));
        OwnEventSummary {
            event_type: Self::EVENT_TYPE,
            topic: Topic::Other,
            severity: if is_bad { Severity::Warning } else { Severity::Info },
            subject: format!("{} event{} for {}", self.count, if self.count == 1 { "" } else { "s" }, self.destination),
            reference: format!("digest:{}:{}:{}", self.destination, self.to, self.first),
        }
    }

    /// Whether it is a digest of this route to this destination.
    pub fn is_of(&self, destination: &str, route: &str) -> bool {
        self.destination == destination && self.route == route
    }
}
