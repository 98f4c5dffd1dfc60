//! A request under `/api`: path in segments, query, headers, body. Checks only the encoding of the body.

use std::collections::HashMap;

use axum::body::Body;
use http::request::Parts;
use http::{HeaderMap, Method, header};
use http_body_util::{BodyExt, Limited};
use serde_json::{Map, Value, json};

use super::multipart;
use crate::check::validator::{FieldPath, Validator};
use crate::limits;
use crate::message::UploadedFile;
use crate::response::{self, ApiResponse};

#[derive(Debug)]
pub(crate) struct ApiRequest {
    pub(crate) method: Method,
    /// The path after `/api` and the version.
    pub(crate) segments: Vec<String>,
    pub(crate) raw_query: String,
    query: HashMap<String, String>,
    pub(crate) headers: HeaderMap,
    bytes: Vec<u8>,
    too_large: bool,
}

/// A JSON object that was sent, and the files that came with it.
#[derive(Debug, Default)]
pub(crate) struct JsonBody {
    pub(crate) json: Map<String, Value>,
    pub(crate) files: Vec<UploadedFile>,
}

impl ApiRequest {
    pub(crate) async fn read(parts: Parts, body: Body) -> Self {
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        let query = url::form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect();
        let read = Limited::new(body, limits::REQUEST_BYTES).collect().await;
        let too_large = read.is_err();
        let bytes = read.map(|read| read.to_bytes().to_vec()).unwrap_or_default();
        Self {
            method: parts.method,
            segments: segments(parts.uri.path()),
            raw_query,
            query,
            headers: parts.headers,
            bytes,
            too_large,
        }
    }

    /// A body that came as the response to a request of Discord's own: an interaction that was posted to an endpoint.
    pub(crate) fn of_response(headers: HeaderMap, bytes: Vec<u8>) -> Self {
        Self {
            method: Method::POST,
            segments: Vec::new(),
            raw_query: String::new(),
            query: HashMap::new(),
            headers,
            bytes,
            too_large: false,
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

    /// The body as JSON of any type, and the files.
    ///
    /// # Errors
    /// Discord's answers to a body of the wrong type, too large, or not JSON.
    pub(crate) fn value(&self) -> Result<(Value, Vec<UploadedFile>), ApiResponse> {
        if self.too_large {
            return Err(response::too_large());
        }
        let content_type = self.header(header::CONTENT_TYPE).unwrap_or_default();
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/json" => {
                serde_json::from_slice(&self.bytes).map(|body| (body, Vec::new())).map_err(|_| response::not_json())
            }
            "application/x-www-form-urlencoded" => Ok((self.urlencoded(), Vec::new())),
            "multipart/form-data" => multipart::read(&content_type, &self.bytes),
            _ => Err(wrong_type(&content_type)),
        }
    }

    /// The body as a JSON object.
    ///
    /// # Errors
    /// As [`ApiRequest::value`], and for JSON that is not an object.
    pub(crate) fn object(&self) -> Result<JsonBody, ApiResponse> {
        self.object_with_files_up_to(limits::FILE_BYTES)
    }

    /// As [`ApiRequest::object`], with another limit of a file's size in bytes.
    ///
    /// # Errors
    /// Also when a file is larger than that.
    pub(crate) fn object_with_files_up_to(&self, bytes: usize) -> Result<JsonBody, ApiResponse> {
        let (value, files) = self.value()?;
        if files.iter().any(|file| file.bytes.len() > bytes) {
            return Err(response::too_large());
        }
        let mut validator = Validator::default();
        let json = validator.object(&FieldPath::root(), &value).cloned().unwrap_or_default();
        validator.result().map(|()| JsonBody { json, files })
    }

    /// The JSON body; `None` when there is none.
    pub(crate) fn json(&self) -> Option<Value> {
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

/// The segments of a path after `/api` and a version, which may be missing.
fn segments(path: &str) -> Vec<String> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty()).peekable();
    segments.next_if_eq(&"api");
    segments.next_if(|segment| segment.strip_prefix('v').is_some_and(|version| version.parse::<u8>().is_ok()));
    segments.map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

fn wrong_type(content_type: &str) -> ApiResponse {
    let mut validator = Validator::default();
    let message = format!(
        "Expected \"Content-Type\" header to be one of {{'application/json', 'multipart/form-data', \
         'application/x-www-form-urlencoded'}}. Got \"{content_type}\"."
    );
    validator.error(&FieldPath::root(), "CONTENT_TYPE_INVALID", message);
    validator.result().err().unwrap_or_else(response::not_json)
}
