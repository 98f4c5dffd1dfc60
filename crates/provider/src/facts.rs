//! What an event is about, read from its payload: the rows `[[facts]]` of a provider file.
//!
//! Every row whose globs take the event's type is looked at, in the order of the file; each fact comes from
//! the first such row that finds it. So special rows go first and a row for `*` last. A fact of the wrong kind
//! is absent.

use url::Url;

use super::locator::{Constants, Locator, Seen};
use super::money::{self, AmountUnit};
use super::text;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Code, Table, TomlKind};
use hookbell_model::event::{Facts, Globs, Severity, Topic};

/// In characters; a subject is a line, not a text.
const LONGEST_FACT: usize = 300;
/// In bytes; Discord takes no longer address.
const LONGEST_URL: usize = 2048;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
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

/// The severity as a fixed word, as a word of the payload, or by a table from the payload's words.
#[derive(Debug, Clone, PartialEq, Default)]
struct SeverityRule {
    at: Locator,
    map: Vec<(String, Severity)>,
    otherwise: Option<Severity>,
}

/// Topic and facts by all rows.
pub(super) fn gather(rows: &[Row], kind: &str, seen: &Seen<'_>) -> (Topic, Facts) {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.globs.matches(kind)).collect();
    let line = |pick: fn(&Row) -> &Locator| {
        rows.iter().find_map(|row| pick(row).find(seen)).and_then(|found| text::line(&found, LONGEST_FACT))
    };
    let currency = rows.iter().find_map(|row| row.currency.find(seen).and_then(|found| money::currency(&found)));
    let amount = rows.iter().find_map(|row| {
        row.amount.find(seen).and_then(|found| money::minor_units(&found, row.amount_unit, currency.as_deref()))
    });
    let facts = Facts {
        actor: line(|row| &row.actor),
        subject: line(|row| &row.subject),
        amount,
        currency,
        url: rows.iter().find_map(|row| row.url.find_url(seen).and_then(|found| address(&found))),
        severity: rows.iter().find_map(|row| row.severity.find(seen)),
    };
    (rows.iter().find_map(|row| row.topic).unwrap_or(Topic::Other), facts)
}

/// Only what a browser opens over the web.
fn address(text: &str) -> Option<String> {
    let fits = text.len() <= LONGEST_URL
        && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    fits.then(|| text::clean(text.trim()).into_owned())
}

impl Row {
    pub(super) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let on: Vec<String> = table.get("on", diagnostics).unwrap_or_else(|| vec!["*".to_owned()]);
        let place = |table: &mut Table<'_>, key, diagnostics: &mut Diagnostics| {
            Locator::read(table, key, Constants::Allowed, diagnostics)
        };
        let row = Self {
            globs: Globs::new(&on),
            on,
            topic: table.read("topic", diagnostics, str::parse),
            actor: place(&mut table, "actor", diagnostics),
            subject: place(&mut table, "subject", diagnostics),
            amount: place(&mut table, "amount", diagnostics),
            amount_unit: table.read("amount_unit", diagnostics, amount_unit).unwrap_or_default(),
            currency: place(&mut table, "currency", diagnostics),
            url: place(&mut table, "url", diagnostics),
            severity: SeverityRule::read(&mut table, diagnostics),
        };
        if table.has("amount_unit") && row.amount.is_empty() {
            diagnostics.add(table.error("amount_unit", Code::CONFLICTING_KEYS, "a unit without an `amount`"));
        }
        table.finish(diagnostics);
        row
    }

    /// The event types it names in full.
    pub(super) fn known_types(&self) -> impl Iterator<Item = &str> {
        self.on.iter().map(String::as_str).filter(|glob| !glob.contains(['*', '?']))
    }

    /// The topic it gives to events of this type.
    pub(super) fn topic_of(&self, kind: &str) -> Option<Topic> {
        self.topic.filter(|_| self.globs.matches(kind))
    }

    pub(super) fn locators(&self) -> [&Locator; 6] {
        [&self.actor, &self.subject, &self.amount, &self.currency, &self.url, &self.severity.at]
    }
}

fn amount_unit(word: &str) -> Result<AmountUnit, String> {
    match word {
        "minor" => Ok(AmountUnit::Minor),
        "major" => Ok(AmountUnit::Major),
        _ => Err("expected `minor` (cents) or `major` (\"398.00\")".to_owned()),
    }
}

impl SeverityRule {
    /// `"error"`, `"/severity"`, or `{ at = "/state", map = { failed = "error" }, else = "info" }`.
    fn read(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        match table.node("severity").map(|node| &node.value) {
            None => return Self::default(),
            Some(TomlKind::String(word)) if !word.starts_with('/') && !word.contains([':', '{']) => {
                return Self { otherwise: table.read("severity", diagnostics, str::parse), ..Self::default() };
            }
            Some(TomlKind::Table(_)) => {}
            Some(_) => {
                return Self {
                    at: Locator::read(table, "severity", Constants::Refused, diagnostics),
                    ..Self::default()
                };
            }
        }
        let Some(mut inner) = table.table("severity", diagnostics) else { return Self::default() };
        let at = Locator::read(&mut inner, "at", Constants::Refused, diagnostics);
        if at.is_empty() && !inner.has("at") {
            diagnostics.add(inner.missing("at").help("where the word is"));
        }
        let mut map = Vec::new();
        if let Some(words) = inner.table("map", diagnostics) {
            for entry in words.all() {
                match &entry.node.value {
                    TomlKind::String(word) => match word.parse() {
                        Ok(severity) => map.push((entry.key.to_lowercase(), severity)),
                        Err(what) => diagnostics.add(words.error(&entry.key, Code::INVALID_VALUE, what)),
                    },
                    other => {
                        diagnostics.add(words.error(
                            &entry.key,
                            Code::WRONG_TYPE,
                            format!("expected a string, found {}", other.kind()),
                        ));
                    }
                }
            }
        }
        let otherwise = inner.read("else", diagnostics, str::parse);
        inner.finish(diagnostics);
        Self { at, map, otherwise }
    }

    fn find(&self, seen: &Seen<'_>) -> Option<Severity> {
        let word = self.at.find(seen).map(|word| word.trim().to_lowercase());
        let mapped = word.and_then(|word| {
            let entry = self.map.iter().find(|(known, _)| *known == word);
            entry.map(|(_, severity)| *severity).or_else(|| word.parse().ok())
        });
        mapped.or(self.otherwise)
    }
}
