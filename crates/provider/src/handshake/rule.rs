//! `[[handshake]]`: which requests are a handshake, and how it is answered.

use http::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::answer::AnswerText;
use super::error::HandshakeError;
use super::reply::{Reply, read_status};
use crate::keyword;
use crate::request::{FieldCondition, ValueScope, ValueSource};
use hookbell_config_file::{Code, Diagnostics};
use hookbell_config_file::{Table, TomlKind};
use hookbell_model::secret::Secret;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HandshakeRule {
    pub(super) method: String,
    pub(super) when: FieldCondition,
    /// Whether the request's signature or token is checked first.
    pub(super) signed: bool,
    status: u16,
    body: AnswerBody,
    headers: Vec<(HeaderName, AnswerText)>,
    /// Where the secret is that this request brings. It is accepted only while `hookbell capture` waits for one.
    pub(crate) capture: Option<ValueSource>,
}

#[derive(Debug, Clone, PartialEq)]
enum AnswerBody {
    Text(AnswerText),
    Json(Vec<(String, AnswerText)>),
}

/// Headers that a file may not set: the server sets them.
const RESERVED_HEADERS: [&str; 7] = [
    "content-type",
    "content-length",
    "transfer-encoding",
    "connection",
    "set-cookie",
    "location",
    "x-content-type-options",
];

impl HandshakeRule {
    pub(crate) fn read(mut table: Table<'_>, diagnostics: &mut Diagnostics) -> Self {
        let mut method = "POST".to_owned();
        let mut when = FieldCondition::default();
        match table.table("when", diagnostics) {
            Some(mut inner) => {
                let methods = [("POST", "POST"), ("GET", "GET"), ("HEAD", "HEAD")];
                if let Some(word) = inner.read("method", diagnostics, |word| keyword::parse(word, &methods)) {
                    word.clone_into(&mut method);
                }
                when = FieldCondition::read(&inner, diagnostics);
            }
            None if !table.has("when") => {
                diagnostics.add(table.missing("when").help("which requests are the handshake"));
            }
            None => {}
        }
        let signed = table.get("signed", diagnostics).unwrap_or(true);
        if when.is_empty() && method == "POST" && table.has("when") {
            diagnostics.add(table.error("when", Code::INVALID_VALUE, "every event would count as the handshake"));
        }
        let capture = table.read("capture", diagnostics, ValueSource::parse);
        if signed && table.has("capture") {
            let help = "`signed = false`";
            diagnostics.add(
                table
                    .error(
                        "capture",
                        Code::INVALID_VALUE,
                        "a request that brings the secret cannot be signed with that secret",
                    )
                    .help(help),
            );
        }
        let (body, headers) = (AnswerBody::Text(AnswerText::default()), Vec::new());
        let mut handshake = Self { method, when, signed, status: 200, body, headers, capture };
        if let Some(reply) = table.table("reply", diagnostics) {
            handshake.read_reply(reply, diagnostics);
        }
        table.finish(diagnostics);
        handshake
    }

    fn read_reply(&mut self, mut table: Table<'_>, diagnostics: &mut Diagnostics) {
        self.status = read_status(&mut table, diagnostics);
        if let Some(text) = table.read("body", diagnostics, AnswerText::parse) {
            self.body = AnswerBody::Text(text);
        }
        if table.has("body") && table.has("json") {
            diagnostics.add(table.error("json", Code::CONFLICTING_KEYS, "`body` or `json`, one of them"));
        }
        if let Some(json) = table.table("json", diagnostics) {
            self.body = AnswerBody::Json(read_texts(&json, diagnostics));
        }
        if let Some(headers) = table.table("headers", diagnostics) {
            for (name, text) in read_texts(&headers, diagnostics) {
                match HeaderName::try_from(&name) {
                    Ok(header) if !RESERVED_HEADERS.contains(&header.as_str()) => self.headers.push((header, text)),
                    _ => diagnostics.add(headers.error(
                        &name,
                        Code::INVALID_VALUE,
                        "expected the name of a header that an answer may set",
                    )),
                }
            }
        }
        table.finish(diagnostics);
    }

    pub(crate) fn settings(&self) -> impl Iterator<Item = &str> {
        self.when.settings()
    }

    /// For people.
    pub(crate) fn describe(&self) -> String {
        let when = self.when.describe();
        let when = if when.is_empty() { String::new() } else { format!(" with {when}") };
        if let Some(capture) = &self.capture {
            let brings = format!("brings the secret ({})", capture.describe());
            return format!("{}{when} {brings} and is taken once, while `hookbell capture` waits for it", self.method);
        }
        let proof = if self.signed { "after its proof was checked" } else { "before any check" };
        format!("{}{when} is answered {proof}", self.method)
    }

    /// The answer to this request, with the source's first secret.
    ///
    /// # Errors
    /// When a value of the request cannot be repeated.
    pub(super) fn reply(&self, scope: &ValueScope<'_>, secret: Option<&Secret>) -> Result<Reply, HandshakeError> {
        let (content_type, body) = match &self.body {
            AnswerBody::Text(text) => ("text/plain", text.write(scope, secret)?),
            AnswerBody::Json(fields) => {
                let mut map = Map::new();
                for (name, text) in fields {
                    map.insert(name.clone(), Value::String(text.write(scope, secret)?));
                }
                ("application/json", Value::Object(map).to_string())
            }
        };
        let mut headers = Vec::new();
        for (name, text) in &self.headers {
            let value = HeaderValue::try_from(text.write(scope, secret)?);
            headers.push((name.clone(), value.map_err(|_| HandshakeError::UnusableValue)?));
        }
        Ok(Reply { status: self.status, content_type, body, headers })
    }
}

/// A table of texts.
fn read_texts(table: &Table<'_>, diagnostics: &mut Diagnostics) -> Vec<(String, AnswerText)> {
    let mut texts = Vec::new();
    for entry in table.all() {
        match &entry.node.value {
            TomlKind::String(text) => match AnswerText::parse(text) {
                Ok(text) => texts.push((entry.key.clone(), text)),
                Err(error) => diagnostics.add(table.error(&entry.key, Code::INVALID_VALUE, error.to_string())),
            },
            other => {
                let what = format!("expected a string, found {}", other.kind());
                diagnostics.add(table.error(&entry.key, Code::WRONG_TYPE, what));
            }
        }
    }
    texts
}
