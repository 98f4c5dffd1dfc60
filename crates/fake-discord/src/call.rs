//! A request as the look-alike sees it: path in steps, query, headers, body. Reads, judges nothing but the
//! form of the body.

use std::collections::HashMap;

use axum::body::Body;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use http_body_util::{BodyExt, Limited};
use serde_json::{Map, Value, json};

use super::answer::{self, Answer};
use super::check::{Form, Path};
use super::multipart;
use super::numbers as n;

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// After `/api` and the version.
    pub(crate) steps: Vec<String>,
    pub(crate) raw_query: String,
    query: HashMap<String, String>,
    pub(crate) headers: HeaderMap,
    bytes: Vec<u8>,
    too_large: bool,
}

/// A body that was read: the JSON, and how many files came with it.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) json: Map<String, Value>,
    pub(crate) files: usize,
}

impl Call {
    pub(crate) async fn read(parts: Parts, body: Body) -> Self {
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        let query = url::form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect();
        let read = Limited::new(body, n::REQUEST_BYTES).collect().await;
        let too_large = read.is_err();
        let bytes = read.map(|read| read.to_bytes().to_vec()).unwrap_or_default();
        Self {
            method: parts.method,
            steps: steps(parts.uri.path()),
            raw_query,
            query,
            headers: parts.headers,
            bytes,
            too_large,
        }
    }

    pub(crate) fn query(&self, key: &str) -> Option<&str> {
        self.query.get(key).map(String::as_str)
    }

    /// A boolean of the query: `true`, `True` and `1` are true. [D reference "Boolean Query Strings"]
    pub(crate) fn flag(&self, key: &str) -> bool {
        matches!(self.query(key), Some("true" | "True" | "1"))
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<String> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// The body as JSON of any kind.
    ///
    /// # Errors
    /// Discord's answers to a body of the wrong type, too large, or not JSON.
    pub(crate) fn value(&self) -> Result<(Value, usize), Answer> {
        if self.too_large {
            return Err(answer::too_large());
        }
        let kind = self.header(header::CONTENT_TYPE).unwrap_or_default();
        match kind.split(';').next().unwrap_or_default().trim() {
            "application/json" => {
                serde_json::from_slice(&self.bytes).map(|body| (body, 0)).map_err(|_| answer::not_json())
            }
            "application/x-www-form-urlencoded" => Ok((self.urlencoded(), 0)),
            "multipart/form-data" => multipart::read(&kind, &self.bytes),
            _ => Err(wrong_type(&kind)),
        }
    }

    /// The body as a JSON object.
    ///
    /// # Errors
    /// As [`Call::value`], and for JSON that is not an object.
    pub(crate) fn sent(&self) -> Result<Sent, Answer> {
        let (value, files) = self.value()?;
        let mut form = Form::default();
        let json = form.object(&Path::root(), &value).cloned().unwrap_or_default();
        form.verdict().map(|()| Sent { json, files })
    }

    /// The JSON body for the log; `None` when there is none.
    pub(crate) fn for_log(&self) -> Option<Value> {
        self.value().ok().map(|(value, _)| value)
    }

    fn urlencoded(&self) -> Value {
        let pairs = url::form_urlencoded::parse(&self.bytes).into_owned();
        let map: Map<String, Value> = pairs.map(|(key, value)| (key, json!(value))).collect();
        match map.get("payload_json").and_then(Value::as_str).map(serde_json::from_str) {
            Some(Ok(payload)) => payload,
            _ => Value::Object(map),
        }
    }
}

/// The steps of a path after `/api` and a version, which may be missing.
fn steps(path: &str) -> Vec<String> {
    let mut steps = path.split('/').filter(|step| !step.is_empty()).peekable();
    steps.next_if_eq(&"api");
    steps.next_if(|step| step.strip_prefix('v').is_some_and(|version| version.parse::<u8>().is_ok()));
    steps.map(|step| percent_encoding::percent_decode_str(step).decode_utf8_lossy().into_owned()).collect()
}

fn wrong_type(kind: &str) -> Answer {
    let mut form = Form::default();
    let message = format!(
        "Expected \"Content-Type\" header to be one of {{'application/json', 'multipart/form-data', \
         'application/x-www-form-urlencoded'}}. Got \"{kind}\"."
    );
    form.fault(&Path::root(), "CONTENT_TYPE_INVALID", message);
    form.verdict().err().unwrap_or_else(answer::not_json)
}
