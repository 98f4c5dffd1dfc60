//! JSON pointers in which `*` means every element: where a body is split, and what of it is redacted.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use serde_json::value::RawValue;

use super::body_error::BodyError;

/// The text is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a JSON pointer such as `/events`; `\"\"` is the body itself")]
pub(super) struct ParseJsonPathError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JsonPath(Vec<String>);

impl JsonPath {
    /// # Errors
    /// When the text is neither empty nor a JSON pointer.
    pub(super) fn parse(text: &str) -> Result<Self, ParseJsonPathError> {
        if text.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let rest = text.strip_prefix('/').ok_or(ParseJsonPathError)?;
        Ok(Self(rest.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect()))
    }

    /// Whether it selects the whole body.
    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Calls `take` with the text of each element of the array at this path. With `lone` a value that is no array is one of
    /// a single element: XML does not tell them apart.
    ///
    /// # Errors
    /// When the text is not JSON, or has no array there.
    pub(super) fn for_each<'b>(
        &self,
        text: &'b [u8],
        lone: bool,
        take: &mut dyn FnMut(&'b str),
    ) -> Result<(), BodyError> {
        let raw: &RawValue = serde_json::from_slice(text).map_err(|error| BodyError::from_json(text, &error))?;
        self.walk(raw, &self.0, lone, take)
    }

    fn walk<'b>(
        &self,
        raw: &'b RawValue,
        rest: &[String],
        lone: bool,
        take: &mut dyn FnMut(&'b str),
    ) -> Result<(), BodyError> {
        let missing = || BodyError::MissingList(self.to_string());
        let list = |raw: &'b RawValue| match serde_json::from_str::<Vec<&'b RawValue>>(raw.get()) {
            Ok(list) => Ok(list),
            Err(_) if lone => Ok(vec![raw]),
            Err(_) => Err(missing()),
        };
        match rest {
            // Some senders send a single event as it is, where several come as a list.
            [] if self.is_root() && raw.get().starts_with('{') => take(raw.get()),
            [] => list(raw)?.into_iter().for_each(|raw| take(raw.get())),
            [all, rest @ ..] if all == "*" => {
                for raw in list(raw)? {
                    self.walk(raw, rest, lone, take)?;
                }
            }
            [key, rest @ ..] => {
                let inner = match serde_json::from_str::<BTreeMap<Cow<'b, str>, &'b RawValue>>(raw.get()) {
                    Ok(object) => object.get(key.as_str()).copied(),
                    Err(_) => key.parse().ok().and_then(|at: usize| list(raw).ok()?.get(at).copied()),
                };
                self.walk(inner.ok_or_else(missing)?, rest, lone, take)?;
            }
        }
        Ok(())
    }

    /// Replaces every value at this path, but never the whole payload; returns whether there was any.
    pub(super) fn replace(&self, payload: &mut Value, replacement: &str) -> bool {
        let Some((last, parents)) = self.0.split_last() else { return false };
        let mut values = vec![payload];
        for key in parents {
            values = values.into_iter().flat_map(|value| children(value, key)).collect();
        }
        let mut replaced = false;
        for value in values.into_iter().flat_map(|value| children(value, last)) {
            *value = Value::String(replacement.to_owned());
            replaced = true;
        }
        replaced
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|key| write!(f, "/{key}"))
    }
}

fn children<'p>(value: &'p mut Value, key: &str) -> Vec<&'p mut Value> {
    match (value, key) {
        (Value::Array(list), "*") => list.iter_mut().collect(),
        (Value::Object(map), "*") => map.values_mut().collect(),
        (Value::Array(list), at) => at.parse().ok().and_then(|at: usize| list.get_mut(at)).into_iter().collect(),
        (Value::Object(map), key) => map.get_mut(key).into_iter().collect(),
        _ => Vec::new(),
    }
}
