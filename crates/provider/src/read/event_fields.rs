//! `[event]`: where type, id and time of an event are.

use sha2::{Digest as _, Sha256};

use super::locator::{Constants, Locator, LocatorScope};
use crate::keyword;
use crate::request::TimeUnit;
use crate::text;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Table;
use hookbell_model::lenient_time;
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
}

impl EventFields {
    /// Reads `[event]`. Keys that are absent stay as they are in `self`.
    pub(crate) fn read_over(&self, mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut fields = self.clone();
        for (key, locator) in [("type", &mut fields.event_type), ("id", &mut fields.id)] {
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
                    "expected `s`, `ms` or `rfc3339`; without it the unit is guessed from the spelling".to_owned()
                })
            });
            time.finish(diagnostics);
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
            None => lenient_time::parse_unix(text).or_else(|| lenient_time::parse_date_time(text)),
        };
        at.filter(|at| (0..=MAX_SECONDS).contains(&at.secs()))
    }

    /// All places that it reads.
    pub(super) fn locators(&self) -> [&Locator; 3] {
        [&self.event_type, &self.id, &self.time]
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
    use super::*;

    #[test]
    fn long_ids_are_hashed_not_truncated() {
        let (one, two) = (format!("{}1", "x".repeat(500)), format!("{}2", "x".repeat(500)));
        assert_ne!(clean_id(&one), clean_id(&two));
        assert_eq!(clean_id(" evt_1\u{0} ").as_deref(), Some("evt_1"));
        assert_eq!(clean_id("\u{1}"), None);
    }
}
