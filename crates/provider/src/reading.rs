//! What a verified request says: type, id, time, topic and facts, by `[event]` and `[[facts]]`.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::body::REDACTED;
use super::condition::Condition;
use super::locator::{Constants, Locator, Seen};
use super::scheme::Check;
use super::view::{Spot, View};
use super::{Provider, Reading, Request, Settings, Unreadable, Verified, facts, text};
use hookbell_config_file::Table;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_model::event::Globs;
use hookbell_model::lenient_time;
use hookbell_model::timestamp::Timestamp;

/// In characters. A longer type is cut, a longer id hashed.
const LONGEST: usize = 200;
/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// Where type, id and time stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Places {
    pub(super) event_type: Locator,
    pub(super) id: Locator,
    pub(super) time: Locator,
    unit: Option<TimeUnit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeUnit {
    Seconds,
    Millis,
    Rfc3339,
}

impl Places {
    /// Reads `[event]`. Keys that are left out stay as `self` has them.
    pub(super) fn read_over(&self, mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut places = self.clone();
        for (key, place) in [("type", &mut places.event_type), ("id", &mut places.id)] {
            if table.has(key) {
                *place = Locator::read(&mut table, key, Constants::Refused, diagnostics);
            } else {
                // Known, though absent.
                table.node(key);
            }
        }
        if let Some(mut time) = table.table("time", diagnostics) {
            places.time = Locator::read(&mut time, "at", Constants::Refused, diagnostics);
            if !time.has("at") {
                diagnostics.add(time.missing("at").help("where the time is"));
            }
            places.unit = time.read("unit", diagnostics, |word| match word {
                "s" => Ok(TimeUnit::Seconds),
                "ms" => Ok(TimeUnit::Millis),
                "rfc3339" => Ok(TimeUnit::Rfc3339),
                _ => Err("expected `s`, `ms` or `rfc3339`; left out = whatever it looks like".to_owned()),
            });
            time.finish(diagnostics);
        }
        table.finish(diagnostics);
        places
    }

    fn moment(&self, seen: &Seen<'_>) -> Option<Timestamp> {
        let text = self.time.find(seen)?;
        let text = text.trim();
        let at = match self.unit {
            Some(TimeUnit::Seconds) => number(text, 1000),
            Some(TimeUnit::Millis) => number(text, 1),
            Some(TimeUnit::Rfc3339) => lenient_time::parse_date_time(text),
            // A date without a time of day would make the event look older than the others of its day.
            None => lenient_time::parse_unix(text).or_else(|| lenient_time::parse_date_time(text)),
        }?;
        (0..=LAST_SECOND).contains(&at.secs()).then_some(at)
    }
}

/// A number of units, perhaps with a fraction, as milliseconds.
fn number(text: &str, factor: i64) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) {
        return None;
    }
    let whole = whole.parse::<i64>().ok()?.checked_mul(factor)?;
    let thousandths: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(Timestamp(whole.checked_add(thousandths.parse::<i64>().ok()? * factor / 1000)?))
}

/// `[[ignore]]`: events that are kept out of the queue.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ignore {
    on: Globs,
    when: Condition,
}

impl Ignore {
    pub(super) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let on: Option<Vec<String>> = table.get("on", diagnostics);
        let when =
            table.table("when", diagnostics).map(|table| Condition::read(&table, diagnostics)).unwrap_or_default();
        if on.is_none() && when.0.is_empty() {
            diagnostics.add(table.error(
                "",
                Code::MISSING_KEY,
                "says nothing: expected `on` (types) or `when` (conditions)",
            ));
        }
        table.finish(diagnostics);
        Self { on: Globs::new(on.unwrap_or_else(|| vec!["*".to_owned()])), when }
    }
}

/// What a request holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Contents<'a> {
    pub items: Vec<Item<'a>>,
    /// How many more there were that the provider's file says to ignore.
    pub ignored: usize,
}

/// One event of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Item<'a> {
    pub reading: Reading,
    /// Its JSON: the request's own bytes, or its element of them, or the form's fields; nothing in it is secret.
    pub body: Cow<'a, [u8]>,
}

impl Provider {
    /// Reads all events of a request: type, id, time, topic and facts of each.
    ///
    /// # Errors
    /// When the body is not in the provider's format, or holds too many.
    pub fn events<'a>(&self, verified: Verified<'a>) -> Result<Contents<'a>, Unreadable> {
        self.read_all(verified.request, &self.doubtful(verified.alternative))
    }

    /// Reads the first event, ignored or not.
    ///
    /// # Errors
    /// When the body is not in the provider's format, or holds none.
    pub fn event(&self, verified: Verified<'_>) -> Result<Reading, Unreadable> {
        let request = verified.request;
        self.read_request(request.headers, request.body, &self.doubtful(verified.alternative))
    }

    pub(super) fn read_request(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        doubtful: &[&HeaderName],
    ) -> Result<Reading, Unreadable> {
        let texts = self.format.texts(headers, body).map_err(|error| with_advice(error, headers, body))?;
        let first = texts.into_iter().next().ok_or_else(|| Unreadable("the body holds no event".to_owned()))?;
        self.read_text(headers, first, doubtful).map(|(item, _)| item.reading)
    }

    pub(super) fn read_all<'a>(
        &self,
        request: Request<'a>,
        doubtful: &[&HeaderName],
    ) -> Result<Contents<'a>, Unreadable> {
        let headers = request.headers;
        let texts =
            self.format.texts(headers, request.body).map_err(|error| with_advice(error, headers, request.body))?;
        let mut contents = Contents { items: Vec::with_capacity(texts.len()), ignored: 0 };
        let settings = Settings::default();
        let view = View::new(request, &self.format, &settings);
        for text in texts {
            let (item, payload) = self.read_text(headers, text, doubtful)?;
            let spot = Spot { view: &view, element: Some(&payload) };
            let kind = &item.reading.event_type;
            if self.ignore.iter().any(|ignore| ignore.on.matches(kind) && ignore.when.holds(&spot)) {
                contents.ignored += 1;
            } else {
                contents.items.push(item);
            }
        }
        Ok(contents)
    }

    fn read_text<'a>(
        &self,
        headers: &HeaderMap,
        text: Cow<'a, [u8]>,
        doubtful: &[&HeaderName],
    ) -> Result<(Item<'a>, Value), Unreadable> {
        let mut payload: Value = serde_json::from_slice(&text).map_err(|error| unreadable(headers, &text, &error))?;
        let hash = |text: &[u8]| hex::encode(Sha256::digest(text));
        let redacted = self.redact(&mut payload);
        let seen = Seen { headers, payload: &payload, doubtful: doubtful.to_vec() };
        let event_type = self.places.event_type.find(&seen).and_then(|found| text::line(&found, LONGEST));
        let event_type = event_type.unwrap_or_else(|| "unknown".to_owned());
        let (topic, facts) = facts::gather(&self.rows, &event_type, &seen);
        let reference = self.places.id.find(&seen).and_then(|found| reference(&found));
        let reading = Reading {
            reference: reference.unwrap_or_else(|| hash(&text)),
            time: self.places.moment(&seen),
            event_type,
            topic,
            facts,
        };
        let body = if redacted { Cow::Owned(payload.to_string().into_bytes()) } else { text };
        Ok((Item { reading, body }, payload))
    }

    /// What the file names, and the token where it stands in the body.
    fn redact(&self, payload: &mut Value) -> bool {
        let named = self.format.redact(payload);
        let mut token = false;
        for pointer in self.scheme.0.iter().filter_map(Check::token_pointer) {
            if let Some(value) = payload.pointer_mut(&pointer) {
                *value = Value::String(REDACTED.to_owned());
                token = true;
            }
        }
        named || token
    }

    /// The headers that only the alternatives not used would have signed.
    fn doubtful(&self, used: usize) -> Vec<&HeaderName> {
        let signed = |at: usize| self.scheme.0.get(at).into_iter().flat_map(|check| check.signed_headers());
        let own: Vec<&HeaderName> = signed(used).map(|header| &header.name).collect();
        let others = (0..self.scheme.0.len()).filter(|at| *at != used).flat_map(signed);
        others.map(|header| &header.name).filter(|name| !own.contains(name)).collect()
    }
}

/// The id without control characters; its hash when it is too long. Cutting could make two ids one.
fn reference(found: &str) -> Option<String> {
    let id = text::clean(found.trim());
    match id.chars().count() {
        0 => None,
        1..=LONGEST => Some(id.into_owned()),
        _ => Some(hex::encode(Sha256::digest(found.as_bytes()))),
    }
}

/// Never repeats a piece of the body.
pub(super) fn not_json(error: &serde_json::Error) -> Unreadable {
    Unreadable(if error.is_eof() {
        "the body ends in the middle of its JSON".to_owned()
    } else if error.to_string().starts_with("number out of range") {
        // A float of 64 bits ends near 1.8e308; nobody sends that in earnest.
        format!("the body has a number that is too large (line {}, column {})", error.line(), error.column())
    } else {
        format!("the body is not JSON (line {}, column {})", error.line(), error.column())
    })
}

/// An empty body, or a form where none is expected, is told in other words than broken JSON.
fn with_advice(error: Unreadable, headers: &HeaderMap, body: &[u8]) -> Unreadable {
    match serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        Err(broken) if body.is_empty() => unreadable(headers, body, &broken),
        _ => error,
    }
}

fn unreadable(headers: &HeaderMap, body: &[u8], error: &serde_json::Error) -> Unreadable {
    let content_type = headers.get(CONTENT_TYPE).and_then(super::header::utf8).map_or(Cow::Borrowed(""), Cow::Borrowed);
    Unreadable(if body.is_empty() {
        "the body is empty, expected JSON".to_owned()
    } else if content_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        "the body is a form, expected JSON: choose `application/json` where the webhook is set up".to_owned()
    } else {
        return not_json(error);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_known_unit_are_read_exactly() {
        let second = Some(Timestamp(1_795_255_200_000));
        assert_eq!(number("1795255200", 1000), second);
        assert_eq!(number("1795255200000", 1), second);
        assert_eq!(number("1795255200.250000", 1000), Some(Timestamp(1_795_255_200_250)));
        for text in ["", "soon", "2026-11-21", "-1", "1e9"] {
            assert_eq!(number(text, 1000), None, "{text}");
        }
    }

    #[test]
    fn long_ids_are_hashed_not_cut() {
        let (one, two) = (format!("{}1", "x".repeat(500)), format!("{}2", "x".repeat(500)));
        assert_ne!(reference(&one), reference(&two));
        assert_eq!(reference(" evt_1\u{0} ").as_deref(), Some("evt_1"));
        assert_eq!(reference("\u{1}"), None);
    }
}
