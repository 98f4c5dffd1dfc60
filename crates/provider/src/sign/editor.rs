//! Changes samples before they are read or sent: values of their payload, and the ids of the thing that they are about.

use std::collections::BTreeMap;

use serde_json::Value;

use super::assignment::{Assignment, AssignmentError, NewKey};
use super::renew::{self, other_id};
use super::sample::Sample;
use crate::request::{BodyFormat, BodySpec};

/// Changes the samples of one provider, in its format.
#[derive(Debug, Clone, Copy)]
pub struct SampleEditor<'p> {
    body: &'p BodySpec,
}

impl<'p> SampleEditor<'p> {
    pub(crate) fn new(body: &'p BodySpec) -> Self {
        Self { body }
    }

    /// The sample with these values in its payload, and those of them that it had no key for.
    ///
    /// # Errors
    /// When a path leads nowhere, or the body's format cannot be written.
    pub fn with_values(self, sample: &Sample, values: &[Assignment]) -> Result<(Sample, Vec<NewKey>), AssignmentError> {
        if values.is_empty() {
            return Ok((sample.clone(), Vec::new()));
        }
        let mut new = Vec::new();
        let changed = self.changed(sample, |payload| {
            for value in values {
                new.extend(value.apply(payload)?);
            }
            Ok(())
        })?;
        Ok((changed, new))
    }

    /// The sample with other ids in place of these, the same wherever one of them is a whole value. `ids` may be parts of
    /// a message's key; what is in no place of the payload by itself changes nothing.
    pub fn with_other_ids(self, sample: &Sample, ids: &[String]) -> Sample {
        let mut others = BTreeMap::new();
        for id in ids {
            let other = if is_number(id) { other_number(id) } else { other_id(id) };
            others.insert(id.as_str(), other);
        }
        // A body that cannot be written is sent as it is.
        let changed = self.changed(sample, |payload| {
            replace("", payload, &others);
            Ok(())
        });
        changed.unwrap_or_else(|_| sample.clone())
    }

    fn changed(
        self,
        sample: &Sample,
        change: impl FnOnce(&mut Value) -> Result<(), AssignmentError>,
    ) -> Result<Sample, AssignmentError> {
        let headers = sample.header_map();
        match self.body.format_of(&headers) {
            Some(format @ (BodyFormat::Xml | BodyFormat::Ndjson)) => {
                return Err(AssignmentError::Format(format.describe()));
            }
            None => return Err(AssignmentError::Unreadable),
            Some(_) => {}
        }
        let mut payload = self.body.payload(&headers, sample.body.as_bytes()).ok_or(AssignmentError::Unreadable)?;
        change(&mut payload)?;
        let body = self.body.with_json_text(&headers, &payload.to_string(), &sample.body);
        Ok(Sample { body, ..sample.clone() })
    }
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is long enough to be this id wherever it is; a short one may be a count or a price, and is only meant
/// where the key says so.
fn is_meant(id: &str, key: &str) -> bool {
    let key = key.to_lowercase();
    id.len() >= 5 || ["id", "number", "key", "ref", "reference", "build", "run"].iter().any(|end| key.ends_with(end))
}

fn replace(key: &str, value: &mut Value, others: &BTreeMap<&str, String>) {
    let other = |text: &str| others.get(text).filter(|_| is_meant(text, key));
    match value {
        Value::String(text) => {
            if let Some(other) = other(text) {
                text.clone_from(other);
            } else if text.contains("://") {
                // The page of the thing.
                let parts = text.split('/').map(|part| others.get(part).map_or(part, String::as_str));
                *text = parts.collect::<Vec<_>>().join("/");
            }
        }
        Value::Number(number) if number.is_u64() => {
            if let Some(other) = other(&number.to_string()).and_then(|other| other.parse::<u64>().ok()) {
                *value = other.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(key, item, others)),
        Value::Object(map) => map.iter_mut().for_each(|(key, item)| replace(key, item, others)),
        _ => {}
    }
}

/// Another number: of as many digits, but of so many that it is hardly the same twice.
fn other_number(id: &str) -> String {
    if id.len() < 6 { fastrand::u32(100_000..1_000_000).to_string() } else { renew::other_number(id) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_id_becomes_another_one_wherever_it_is() {
        let payload = json!({
            "id": "pi_3NxAbc1", "charge": { "payment_intent": "pi_3NxAbc1", "url": "https://x.example/pay/pi_3NxAbc1" },
            "number": 12, "quantity": 12, "text": "about pi_3NxAbc1",
        });
        let mut changed = payload.clone();
        let others = BTreeMap::from([("pi_3NxAbc1", "pi_other".to_owned()), ("12", "345678".to_owned())]);
        replace("", &mut changed, &others);
        let expected = json!({
            "id": "pi_other", "charge": { "payment_intent": "pi_other", "url": "https://x.example/pay/pi_other" },
            "number": 345_678, "quantity": 12, "text": "about pi_3NxAbc1",
        });
        assert_eq!(changed, expected);
    }
}
