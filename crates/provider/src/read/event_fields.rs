//! `[event]`: where type, id and time of an event are.

use sha2::{Digest as _, Sha256};

use super::locator::{Constants, Locator, LocatorScope};
use crate::keyword;
use crate::request::TimeUnit;
use crate::text;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;
use hookbell_model::event::Globs;
use hookbell_model::timestamp::Timestamp;

/// In characters. A longer type is truncated, a longer id hashed.
const MAX_LENGTH: usize = 200;
/// The last second of the year 9999.
const MAX_SECONDS: i64 = 253_402_300_799;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct EventFields {
    pub(crate) event_type: Locator,
    pub(crate) id: Locator,
    pub(crate) time: Locator,
    /// None guesses by the spelling.
    time_unit: Option<TimeUnit>,
    /// A number that grows with each change of the thing.
    pub(crate) sequence: Locator,
    /// Event types in the order in which they happen within the same moment.
    order: Vec<Globs>,
}

impl EventFields {
    /// Reads `[event]`. Keys that are absent stay as they are in `self`.
    pub(crate) fn read_over(&self, mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut fields = self.clone();
        for (key, locator) in
            [("type", &mut fields.event_type), ("id", &mut fields.id), ("sequence", &mut fields.sequence)]
        {
            if table.has(key) {
                *locator = Locator::read(&mut table, key, Constants::Refused, diagnostics);
            } else {
                // Known, though absent.
                table.node(key);
            }
        }
        if let Some(mut time) = table.table("time", diagnostics) {
            fields.time = Locator::read(&mut time, "at", Constants::Refused, diagnostics);
            if !time.has("at") {
                diagnostics.add(time.missing("at").help("where the time is"));
            }
            fields.time_unit = time.read("unit", diagnostics, |word| {
                keyword::parse(word, &TimeUnit::KEYWORDS).map_err(|_| {
                    "expected `s`, `ms`, `rfc3339` or `unix`; without it the unit is guessed from the spelling"
                        .to_owned()
                })
            });
            time.finish(diagnostics);
        }
        if let Some(order) = table.get::<Vec<String>>("order", diagnostics) {
            fields.order = order.into_iter().map(|glob| Globs::new([glob])).collect();
        }
        table.finish(diagnostics);
        fields
    }

    pub(super) fn event_type(&self, scope: &LocatorScope<'_>) -> String {
        let found = self.event_type.find(scope).and_then(|found| text::first_line(&found, MAX_LENGTH));
        found.unwrap_or_else(|| "unknown".to_owned())
    }

    pub(super) fn id(&self, scope: &LocatorScope<'_>) -> Option<String> {
        self.id.find(scope).and_then(|found| clean_id(&found))
    }

    pub(super) fn time(&self, scope: &LocatorScope<'_>) -> Option<Timestamp> {
        let found = self.time.find(scope)?;
        let text = found.trim();
        let at = match self.time_unit {
            Some(unit) => unit.parse(text),
            // A date without a time of day would make the event look older than the others of its day.
            None => TimeUnit::guess(text),
        };
        at.filter(|at| (0..=MAX_SECONDS).contains(&at.secs()))
    }

    /// A whole number; anything else is no sequence.
    pub(super) fn sequence(&self, scope: &LocatorScope<'_>) -> Option<i64> {
        self.sequence.find(scope)?.trim().parse().ok()
    }

    /// The place of a type in `order`; none where the order does not name it.
    pub(super) fn rank(&self, event_type: &str) -> Option<u16> {
        let place = self.order.iter().position(|glob| glob.matches(event_type))?;
        u16::try_from(place).ok()
    }

    /// All places that it reads.
    pub(super) fn locators(&self) -> [&Locator; 4] {
        [&self.event_type, &self.id, &self.time, &self.sequence]
    }
}

/// The id without control characters; its hash when it is too long: truncation could make two ids equal.
fn clean_id(found: &str) -> Option<String> {
    let id = text::without_control_characters(found.trim());
    match id.chars().count() {
        0 => None,
        1..=MAX_LENGTH => Some(id.into_owned()),
        _ => Some(hex::encode(Sha256::digest(found.as_bytes()))),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use http::HeaderMap;
    use serde_json::json;

    use super::*;
    use hookbell_config_file::Document;

    #[test]
    fn the_order_of_a_things_events_is_read_where_the_file_says_it() {
        let mut diagnostics = Diagnostics::default();
        let text = "sequence = \"/version\"\norder = [\"order.created\", \"order.*\"]";
        let document = Document::parse("test.toml", text, &mut diagnostics);
        let fields = EventFields::default().read_over(document.root(), &mut diagnostics);
        assert_eq!(diagnostics.to_string(), "");
        let sequence = |payload: serde_json::Value| {
            let (headers, json) = (HeaderMap::new(), payload.to_string());
            let base = Cow::Borrowed("");
            let scope =
                LocatorScope { headers: &headers, payload: &payload, json: json.as_bytes(), base, untrusted: &[] };
            fields.sequence(&scope)
        };
        assert_eq!(sequence(json!({ "version": 7 })), Some(7));
        assert_eq!(sequence(json!({ "version": "-8" })), Some(-8));
        assert_eq!([json!({}), json!({ "version": 1.5 }), json!({ "version": "new" })].map(sequence), [None; 3]);
        let ranks = ["order.created", "order.paid", "customer.created"].map(|name| fields.rank(name));
        assert_eq!(ranks, [Some(0), Some(1), None]);
    }

    #[test]
    fn long_ids_are_hashed_not_truncated() {
        let (one, two) = (format!("{}1", "x".repeat(500)), format!("{}2", "x".repeat(500)));
        assert_ne!(clean_id(&one), clean_id(&two));
        assert_eq!(clean_id(" evt_1\u{0} ").as_deref(), Some("evt_1"));
        assert_eq!(clean_id("\u{1}"), None);
    }
}
