//! Values that a live message keeps although later events lack them. Each comes with the position of the event that it is
//! from, so that the newest one is kept whatever order the events come in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::position::EventPosition;

/// Values by the names of `[vars]`.
pub type RememberedValues = Map<String, Value>;

/// The last known values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Remembered(BTreeMap<String, RememberedValue>);

/// A value; of a map each entry is remembered for itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum RememberedValue {
    Entries { entries: Remembered },
    Value { value: Value, at: EventPosition },
}

impl Remembered {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes what an event at this position says, where nothing newer is known. What says nothing is left out.
    pub fn learn(&mut self, values: RememberedValues, at: EventPosition) {
        for (name, value) in values {
            self.learn_value(name, value, at);
        }
    }

    fn learn_value(&mut self, name: String, value: Value, at: EventPosition) {
        if is_missing(&value) {
            return;
        }
        match (value, self.0.get_mut(&name)) {
            (Value::Object(entries), Some(RememberedValue::Entries { entries: known })) => known.learn(entries, at),
            (_, Some(RememberedValue::Value { at: known, .. })) if at.is_older_than(known) => {}
            (Value::Object(entries), _) => {
                let mut known = Self::default();
                known.learn(entries, at);
                self.0.insert(name, RememberedValue::Entries { entries: known });
            }
            (value, _) => drop(self.0.insert(name, RememberedValue::Value { value, at })),
        }
    }

    /// Takes what another message of the same thing remembers.
    pub fn join(&mut self, other: Self) {
        for (name, value) in other.0 {
            match value {
                RememberedValue::Value { value, at } => self.learn_value(name, value, at),
                RememberedValue::Entries { entries } => match self.0.get_mut(&name) {
                    Some(RememberedValue::Entries { entries: known }) => known.join(entries),
                    Some(RememberedValue::Value { .. }) => {}
                    None => drop(self.0.insert(name, RememberedValue::Entries { entries })),
                },
            }
        }
    }

    pub fn values(&self) -> RememberedValues {
        let value = |value: &RememberedValue| match value {
            RememberedValue::Value { value, .. } => value.clone(),
            RememberedValue::Entries { entries } => Value::Object(entries.values()),
        };
        self.0.iter().map(|(name, known)| (name.clone(), value(known))).collect()
    }
}

/// What is known of a value: its own, or what is remembered where it is missing. Of two maps the entries are joined.
pub fn fill(own: Value, remembered: &Value) -> Value {
    match (own, remembered) {
        (Value::Object(mut own), Value::Object(remembered)) => {
            for (key, value) in remembered {
                let known = own.remove(key).unwrap_or_default();
                own.insert(key.clone(), fill(known, value));
            }
            Value::Object(own)
        }
        (own, remembered) if is_missing(&own) => remembered.clone(),
        (own, _) => own,
    }
}

/// Whether a value says nothing: none, an empty text, list or map.
pub fn is_missing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
