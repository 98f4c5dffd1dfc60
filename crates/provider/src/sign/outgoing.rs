//! A request while its sender writes it.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::sample::Sample;
use crate::request::{BodyFormat, BodySpec, Request, ValueSource};

/// A request as its sender would send it.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The sample's own and the signature's.
    pub headers: HeaderMap,
    /// The sample's, with the signature in it where that is its place.
    pub body: String,
    /// To be appended to the URL after `?` or `&`; empty in most schemes.
    pub query: String,
}

impl Outgoing {
    /// What a body has packed inside it is packed.
    pub(super) fn unsigned(sample: &Sample, body: &BodySpec) -> Self {
        let packed = || {
            let mut payload = serde_json::from_str(&sample.body).ok().filter(|_| !body.unpack.is_empty())?;
            body.unpack.pack(&mut payload);
            Some(payload.to_string())
        };
        Self {
            headers: sample.header_map(),
            body: packed().unwrap_or_else(|| sample.body.clone()),
            query: String::new(),
        }
    }

    /// As its receiver has it at this URL, which [`Outgoing::url`] makes.
    pub(super) fn as_request<'a>(&'a self, url: Option<&'a str>) -> Request<'a> {
        Request { method: "POST", url, headers: &self.headers, body: self.body.as_bytes() }
    }

    /// The URL with the query that it adds.
    pub(super) fn url<'u>(&self, url: Option<&'u str>) -> Option<Cow<'u, str>> {
        if self.query.is_empty() {
            return url.map(Cow::Borrowed);
        }
        let url = url.unwrap_or_default();
        let separator = if url.contains('?') { '&' } else { '?' };
        Some(Cow::Owned(format!("{url}{separator}{}", self.query)))
    }

    pub(super) fn insert_headers(&mut self, headers: Vec<(String, String)>) {
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                self.headers.insert(name, value);
            }
        }
    }

    /// Puts a text into the body, if its place is there: below the pointer `prefix`, or a field of the form.
    pub(crate) fn put(&mut self, source: &ValueSource, prefix: &str, text: &str, body: &BodySpec) {
        match source {
            ValueSource::Body(pointer) => self.put_json(pointer, text, body),
            ValueSource::Json(pointer) => self.put_json(&format!("{prefix}{pointer}"), text, body),
            ValueSource::Form(name) => self.body = body.with_field(&self.headers, name, text, &self.body),
            ValueSource::Header(_) | ValueSource::Query(_) => {}
        }
    }

    fn put_json(&mut self, pointer: &str, text: &str, body: &BodySpec) {
        match body.format_of(&self.headers) {
            Some(BodyFormat::Form | BodyFormat::Multipart) => {
                let Some(mut payload) = body.payload(&self.headers, self.body.as_bytes()) else { return };
                insert(&mut payload, pointer, text);
                self.body = body.with_json_text(&self.headers, &payload.to_string(), &self.body);
            }
            _ => {
                if let Ok(mut payload) = serde_json::from_str(&self.body) {
                    insert(&mut payload, pointer, text);
                    self.body = payload.to_string();
                }
            }
        }
    }
}

/// Sets the value at a pointer whose parents exist. A number stays a number.
pub(super) fn insert(payload: &mut Value, pointer: &str, text: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    let Some(parent) = payload.pointer_mut(parent) else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    let value = match parent {
        Value::Object(map) => map.entry(key).or_insert(Value::Null),
        Value::Array(list) => match key.parse().ok().and_then(|at: usize| list.get_mut(at)) {
            Some(value) => value,
            None => return,
        },
        _ => return,
    };
    *value = match text.parse::<i64>() {
        Ok(number) if value.is_number() => number.into(),
        _ => Value::String(text.to_owned()),
    };
}
