//! `[[facts]]`: topic, amount, severity and other facts of an event.
//!
//! Every rule whose globs match the event's type is tried, in the order of the file; each fact comes from the first
//! such rule that finds it. So special rules go first and a rule for `*` last. A fact of the wrong type is absent.

use url::Url;

use super::labels::LabelsRule;
use super::locator::{Constants, Locator, LocatorScope};
use super::severity::SeverityRule;
use super::sum::Sum;
use crate::text;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};
use hookbell_model::event::{Facts, Globs, Topic};
use hookbell_model::money::amount::{Amount, AmountUnit, read_currency};
use hookbell_model::money::currency::{self, Decimals};

/// In characters.
const MAX_FACT: usize = 300;
/// Of an amount that cannot be read, in characters.
const MAX_AMOUNT: usize = 60;
/// In bytes; the longest URL that Discord accepts.
const MAX_URL: usize = 2048;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FactRule {
    on: Vec<String>,
    globs: Globs,
    pub(super) topic: Option<Topic>,
    actor: Locator,
    author: Locator,
    branch: Locator,
    labels: LabelsRule,
    subject: Locator,
    amount: AmountSource,
    amount_unit: AmountUnit,
    currency: Locator,
    url: Locator,
    severity: SeverityRule,
}

/// Where an amount is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AmountSource {
    One(Locator),
    Sum(Sum),
}

/// Topic and facts by all rules.
pub(super) fn gather(
    rules: &[FactRule],
    event_type: &str,
    scope: &LocatorScope<'_>,
    decimals: &Decimals,
) -> (Topic, Facts) {
    let rules: Vec<&FactRule> = rules.iter().filter(|rule| rule.globs.matches(event_type)).collect();
    let line = |locator: fn(&FactRule) -> &Locator| {
        rules.iter().find_map(|rule| locator(rule).find(scope)).and_then(|found| text::first_line(&found, MAX_FACT))
    };
    let currency = rules.iter().find_map(|rule| rule.currency.find(scope).and_then(|found| read_currency(&found)));
    let mut unread = None;
    let amount = rules.iter().find_map(|rule| {
        let found = rule.amount.find(scope, rule.amount_unit, currency.as_deref(), decimals)?;
        found.map_err(|text| unread.get_or_insert(text)).ok()
    });
    let (amount, written) = amount.map_or((None, None), |amount| (Some(amount.minor), amount.currency));
    let currency = currency.or(written);
    let facts = Facts {
        actor: line(|rule| &rule.actor),
        author: line(|rule| &rule.author),
        branch: line(|rule| &rule.branch).and_then(branch_name),
        labels: rules.iter().find_map(|rule| rule.labels.find(scope)).unwrap_or_default(),
        bot: false,
        subject: line(|rule| &rule.subject),
        amount,
        amount_text: unread.filter(|_| amount.is_none()),
        decimals: currency.as_deref().map(|code| (code, decimals.of(code))).and_then(differing),
        currency,
        url: rules.iter().find_map(|rule| rule.url.find_url(scope).and_then(|found| web_url(&found))),
        severity: rules.iter().find_map(|rule| rule.severity.find(scope)),
        sequence: None,
        rank: None,
        test: false,
        routine: false,
    };
    (rules.iter().find_map(|rule| rule.topic).unwrap_or(Topic::Other), facts)
}

/// Of a Git ref the name of its branch; none of a tag.
fn branch_name(text: String) -> Option<String> {
    match text.strip_prefix("refs/") {
        Some(name) => name.strip_prefix("heads/").map(str::to_owned),
        None => Some(text),
    }
}

/// The decimals of a currency that are others than ISO 4217 says.
fn differing((code, decimals): (&str, u32)) -> Option<u32> {
    (currency::decimals(code) != decimals).then_some(decimals)
}

/// Only URLs that a browser opens over the web.
fn web_url(text: &str) -> Option<String> {
    let fits = text.len() <= MAX_URL
        && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    fits.then(|| text::without_control_characters(text.trim()).into_owned())
}

impl FactRule {
    pub(super) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let on: Vec<String> = table.get("on", diagnostics).unwrap_or_else(|| vec!["*".to_owned()]);
        let locator = |table: &mut Table<'_>, key, diagnostics: &mut Diagnostics| {
            Locator::read(table, key, Constants::Allowed, diagnostics)
        };
        let rule = Self {
            globs: Globs::new(&on),
            on,
            topic: table.read("topic", diagnostics, str::parse),
            actor: locator(&mut table, "actor", diagnostics),
            author: locator(&mut table, "author", diagnostics),
            branch: locator(&mut table, "branch", diagnostics),
            labels: LabelsRule::read(&mut table, diagnostics),
            subject: locator(&mut table, "subject", diagnostics),
            amount: AmountSource::read(&mut table, diagnostics),
            amount_unit: table.read("amount_unit", diagnostics, AmountUnit::parse).unwrap_or_default(),
            currency: locator(&mut table, "currency", diagnostics),
            url: locator(&mut table, "url", diagnostics),
            severity: SeverityRule::read(&mut table, diagnostics),
        };
        if table.has("amount_unit") && rule.amount.place().is_empty() {
            diagnostics.add(table.error("amount_unit", Code::CONFLICTING_KEYS, "a unit without an `amount`"));
        }
        table.finish(diagnostics);
        rule
    }

    /// The event types that it names without a wildcard.
    pub(super) fn known_types(&self) -> impl Iterator<Item = &str> {
        self.on.iter().map(String::as_str).filter(|glob| !glob.contains(['*', '?']))
    }

    /// The topic that it gives to events of this type.
    pub(super) fn topic_of(&self, event_type: &str) -> Option<Topic> {
        self.topic.filter(|_| self.globs.matches(event_type))
    }

    /// All places that it reads.
    pub(super) fn locators(&self) -> [&Locator; 8] {
        let amount = self.amount.place();
        [&self.actor, &self.author, &self.branch, &self.subject, amount, &self.currency, &self.url, &self.severity.at]
    }
}

impl AmountSource {
    /// `"/total"`, a list of such, or a [`Sum`].
    pub(super) fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        match table.node("amount").map(|node| &node.value) {
            Some(TomlKind::Table(_)) => {
                Self::Sum(table.table("amount", diagnostics).map(|sum| Sum::read(sum, diagnostics)).unwrap_or_default())
            }
            _ => Self::One(Locator::read(table, "amount", Constants::Allowed, diagnostics)),
        }
    }

    pub(super) fn place(&self) -> &Locator {
        match self {
            Self::One(locator) => locator,
            Self::Sum(sum) => &sum.of,
        }
    }

    /// The amount; its text where that is none.
    pub(super) fn find(
        &self,
        scope: &LocatorScope<'_>,
        unit: AmountUnit,
        currency: Option<&str>,
        decimals: &Decimals,
    ) -> Option<Result<Amount, String>> {
        match self {
            Self::One(locator) => {
                let found = locator.find_written(scope)?;
                let amount = unit.read(&found, currency, decimals).map(Ok);
                amount.or_else(|| text::first_line(&found, MAX_AMOUNT).map(Err))
            }
            Self::Sum(sum) => {
                let found = sum.find(scope, unit, currency, decimals)?;
                Some(found.map(|minor| Amount { minor, currency: None }))
            }
        }
    }
}
