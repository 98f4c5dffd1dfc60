//! Reads a body as the readers of a destination may see it: every text is masked while it is read, so that a body costs
//! one pass and no copy.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use minijinja::Value;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use hookbell_model::privacy::Masks;

/// The body with every text in it masked, including keys of maps and long numbers; none where it is not JSON. And whether
/// there was anything to mask.
pub(super) fn read(body: &[u8], masks: Masks) -> (Value, bool) {
    let found = Cell::new(false);
    let mut json = serde_json::Deserializer::from_slice(body);
    let payload = Masked { masks, found: &found }.deserialize(&mut json);
    (payload.and_then(|payload| json.end().map(|()| payload)).unwrap_or(Value::from(())), found.get())
}

#[derive(Clone, Copy)]
struct Masked<'f> {
    masks: Masks,
    found: &'f Cell<bool>,
}

impl Masked<'_> {
    fn text<'t>(self, text: &'t str) -> Cow<'t, str> {
        let text = self.masks.text(text);
        if matches!(text, Cow::Owned(_)) {
            self.found.set(true);
        }
        text
    }

    /// A card's number may come as a number: of 13 digits at least.
    fn number(self, value: Value) -> Value {
        let written = value.to_string();
        if written.len() < 13 {
            return value;
        }
        match self.text(&written) {
            Cow::Borrowed(_) => value,
            Cow::Owned(masked) => Value::from(masked),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Masked<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Masked<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(self.number(Value::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(if value < 1_000_000_000_000 { Value::from(value) } else { self.number(Value::from(value)) })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(self.number(Value::from(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(self.text(text)))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::from(()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::from(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key_seed(self)? {
            map.push((key, entries.next_value_seed(self)?));
        }
        Ok(Value::from_pairs(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_is_what_the_plain_body_is_but_for_what_is_masked() {
        let plain = json!({
            "text": "Ada", "list": [1, -2, 3.5, null, true, { "deep": ["x"] }], "big": 18_446_744_073_709_551_615u64,
            "date": 1_795_255_200_000i64, "empty": {},
        });
        let body = plain.to_string();
        let (read, found) = super::read(body.as_bytes(), Masks::all());
        assert!(!found);
        assert_eq!(serde_json::to_value(&read).expect("JSON"), plain);
        let private = json!({ "to ada@example.com": ["ada@example.com", 4_242_424_242_424_242i64] }).to_string();
        let (read, found) = super::read(private.as_bytes(), Masks::all());
        assert!(found);
        assert_eq!(
            serde_json::to_value(&read).expect("JSON"),
            json!({ "to a•••@example.com": ["a•••@example.com", "••• 4242"] })
        );
    }

    #[test]
    fn what_is_no_json_or_too_deep_is_none() {
        let deep = "[".repeat(200) + &"]".repeat(200);
        for body in ["", "{", "{} x", deep.as_str()] {
            assert!(super::read(body.as_bytes(), Masks::all()).0.is_none(), "{body}");
        }
    }
}
