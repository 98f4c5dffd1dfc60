//! Samples as new events: with another id, and happening now.

use http::HeaderMap;
use serde_json::Value;

use super::dates::DateLiteral;
use super::sample::Sample;
use crate::read::EventFields;
use crate::request::{BodyFormat, BodySpec, HeaderKey};
use hookbell_model::lenient_time;
use hookbell_model::timestamp::Timestamp;

/// The sample as a new event, so that it can be sent again without counting as a repetition. `signed_times` are the
/// headers of the signed time: they are removed, and generated anew when the sample is signed.
pub(crate) fn renewed<'h>(
    sample: &Sample,
    fields: &EventFields,
    spec: &BodySpec,
    signed_times: impl Iterator<Item = &'h HeaderKey>,
    now: Timestamp,
) -> Sample {
    let mut renewed = sample.clone();
    let removed: Vec<&str> = signed_times.map(|key| key.spelling.as_str()).collect();
    renewed.headers.retain(|(name, _)| !removed.iter().any(|key| key.eq_ignore_ascii_case(name)));
    let before = renewed.headers.clone();
    change_headers(&mut renewed.headers, fields.id.headers(), other_id);
    let mut has_id = renewed.headers != before;
    change_headers(&mut renewed.headers, fields.time.headers(), |old| time_like(old, now));
    if let Some((body, id_in_body)) = renewed_body(sample, fields, spec, now) {
        renewed.body = body;
        has_id |= id_in_body;
    }
    if !has_id {
        renewed.body = spec.with_mark(&renewed.header_map(), fastrand::u32(..), &renewed.body);
    }
    renewed
}

/// The body with other ids and times, and whether it has an id; `None` where it holds no JSON.
fn renewed_body(sample: &Sample, fields: &EventFields, spec: &BodySpec, now: Timestamp) -> Option<(String, bool)> {
    let headers: HeaderMap = sample.header_map();
    // XML is changed in its own text.
    let xml = spec.format_of(&headers) == Some(BodyFormat::Xml);
    let text = if xml { sample.body.clone() } else { spec.json_text(&headers, &sample.body)? };
    let events = spec.event_texts(&headers, sample.body.as_bytes()).unwrap_or_default();
    let payloads: Vec<Value> = events.iter().filter_map(|event| serde_json::from_slice(event).ok()).collect();
    let mut renewed = with_other_dates(text.clone(), &payloads, fields, now);
    let mut has_id = false;
    for payload in &payloads {
        has_id |= renew_event(payload, fields, &mut renewed, now);
    }
    let body = match renewed == text {
        true => sample.body.clone(),
        false if xml => renewed,
        false => spec.with_json_text(&headers, &renewed, &sample.body),
    };
    Some((body, has_id))
}

/// The text with every date but those of the events themselves as far from now as they were from the newest event.
fn with_other_dates(mut text: String, payloads: &[Value], fields: &EventFields, now: Timestamp) -> String {
    let own = |payload: &Value| -> Vec<String> {
        let values = fields.time.pointers().filter_map(|pointer| payload.pointer(pointer));
        values.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect()
    };
    let own: Vec<String> = payloads.iter().flat_map(own).collect();
    let Some(event) = own.iter().filter_map(|time| lenient_time::parse(time)).max() else { return text };
    let seconds = (now.0 - event.0).div_euclid(1000);
    let mut dates: Vec<(DateLiteral, String)> = Vec::new();
    for date in payloads.iter().flat_map(|payload| DateLiteral::all(payload, event)) {
        let later = date.later(seconds).filter(|_| !own.contains(&date.literal()));
        dates.extend(later.filter(|_| !dates.iter().any(|(known, _)| *known == date)).map(|later| (date, later)));
    }
    // Not at once: one date may become what another one was.
    let mark = |at: usize| format!("\u{0}{at}\u{0}");
    for (at, (date, _)) in dates.iter().enumerate() {
        text = match date {
            DateLiteral::Text(old) => with_string(&text, old, &mark(at)),
            DateLiteral::Number(old) => with_number(&text, &old.to_string(), &mark(at)),
        };
    }
    dates.iter().enumerate().fold(text, |text, (at, (_, later))| text.replace(&mark(at), later))
}

/// Replaces id and time of one event in the text that holds it; reports whether it has an id.
fn renew_event(payload: &Value, fields: &EventFields, text: &mut String, now: Timestamp) -> bool {
    let mut has_id = false;
    for value in fields.id.pointers().filter_map(|pointer| payload.pointer(pointer)) {
        match value {
            Value::String(id) if !id.is_empty() => *text = with_string(text, id, &other_id(id)),
            Value::Number(id) if id.is_u64() => {
                let id = id.to_string();
                *text = with_number(text, &id, &other_number(&id));
            }
            _ => continue,
        }
        has_id = true;
    }
    for value in fields.time.pointers().filter_map(|pointer| payload.pointer(pointer)) {
        match value {
            Value::String(old) => *text = with_string(text, old, &time_like(old, now)),
            Value::Number(old) => {
                let old = old.to_string();
                *text = with_number(text, &old, &time_like(&old, now));
            }
            _ => {}
        }
    }
    has_id
}

fn change_headers<'a>(
    headers: &mut [(String, String)],
    keys: impl Iterator<Item = &'a HeaderKey>,
    change: impl Fn(&str) -> String,
) {
    let keys: Vec<&str> = keys.map(|key| key.spelling.as_str()).collect();
    for (_, value) in headers.iter_mut().filter(|(name, _)| keys.iter().any(|key| key.eq_ignore_ascii_case(name))) {
        *value = change(value);
    }
}

/// Now, in the spelling of the old time: a number of seconds or milliseconds, or RFC 3339, without a zone where it has
/// none.
fn time_like(old: &str, now: Timestamp) -> String {
    if old.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let whole = old.split('.').next().unwrap_or_default();
        return if whole.len() > 11 { now.0 } else { now.secs() }.to_string();
    }
    let text = now.to_rfc3339();
    let clock = old.split(['T', ' ']).nth(1).unwrap_or("Z");
    let has_zone = clock.contains(['Z', '+', '-']) || old.contains(' ');
    if has_zone { text } else { text.trim_end_matches('Z').to_owned() }
}

/// The text with a string of JSON, or with an attribute or a text of XML, changed wherever it is.
fn with_string(text: &str, old: &str, new: &str) -> String {
    let quoted = text.replace(&format!("\"{old}\""), &format!("\"{new}\""));
    if text.trim_start().starts_with('<') { quoted.replace(&format!(">{old}<"), &format!(">{new}<")) } else { quoted }
}

/// The JSON text with a number changed wherever it is a value by itself: not inside a string, nor inside another
/// number.
fn with_number(text: &str, old: &str, new: &str) -> String {
    let mut pieces = text.split(old);
    let mut changed = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let alone = changed.trim_end().ends_with([':', '[', ',']) && piece.trim_start().starts_with([',', '}', ']']);
        changed.push_str(if alone { new } else { old });
        changed.push_str(piece);
    }
    changed
}

/// Another number of as many digits.
pub(super) fn other_number(id: &str) -> String {
    id.char_indices().map(|(at, _)| fastrand::digit(10).max(if at == 0 { '1' } else { '0' })).collect()
}

/// Another id of the same length and shape: letters and digits after the last `_` change, or all where there is none.
pub(super) fn other_id(id: &str) -> String {
    let start = id.rfind('_').map_or(0, |at| at + 1);
    let mut digits = random_hex().repeat(id.len() / 24 + 1).into_bytes().into_iter();
    let renew = |(at, c): (usize, char)| {
        if at >= start && c.is_ascii_alphanumeric() { digits.next().map_or(c, char::from) } else { c }
    };
    id.char_indices().map(renew).collect()
}

/// Twenty-four hex digits, new each time. An id, not a secret.
pub(super) fn random_hex() -> String {
    format!("{:016x}{:08x}", fastrand::u64(..), fastrand::u32(..))
}

/// Twelve digits, new each time. An id, not a secret.
pub(super) fn random_digits() -> String {
    fastrand::u64(100_000_000_000..1_000_000_000_000).to_string()
}
