//! `[[facts]]`: topic, amount, severity and other facts of an event.
//!
//! Every rule whose globs match the event's type is tried, in the order of the file; each fact comes from the first
//! such rule that finds it. So special rules go first and a rule for `*` last. A fact of the wrong type is absent.

use url::Url;

use super::amount::{self, AmountUnit};
use super::locator::{Constants, Locator, LocatorScope};
use super::severity::SeverityRule;
use crate::text;
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_model::event::{Facts, Globs, Topic};

/// In characters.
const MAX_FACT: usize = 300;
/// In bytes; the longest URL that Discord accepts.
const MAX_URL: usize = 2048;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FactRule {
    on: Vec<String>,
    globs: Globs,
    pub(super) topic: Option<Topic>,
    actor: Locator,
    subject: Locator,
    amount: Locator,
    amount_unit: AmountUnit,
    currency: Locator,
    url: Locator,
    severity: SeverityRule,
}

/// Topic and facts by all rules.
pub(super) fn gather(rules: &[FactRule], event_type: &str, scope: &LocatorScope<'_>) -> (Topic, Facts) {
    let rules: Vec<&FactRule> = rules.iter().filter(|rule| rule.globs.matches(event_type)).collect();
    let line = |locator: fn(&FactRule) -> &Locator| {
        rules.iter().find_map(|rule| locator(rule).find(scope)).and_then(|found| text::first_line(&found, MAX_FACT))
    };
    let currency = rules.iter().find_map(|rule| rule.currency.find(scope).and_then(|found| amount::currency(&found)));
    let amount = rules.iter().find_map(|rule| {
        rule.amount.find(scope).and_then(|found| amount::minor_units(&found, rule.amount_unit, currency.as_deref()))
    });
    let facts = Facts {
        actor: line(|rule| &rule.actor),
        subject: line(|rule| &rule.subject),
        amount,
        currency,
        url: rules.iter().find_map(|rule| rule.url.find_url(scope).and_then(|found| web_url(&found))),
        severity: rules.iter().find_map(|rule| rule.severity.find(scope)),
        sequence: None,
        rank: None,
    };
    (rules.iter().find_map(|rule| rule.topic).unwrap_or(Topic::Other), facts)
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
            subject: locator(&mut table, "subject", diagnostics),
            amount: locator(&mut table, "amount", diagnostics),
            amount_unit: table.read("amount_unit", diagnostics, AmountUnit::parse).unwrap_or_default(),
            currency: locator(&mut table, "currency", diagnostics),
            url: locator(&mut table, "url", diagnostics),
            severity: SeverityRule::read(&mut table, diagnostics),
        };
        if table.has("amount_unit") && rule.amount.is_empty() {
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
    pub(super) fn locators(&self) -> [&Locator; 6] {
        [&self.actor, &self.subject, &self.amount, &self.currency, &self.url, &self.severity.at]
    }
}
