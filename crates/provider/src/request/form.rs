//! Bodies of `application/x-www-form-urlencoded`.

use serde_json::{Map, Value};

/// The fields of a form in their order.
pub(crate) fn parse_form(body: &[u8]) -> Vec<(String, String)> {
    let pairs = url::form_urlencoded::parse(body);
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The fields as a body.
pub(crate) fn write_form(fields: Vec<(String, String)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The fields as one JSON object; a repeated name has a list of its values.
pub(super) fn to_object(fields: Vec<(String, String)>) -> Value {
    let mut map = Map::new();
    for (name, value) in fields {
        match map.get_mut(&name) {
            None => drop(map.insert(name, Value::String(value))),
            Some(Value::Array(list)) => list.push(Value::String(value)),
            Some(one) => *one = Value::Array(vec![one.take(), Value::String(value)]),
        }
    }
    Value::Object(map)
}

/// The opposite of [`to_object`].
pub(super) fn from_object(object: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut fields = Vec::new();
    for (name, value) in object.as_object().into_iter().flatten() {
        match value {
            Value::Array(list) => fields.extend(list.iter().map(|value| (name.clone(), text(value)))),
            value => fields.push((name.clone(), text(value))),
        }
    }
    fields
}
