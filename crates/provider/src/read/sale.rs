//! `[[sale]]`: what an event says of the money of a sale, and what the sale is known by.
//!
//! Of the rules that match an event the first of each kind says what it is about; the others tie their keys to it.

use super::facts::AmountSource;
use super::locator::{Constants, Locator, LocatorScope};
use crate::keyword;
use crate::request::{FieldCondition, ValueScope};
use crate::text;
use hookbell_config_file::{Code, Diagnostics, Table};
use hookbell_model::event::{Facts, Globs, Severity, Topic};
use hookbell_model::lenient_time;
use hookbell_model::money::amount::{AmountUnit, read_currency};
use hookbell_model::money::currency::Decimals;
use hookbell_model::sale::{ClaimedMoney, SaleAmount, SaleClaim, SaleKind};
use hookbell_model::timestamp::Timestamp;

/// Events of one sale that only `near` ties are not further apart.
const NEAR_SECS: i64 = 600;
/// Of a key or a part, in characters.
const MAX_KEY: usize = 200;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SaleRule {
    on: Globs,
    when: FieldCondition,
    kind: SaleKind,
    /// Each that is found is a key.
    keys: Vec<Locator>,
    /// What is the same for events of one sale that name no id of each other, within some minutes.
    near: Locator,
    part: Locator,
    /// That of the facts where the rule names none.
    amount: AmountSource,
    amount_unit: AmountUnit,
    /// That of the facts where the rule names none.
    currency: Locator,
    /// When the money moved; when the event was received where it does not say.
    at: Locator,
    /// Are added to the amount, and taken off it, where all of them are there and something is left.
    plus: Vec<Locator>,
    less: Vec<Locator>,
    money: MoneyRule,
}

/// `money`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MoneyRule {
    Amount,
    Void,
    None,
}

/// An event that was read, as far as sales are concerned.
pub(super) struct ReadFacts<'r> {
    pub(super) event_type: &'r str,
    pub(super) topic: Topic,
    pub(super) facts: &'r Facts,
    /// The provider's id; none where it has none.
    pub(super) id: Option<&'r str>,
    /// When it happened, by the provider.
    pub(super) time: Option<Timestamp>,
}

impl SaleRule {
    pub(super) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let on: Vec<String> = table.get("on", diagnostics).unwrap_or_else(|| vec!["*".to_owned()]);
        let when =
            table.table("when", diagnostics).map(|table| FieldCondition::read(&table, diagnostics)).unwrap_or_default();
        let keys = places(&mut table, "key", diagnostics);
        let words = [("void", MoneyRule::Void), ("none", MoneyRule::None)];
        let money = table.read("money", diagnostics, |word| keyword::parse(word, &words)).unwrap_or(MoneyRule::Amount);
        let rule = Self {
            on: Globs::new(on),
            when,
            kind: table.read("kind", diagnostics, str::parse).unwrap_or(SaleKind::Sale),
            near: Locator::read(&mut table, "near", Constants::Refused, diagnostics),
            part: Locator::read(&mut table, "part", Constants::Refused, diagnostics),
            amount: AmountSource::read(&mut table, diagnostics),
            amount_unit: table.read("amount_unit", diagnostics, AmountUnit::parse).unwrap_or_default(),
            currency: Locator::read(&mut table, "currency", Constants::Refused, diagnostics),
            at: Locator::read(&mut table, "at", Constants::Refused, diagnostics),
            plus: places(&mut table, "plus", diagnostics),
            less: places(&mut table, "less", diagnostics),
            money,
            keys,
        };
        if rule.money == MoneyRule::None && rule.keys.len() < 2 && rule.near.is_empty() {
            let help = "`money = \"none\"` is for events that tie keys together: name two or more";
            diagnostics.add(table.error("money", Code::CONFLICTING_KEYS, "nothing is said of any money").help(help));
        }
        table.finish(diagnostics);
        rule
    }

    /// All places that it reads.
    pub(super) fn locators(&self) -> impl Iterator<Item = &Locator> {
        self.keys.iter().chain(&self.plus).chain(&self.less).chain([
            &self.near,
            &self.part,
            self.amount.place(),
            &self.currency,
            &self.at,
        ])
    }

    fn claim(&self, read: &ReadFacts<'_>, scope: &LocatorScope<'_>, decimals: &Decimals) -> SaleClaim {
        let short = |locator: &Locator| locator.find(scope).and_then(|found| text::first_line(&found, MAX_KEY));
        let own = self.currency.find(scope).and_then(|found| read_currency(&found));
        let (currency, own_decimals) = match &own {
            Some(own) => (Some(own.as_str()), decimals.of(own)),
            None => (read.facts.currency.as_deref(), read.facts.amount_decimals()),
        };
        let amount = if self.amount.place().is_empty() {
            read.facts.amount
        } else {
            let found = self.amount.find(scope, self.amount_unit, currency, decimals);
            found.and_then(Result::ok).map(|amount| amount.minor)
        };
        let amount = amount.map(|minor| {
            let minor = self.adjusted(minor, currency, scope, decimals).unwrap_or(minor);
            sale_amount(self.kind, minor, currency, own_decimals)
        });
        SaleClaim {
            keys: self
                .keys
                .iter()
                .filter_map(short)
                .take(SaleClaim::MOST_KEYS)
                .chain(self.near_keys(read, scope))
                .collect(),
            kind: self.kind,
            part: short(&self.part).unwrap_or_default(),
            money: match (self.money, amount) {
                (MoneyRule::Amount, Some(amount)) => ClaimedMoney::Amount(amount),
                (MoneyRule::Void, amount) => ClaimedMoney::Void(amount),
                (MoneyRule::None, _) | (MoneyRule::Amount, None) => ClaimedMoney::None,
            },
            at: self.at.find(scope).and_then(|found| lenient_time::parse_date_time(found.trim())),
        }
    }

    /// Two keys of `near`, each for a stretch of time, which overlap by half: events that are not further apart than that have
    /// one of them in common, in whatever order they come.
    fn near_keys(&self, read: &ReadFacts<'_>, scope: &LocatorScope<'_>) -> Vec<String> {
        // A missing part makes the whole absent.
        let found = self.near.find_url(scope).and_then(|found| text::first_line(&found, MAX_KEY));
        let Some((found, at)) = found.zip(read.time) else { return Vec::new() };
        let stretch = |from: i64| (at.secs() + from).div_euclid(2 * NEAR_SECS);
        vec![format!("near:{found}:{}", stretch(0)), format!("near:{found}:{}/", stretch(NEAR_SECS))]
    }

    /// With `plus` and `less`; none where one of them is not there, or nothing would be left.
    fn adjusted(
        &self,
        minor: i64,
        currency: Option<&str>,
        scope: &LocatorScope<'_>,
        decimals: &Decimals,
    ) -> Option<i64> {
        let sum = |places: &[Locator]| {
            places.iter().try_fold(0i64, |sum, place| {
                let text = place.find_written(scope)?;
                sum.checked_add(self.amount_unit.read(&text, currency, decimals)?.minor)
            })
        };
        minor.checked_add(sum(&self.plus)?)?.checked_sub(sum(&self.less)?).filter(|left| *left >= 0)
    }
}

/// All of the places of a list, and not the first that is there.
fn places(table: &mut Table<'_>, key: &'static str, diagnostics: &mut Diagnostics) -> Vec<Locator> {
    table.read_list(key, diagnostics, |text| Locator::parse(text, Constants::Refused))
}

/// What an event says of sales. Where nothing names its sale, it is known by the event's id.
pub(super) fn claims(
    rules: &[SaleRule],
    read: &ReadFacts<'_>,
    scope: &LocatorScope<'_>,
    whole: &ValueScope<'_>,
    decimals: &Decimals,
) -> Vec<SaleClaim> {
    let mut claims: Vec<SaleClaim> = Vec::new();
    if rules.iter().all(|rule| rule.money == MoneyRule::None) {
        claims.extend(claim_by_topic(read));
    }
    for rule in rules.iter().filter(|rule| rule.on.matches(read.event_type) && rule.when.holds(whole)) {
        let claim = rule.claim(read, scope, decimals);
        match claims.iter_mut().find(|known| known.kind == claim.kind) {
            Some(known) => known.keys.extend(claim.keys),
            None => claims.push(claim),
        }
    }
    let is_named = claims.iter().any(|claim| !claim.keys.is_empty());
    if let (false, Some(id), Some(first)) = (is_named, read.id, claims.first_mut()) {
        first.keys.push(format!("event:{id}"));
    }
    // What says nothing of money and ties nothing together is not worth a row.
    let says_something = claims.iter().any(|claim| claim.money != ClaimedMoney::None)
        || claims.iter().map(|claim| claim.keys.len()).sum::<usize>() > 1;
    if says_something { claims } else { Vec::new() }
}

/// Of a provider whose file does not say where sales have their money.
fn claim_by_topic(read: &ReadFacts<'_>) -> Option<SaleClaim> {
    let kind = match (read.topic, read.facts.severity) {
        (Topic::Payment, None | Some(Severity::Success)) => SaleKind::Sale,
        (Topic::Refund, severity) if severity != Some(Severity::Error) => SaleKind::Refund,
        (Topic::Dispute, severity) if severity != Some(Severity::Success) => SaleKind::Dispute,
        _ => return None,
    };
    let Facts { amount, currency, .. } = read.facts;
    let amount = sale_amount(kind, (*amount)?, currency.as_deref(), read.facts.amount_decimals());
    // What goes back may go in parts, each an event of its own.
    let part = if kind == SaleKind::Sale { String::new() } else { read.id.unwrap_or_default().to_owned() };
    Some(SaleClaim { keys: Vec::new(), kind, part, money: ClaimedMoney::Amount(amount), at: None })
}

/// Some providers write what goes back with a minus sign.
fn sale_amount(kind: SaleKind, minor: i64, currency: Option<&str>, decimals: u32) -> SaleAmount {
    let minor = if kind == SaleKind::Sale { minor.max(0) } else { minor.saturating_abs() };
    SaleAmount { minor, currency: currency.unwrap_or_default().to_owned(), decimals }
}
